//! Chooses how instructions follow one another. Calls in tail position become jumps only where the compiler optimises
//! and adds no checks; the stack would overflow elsewhere.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(tail_calls)");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let optimised = env::var("OPT_LEVEL").is_ok_and(|level| level != "0");
    let unchecked = env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none();
    if is("CARGO_CFG_TARGET_ARCH", "x86_64") && optimised && unchecked {
        println!("cargo::rustc-cfg=tail_calls");
    }
}
