//! Chooses how instructions follow one another. Calls in tail position become jumps only where the compiler optimises
//! and adds no checks; the stack would overflow elsewhere.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(tail_calls)");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // At level 1 and for size some operations call what is put into them elsewhere, and are no longer all jumps.
    let optimised = is("OPT_LEVEL", "2") || is("OPT_LEVEL", "3");
    let unchecked = env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none();
    if is("CARGO_CFG_TARGET_ARCH", "x86_64") && optimised && unchecked {
        println!("cargo::rustc-cfg=tail_calls");
    }
}
