//! Compiles the kernels as native code, for the host's compiler to say which result is right. The flags are those of
//! `kernels/build.sh` as far as this compiler has them.

fn main() {
    let mut build = cc::Build::new();
    build.file("kernels/kernels.c").opt_level(2);
    for flag in [
        "-std=c11",
        "-ffreestanding",
        "-fno-builtin",
        "-fno-inline",
        "-fno-unroll-loops",
        "-fno-vectorize",
        "-fno-slp-vectorize",
        "-fno-tree-vectorize",
        "-fno-tree-loop-distribute-patterns",
        "-fno-optimize-sibling-calls",
    ] {
        build.flag_if_supported(flag);
    }
    build.compile("kernels");
    println!("cargo::rerun-if-changed=kernels/kernels.c");
}
