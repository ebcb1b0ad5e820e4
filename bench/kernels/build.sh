#!/usr/bin/env bash
# Makes the peers' programs from kernels.c: kernels.wasm and kernels.rv64. Both are committed, so only who changes the
# kernels needs this. It wants clang and lld (Debian: apt-get install clang lld).
#
# Nothing is inlined, unrolled, vectorized, or turned into a library's block operation, and no recursion into a loop: so
# that all engines carry out the same loads, stores and calls.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

flags=(
    -std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -fno-builtin -fno-inline -fno-unroll-loops
    -fno-vectorize -fno-slp-vectorize -fno-optimize-sibling-calls -fno-ident -Wl,--strip-all
)
exports=(-Wl,--export={fib,sieve,copy,matrix,list})

clang "${flags[@]}" --target=wasm32 -Wl,--no-entry "${exports[@]}" kernels.c -o kernels.wasm
clang "${flags[@]}" --target=riscv64 -march=rv64imac -mabi=lp64 -mno-relax -static -fuse-ld=lld kernels.c start.c -o kernels.rv64
ls -l kernels.wasm kernels.rv64
