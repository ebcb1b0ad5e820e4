// Where a RISC-V program of the kernels begins: the kernel's number is in a1, how much it is to do in a0. Its result is
// what the program ends with.

typedef __UINT64_TYPE__ u64;

u64 fib(u64), sieve(u64), copy(u64), matrix(u64), list(u64);

_Noreturn void _start(u64 amount, u64 kernel) {
    u64 done = kernel == 0   ? fib(amount)
               : kernel == 1 ? sieve(amount)
               : kernel == 2 ? copy(amount)
               : kernel == 3 ? matrix(amount)
                             : list(amount);
    register u64 result __asm__("a0") = done;
    register u64 exit __asm__("a7") = 93;
    __asm__ volatile("ecall" : : "r"(result), "r"(exit));
    __builtin_unreachable();
}
