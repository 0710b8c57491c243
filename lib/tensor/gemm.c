/* Products are cut over threads of ours at multiples of the row unit, where OpenBLAS gives each row
 * the same bits whatever stands beside it. */
#include "tensor/gemm.h"

#include "base/alloc.h"
#include "base/parallel.h"

#include <assert.h>
#include <cblas.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* What was found of OpenBLAS's kernels, by the core that they are named after. */
typedef struct {
    const char *core;
    size_t unit;    /* rows that go together; 1: all rows and columns are alike */
    size_t places;  /* of a unit's rows, from the first, those that are alike */
    size_t depth;   /* most that are summed at once */
    size_t longest; /* sequence that shares rows; attention's blocks are of 128 rows, no units */
    size_t last;    /* columns that go together, the last of such groups otherwise */
} Kernels;

static const Kernels *kernels(void)
{
    static const Kernels known[] = {{"SkylakeX", 1, 1, 448, 448, 0},
                                    {"Haswell", 12, 6, 320, 255, 8},
                                    {"Zen", 12, 6, 320, 255, 8},
                                    {NULL, 48, 1, 384, 0, 0}}; /* nobody tried */
    const Kernels *found = known;
    const char *core = openblas_get_corename();
    while (found->core && strcmp(core, found->core) != 0)
        found++;
    return found;
}

/* Whether a product can be cut anywhere. */
static bool uniform(void)
{
    return kernels()->unit == 1;
}

size_t gemm_unit(void)
{
    return kernels()->unit;
}

size_t gemm_place(size_t i)
{
    size_t places = kernels()->places;
    return i / places * gemm_unit() + i % places;
}

enum { SMALL_PRODUCT = 1000000 }; /* up to here OpenBLAS takes other kernels */

size_t gemm_least(size_t elements)
{
    return uniform() ? SMALL_PRODUCT / elements + 1 : gemm_unit();
}

size_t gemm_depth(void)
{
    return kernels()->depth;
}

size_t gemm_shares(size_t length)
{
    enum { SMALL = 48 }; /* up to 34 OpenBLAS 0.3.21 takes other kernels */
    size_t last = kernels()->last;
    if (length < SMALL || length > kernels()->longest)
        return 0;
    return last ? length / last * last - last : length;
}

size_t gemm_pad(size_t rows)
{
    size_t unit = gemm_unit();
    return (rows + unit - 1) / unit * unit;
}

/* Ends the program: nothing has been written yet. */
static void on_no_buffer(int signal_number)
{
    static const char begin[] = "docmem: ",
                      end[] =
                          ": memory: there is none left for the buffers of OpenBLAS; free some\n";
    (void)signal_number;
    ssize_t written = write(STDERR_FILENO, begin, sizeof begin - 1);
    written +=
        write(STDERR_FILENO, program_invocation_short_name, strlen(program_invocation_short_name));
    written += write(STDERR_FILENO, end, sizeof end - 1);
    _exit(written > 0 ? 1 : 2);
}

/* Has OpenBLAS take its buffer, by a product. Where the system gives it none it asks without end:
 * the program would hang, and make with it, with no word. A clock of this program's own time ends
 * that. */
static void take_buffer(void)
{
    enum { SIDE = 128, SECONDS = 5 };
    struct itimerval limit = {.it_value = {SECONDS, 0}}, none = {0};
    float *zeros = alloc_zeroed((size_t)3 * SIDE * SIDE, sizeof *zeros);
    signal(SIGPROF, on_no_buffer);
    setitimer(ITIMER_PROF, &limit, NULL);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIDE, SIDE, SIDE, 1, zeros, SIDE,
                zeros + SIDE * SIDE, SIDE, 0, zeros + 2 * SIDE * SIDE, SIDE);
    setitimer(ITIMER_PROF, &none, NULL);
    signal(SIGPROF, SIG_DFL);
    free(zeros);
}

void gemm_begin(void)
{
    openblas_set_num_threads(1);
    assert(openblas_get_num_threads() == 1);
    take_buffer();
}

const char *gemm_engine(void)
{
    static char text[256];
    snprintf(text, sizeof text, "%s (core %s)", openblas_get_config(), openblas_get_corename());
    return text;
}

/* c (M,N) = beta c + op(a) · op(b), in BLAS's words. */
typedef struct {
    CBLAS_TRANSPOSE trans_a, trans_b;
    const float *a, *b;
    float *c, beta;
    size_t M, N, K, lda, ldb, ldc;
} Product;

