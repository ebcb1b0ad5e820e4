// The five kernels, once for all peers: build.sh makes the programs of the virtual machines from this file, and
// build.rs the native code that says which result is right. The programs for Nestor are written by hand, with the same
// algorithm and one load or store for each of these.
//
// Each kernel takes how much to do, so that no compiler knows the result, and returns a number that depends on all of
// its work. This file uses no library.

typedef unsigned char u8;
typedef __UINT64_TYPE__ u64;
typedef __SIZE_TYPE__ word;

enum { FLAGS = 1000000, BYTES = 65536, SIDE = 64, NODES = 1024, STRIDE = 409 };

// The number of Fibonacci, by two calls for each number that is not 0 or 1.
u64 fib(u64 n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static u8 composite[FLAGS];

// Counts the primes below a million, so many times.
u64 sieve(u64 rounds) {
    u64 primes = 0;
    for (; rounds != 0; rounds--) {
        for (word i = 0; i < FLAGS; i++)
            composite[i] = 0;
        for (word i = 2; i < FLAGS; i++)
            if (!composite[i]) {
                primes++;
                for (word j = i + i; j < FLAGS; j += i)
                    composite[j] = 1;
            }
    }
    return primes;
}

static u8 source[BYTES], target[BYTES];

// Copies 64 KiB byte by byte and adds up what arrived, so many times.
u64 copy(u64 rounds) {
    u64 sum = 0;
    for (word i = 0; i < BYTES; i++)
        source[i] = i * 7 + 3;
    for (; rounds != 0; rounds--) {
        for (word i = 0; i < BYTES; i++)
            target[i] = source[i];
        for (word i = 0; i < BYTES; i++)
            sum += target[i];
        source[sum % BYTES] += 1;
    }
    return sum;
}

static u64 a[SIDE][SIDE], b[SIDE][SIDE], product[SIDE][SIDE];

// Multiplies two matrices, so many times.
u64 matrix(u64 rounds) {
    u64 sum = 0;
    for (word i = 0; i < SIDE; i++)
        for (word j = 0; j < SIDE; j++) {
            a[i][j] = i * 3 + j;
            b[i][j] = i + j * 5;
        }
    for (; rounds != 0; rounds--) {
        for (word i = 0; i < SIDE; i++)
            for (word j = 0; j < SIDE; j++) {
                u64 dot = 0;
                for (word k = 0; k < SIDE; k++)
                    dot += a[i][k] * b[k][j];
                product[i][j] = dot;
            }
        sum += product[rounds % SIDE][sum % SIDE];
        a[sum % SIDE][rounds % SIDE] = sum;
    }
    return sum;
}

struct node {
    struct node *next;
    u64 value;
};

static struct node nodes[NODES];

// Walks a list whose nodes lie in another order than they are linked, so many times.
u64 list(u64 rounds) {
    u64 sum = 0;
    for (word i = 0; i < NODES; i++) {
        struct node *node = &nodes[i * STRIDE % NODES];
        node->next = i + 1 < NODES ? &nodes[(i + 1) * STRIDE % NODES] : 0;
        node->value = i * i;
    }
    for (; rounds != 0; rounds--) {
        for (struct node *node = nodes; node != 0; node = node->next)
            sum += node->value;
        nodes[sum % NODES].value = sum;
    }
    return sum;
}
