#!/bin/bash
# gcc-clamp-multiplies-by-a-denormal: a clamp before exp makes gcc multiply every number by a denormal one.
#
# Good guess:   a clamp in a loop (x > 88 ? 88 : x, so that exp does not overflow) is a minimum; once the loop is
#               vector code it costs an instruction, and no number that is not in the source appears.
# What happens: gcc 12 threads the jump of the clamp: where x is 88, what follows is known, and folded. For
#               x / (1 + e^-x) it folds 1 / (1 + e^88), a denormal number. The loop becomes vector code again, which
#               multiplies all numbers both ways and then blends. A product with a denormal number takes a
#               microcode assist of some 150 cycles on Intel's processors: all of SiLU, of the numbers that a model
#               has, became 12 to 30 times as slow on a Xeon (AMD's have no such penalty). The values are right.
# Where:        cpp-12 12.2.0-14+deb12u1 (Debian 12), -O3 -fno-trapping-math, x86-64; not with -fno-thread-jumps.
# Source:       measured here; assists: Intel 64 and IA-32 Architectures Optimization Reference Manual, "Floating-Point
#               Exceptions" (denormal operands and results).
# Cure:         -fno-thread-jumps for such files, or bounds that keep every folded constant normal.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq cpp-12=12.2.0-14+deb12u1 libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libisl23=0.25-1.1 \
    libgmp10=2:6.2.1+dfsg1-1.1 2>/dev/null || { echo "apt-get finds no such packages: not Debian 12?" >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
readonly compiler=root/usr/lib/gcc/x86_64-linux-gnu/12/cc1

cat >silu.c <<'END'
typedef unsigned long size_t;
void *memcpy(void *to, const void *from, size_t size);
/* 2^n e^r, n the integer nearest to x / ln 2: a short series, so a crude one; finite for every x. */
static inline float exponential(float x)
{
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * 1.442695f + 12582912.0f, n = shifted - 12582912.0f, r = x - n * 0.6931472f, power;
    unsigned bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127) << 23;
    memcpy(&power, &bits, sizeof power);
    return (1.0f + r * (1.0f + r * (0.5f + r * 0.1666667f))) * power;
}
void silu(float *restrict y, const float *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * (1.0f / (1.0f + exponential(-x[i])));
}
END
cat >timed.c <<'END'
#include <stdio.h>
#include <time.h>
void silu(float *restrict y, const float *restrict x, size_t n);
int main(void)
{
    enum { N = 4096, TIMES = 1000 };
    static float x[N], y[N];
    struct timespec a, b;
    for (int i = 0; i < N; i++)
        x[i] = (float)(i % 200 - 100) / 25; /* -4 to 4: nowhere near the clamp */
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < TIMES; i++)
        silu(y, x, N);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.2f ns an element (not checked: it depends on the processor)\n",
           ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / N / TIMES);
    return 0;
}
END

# multiplies FILE.s: how many vector products of eight numbers have a denormal constant, by memory or by a
# register that was filled with it.
multiplies() {
    awk 'NR == FNR { if (/^\.LC[0-9]+:/) label = substr($1, 1, length($1) - 1)
                     if ($1 == ".long" && $2 > 0 && $2 < 8388608) small[label] = 1
                     next }
         /vbroadcastss\t\.LC/ { split($2, part, "("); register = $NF
                                filled[register] = part[1] in small ? 1 : 0 }
         /vmulps.*ymm/ { found = 0
                         for (i = 2; i <= NF; i++) { word = $i; sub(/,$/, "", word); split(word, part, "(")
                             if (filled[word] || part[1] in small) found = 1 }
                         count += found }
         END { print count + 0 }' "$1" "$1"
}

echo "gcc $(dpkg-deb -f cpp-12*.deb Version), -O3 -fno-trapping-math"
declare -A count
for jumps in -fthread-jumps -fno-thread-jumps; do
    LD_LIBRARY_PATH=root/usr/lib/x86_64-linux-gnu "$compiler" -quiet -O3 -mavx2 -ffp-contract=off -fno-trapping-math \
        $jumps silu.c -o silu.s
    count[$jumps]=$(multiplies silu.s)
    echo "$jumps: ${count[$jumps]} vector products with a denormal constant"
    if grep -qs avx2 /proc/cpuinfo && cc -O1 timed.c silu.s -o timed 2>/dev/null; then ./timed; fi
done
[ "${count[-fthread-jumps]}" -gt 0 ] && [ "${count[-fno-thread-jumps]}" -eq 0 ]