static int dimension(size_t n)
{
    assert(n <= INT_MAX);
    return (int)n;
}

/* OpenBLAS 0.3.21's small-matrix kernels take memory (8 K floats, as counted) and write to it
 * without a look at whether there is any. They get what is taken and given back just before. */
static void want_small_buffer(size_t M, size_t N, size_t K)
{
    enum { PACKED = 64 };
    if (uniform() && M * N <= SMALL_PRODUCT / (K ? K : 1))
        free(alloc_scratch(K, PACKED * sizeof(float)));
}

/* Rows m0 … m1-1 and columns n0 … n1-1 of the product. */
static void multiply(const Product *p, size_t m0, size_t m1, size_t n0, size_t n1)
{
    const float *a = p->a + (p->trans_a == CblasNoTrans ? m0 * p->lda : m0);
    const float *b = p->b + (p->trans_b == CblasNoTrans ? n0 : n0 * p->ldb);
    want_small_buffer(m1 - m0, n1 - n0, p->K);
    cblas_sgemm(CblasRowMajor, p->trans_a, p->trans_b, dimension(m1 - m0), dimension(n1 - n0),
                dimension(p->K), 1, a, dimension(p->lda), b, dimension(p->ldb), p->beta,
                p->c + m0 * p->ldc + n0, dimension(p->ldc));
}

static void multiply_rows(const void *context, size_t first, size_t end)
{
    const Product *p = context;
    multiply(p, first, end, 0, p->N);
}

static void multiply_columns(const void *context, size_t first, size_t end)
{
    const Product *p = context;
    multiply(p, 0, p->M, first, end);
}

/* The unit of pieces of so many rows or columns: a thread's share, or a third or half of it where
 * that is still many: each piece packs the other operand for itself. */
static size_t piece_of(size_t size, size_t least)
{
    enum { MANY = 256, TURNS = 3 };
    size_t share = size / parallel_threads(), turns = share / MANY;
    size_t unit = share / (turns < 1 ? 1 : turns < TURNS ? turns : TURNS) / least * least;
    return unit < least ? least : unit;
}

/* Cut over the threads by rows, at multiples of the unit, or by columns where these are more and
 * may be cut. */
static void product(const Product *p)
{
    enum {
        PIECE = 64,
        SPEED = 32
    }; /* least rows or columns a thread; products a plain operation */
    size_t work = p->M * p->N / SPEED * p->K, least = uniform() ? PIECE : 4 * gemm_unit();
    if (parallel_threads() == 1)
        multiply(p, 0, p->M, 0, p->N);
    else if (uniform() && p->N > p->M)
        parallel_for(p->N, piece_of(p->N, least), work, multiply_columns, p);
    else if (uniform() || p->trans_a == CblasNoTrans)
        parallel_for(p->M, piece_of(p->M, least), work, multiply_rows, p);
    else
        multiply(p, 0, p->M, 0, p->N);
}

void gemm_nt(float *c, const float *a, const float *b, size_t T, size_t N, size_t K, float beta)
{
    gemm_nt_part(c, a, b, T, N, K, N, beta);
}

void gemm_nn(float *c, const float *a, const float *b, size_t T, size_t K, size_t N, float beta)
{
    gemm_nn_part(c, a, b, T, K, N, N, beta);
}

void gemm_tn(float *c, const float *a, const float *b, size_t N, size_t K, size_t T, float beta)
{
    gemm_tn_part(c, a, b, N, K, T, N, beta);
}

void gemm_nt_part(float *c, const float *a, const float *b, size_t T, size_t n, size_t K,
                  size_t stride, float beta)
{
    const Product p = {CblasNoTrans, CblasTrans, a, b, c, beta, T, n, K, K, K, stride};
    product(&p);
}

void gemm_tn_part(float *c, const float *a, const float *b, size_t n, size_t K, size_t T,
                  size_t stride, float beta)
{
    const Product p = {CblasTrans, CblasNoTrans, a, b, c, beta, n, K, T, stride, K, K};
    product(&p);
}

void gemm_nn_part(float *c, const float *a, const float *b, size_t T, size_t K, size_t n,
                  size_t stride, float beta)
{
    const Product p = {CblasNoTrans, CblasNoTrans, a, b, c, beta, T, K, n, stride, K, K};
    product(&p);
}
