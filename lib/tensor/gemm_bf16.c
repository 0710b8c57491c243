/* Activations are rounded to BF16 and multiplied by oneDNN a bounded number of rows at a time, with
 * one thread of its own and threads of ours over the rows. */
#include "tensor/gemm_bf16.h"

#ifdef HAVE_ONEDNN
#include "base/alloc.h"
#include "base/parallel.h"

#include <assert.h>
#include <dnnl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the OpenMP library that oneDNN brings; its threads are not ours. */
void omp_set_num_threads(int count);

/* Rows that oneDNN is given at once, at most and, on several threads, at least: it packs the whole
 * weight anew each time, and makes a kernel for each number of rows. */
enum { MOST_ROWS = 512, LEAST_ROWS = 64 };
/* Kernels that are kept, of a tenth of a megabyte to two each; a forgotten one is soon made again.
 */
enum { KERNELS = 128 };
enum { SPEED = 64 }; /* products a plain operation, as parallel_for counts them */

static dnnl_engine_t engine; /* set by gemm_bf16_begin; NULL: off */

/* A call that fails only for want of memory, or by a mistake here. */
static void hold(dnnl_status_t status)
{
    assert(status == dnnl_success);
    (void)status;
}

bool gemm_bf16_begin(Error *error)
{
    const char *isa = getenv("ONEDNN_MAX_CPU_ISA");
    if (engine)
        return true;
    if (!isa || !*isa) /* refused once a kernel has been made: then it is set already */
        (void)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core_bf16);
    unsigned found = dnnl_get_effective_cpu_isa(), wanted = dnnl_cpu_isa_avx512_core_bf16;
    if ((found & wanted) == wanted && found != wanted)
        return fail(error,
                    "engine bf16: ONEDNN_MAX_CPU_ISA=%s allows kernels beyond AVX512_BF16, whose "
                    "bits depend on threads; unset it",
                    isa);
    if (found != wanted)
        return fail(error, "engine bf16: this processor does not multiply BF16 (AVX512_BF16), or "
                           "ONEDNN_MAX_CPU_ISA forbids it; use ENGINE=float32");
    hold(dnnl_set_primitive_cache_capacity(KERNELS));
    hold(dnnl_engine_create(&engine, dnnl_cpu, 0));
    return true;
}

void gemm_bf16_end(void)
{
    if (engine)
        hold(dnnl_engine_destroy(engine));
    engine = NULL;
}

bool gemm_bf16_on(void)
{
    return engine != NULL;
}

const char *gemm_bf16_engine(void)
{
    static char text[64];
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, sizeof text, "bf16 oneDNN %d.%d.%d (AVX512_BF16)", version->major,
             version->minor, version->patch);
    return text;
}

/* --- rounding ---------------------------------------------------------------------- */

typedef struct {
    uint16_t *out;
    const float *in;
    size_t columns;
} Rounding;

void gemm_bf16_round(uint16_t *restrict out, const float *restrict in, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &in[i], sizeof bits);
        uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
        out[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : nearest);
    }
}

static void round_rows(const void *context, size_t first, size_t end)
{
    const Rounding *r = context;
    gemm_bf16_round(r->out + first * r->columns, r->in + first * r->columns,
                    (end - first) * r->columns);
}

/* x (T,columns) in BF16, freed by the caller. */
static uint16_t *rounded(const float *x, size_t T, size_t columns)
{
    uint16_t *out = alloc_scratch(T, columns * sizeof *out);
    const Rounding r = {out, x, columns};
    parallel_for(T, 1, T * columns, round_rows, &r);
    return out;
}

/* --- products ----------------------------------------------------------------------- */

/* c (M,N) = beta c + a (M,K) · b, whose element (k,n) is at b[k·step_k + n·step_n]. */
typedef struct {
    float *c, beta;
    const uint16_t *a, *b;
    size_t M, N, K, step_k, step_n;
} Product;

/* A matrix as oneDNN knows it. */
typedef struct {
    dnnl_memory_desc_t shape;
    dnnl_memory_t memory;
} Operand;

/* Element (i,j) is at data[i·row_step + j·column_step]. */
static Operand operand(const void *data, dnnl_data_type_t type, size_t rows, size_t columns,
                       size_t row_step, size_t column_step)
{
    Operand o;
    const dnnl_dims_t sizes = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    const dnnl_dims_t steps = {(dnnl_dim_t)row_step, (dnnl_dim_t)column_step};
    hold(dnnl_memory_desc_init_by_strides(&o.shape, 2, sizes, type, steps));
    hold(dnnl_memory_create(&o.memory, &o.shape, engine, (void *)(uintptr_t)data));
    return o;
}

/* The kernel for operands of these shapes; oneDNN keeps some that it has made. */
static dnnl_primitive_t kernel(const Operand *a, const Operand *b, const Operand *c, float beta)
{
    dnnl_matmul_desc_t matmul;
    dnnl_primitive_attr_t attributes;
    dnnl_post_ops_t after;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    hold(dnnl_primitive_attr_create(&attributes));
    hold(dnnl_post_ops_create(&after));
    if (beta != 0)
        hold(dnnl_post_ops_append_sum(after, beta));
    hold(dnnl_primitive_attr_set_post_ops(attributes, after));
    hold(dnnl_matmul_desc_init(&matmul, &a->shape, &b->shape, NULL, &c->shape));
    hold(dnnl_primitive_desc_create(&description, &matmul, attributes, engine, NULL));
    hold(dnnl_primitive_create(&primitive, description));
    hold(dnnl_primitive_desc_destroy(description));
    hold(dnnl_post_ops_destroy(after));
    hold(dnnl_primitive_attr_destroy(attributes));
    return primitive;
}

/* Rows m … m+rows-1. Only of a result without gaps does oneDNN treat all rows alike, so that a
 * product cannot be cut by columns. */
static void multiply(const Product *p, size_t m, size_t rows)
{
    Operand a = operand(p->a + m * p->K, dnnl_bf16, rows, p->K, p->K, 1);
    Operand b = operand(p->b, dnnl_bf16, p->K, p->N, p->step_k, p->step_n);
    Operand c = operand(p->c + m * p->N, dnnl_f32, rows, p->N, p->N, 1);
    dnnl_primitive_t primitive = kernel(&a, &b, &c, p->beta);
    dnnl_stream_t stream;
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, a.memory}, {DNNL_ARG_WEIGHTS, b.memory}, {DNNL_ARG_DST, c.memory}};
    hold(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    hold(dnnl_primitive_execute(primitive, stream, 3, arguments));
    hold(dnnl_stream_wait(stream));
    hold(dnnl_stream_destroy(stream));
    hold(dnnl_primitive_destroy(primitive));
    hold(dnnl_memory_destroy(a.memory));
    hold(dnnl_memory_destroy(b.memory));
    hold(dnnl_memory_destroy(c.memory));
}

static void multiply_rows(const void *context, size_t first, size_t end)
{
    const Product *p = context;
    omp_set_num_threads(1); /* of this thread: parallel.h alone splits work */
    for (size_t m = first; m < end; m += MOST_ROWS)
        multiply(p, m, end - m < MOST_ROWS ? end - m : MOST_ROWS);
}

static void product(const Product *p)
{
    assert(engine);
    parallel_for(p->M, LEAST_ROWS, p->M * p->N / SPEED * p->K, multiply_rows, p);
}

void gemm_bf16_nt(float *y, const float *x, const void *w, size_t T, size_t N, size_t K)
{
    uint16_t *a = rounded(x, T, K);
    const Product p = {y, 0, a, w, T, N, K, 1, K};
    product(&p);
    free(a);
}

void gemm_bf16_nn(float *dx, const float *dy, const void *w, size_t T, size_t K, size_t N,
                  float beta)
{
    uint16_t *a = rounded(dy, T, N);
    const Product p = {dx, beta, a, w, T, K, N, K, 1};
    product(&p);
    free(a);
}

#else /* built without oneDNN: the engine is never on */
#include <assert.h>

bool gemm_bf16_begin(Error *error)
{
    return fail(error, "engine bf16: this build has no oneDNN 2; install libdnnl-dev (./setup) and "
                       "make again, or use ENGINE=float32");
}

void gemm_bf16_end(void)
{
}

bool gemm_bf16_on(void)
{
    return false;
}

const char *gemm_bf16_engine(void)
{
    return "none";
}

void gemm_bf16_round(uint16_t *out, const float *in, size_t count)
{
    (void)out, (void)in, (void)count;
    assert(!"the engine is on");
}

void gemm_bf16_nt(float *y, const float *x, const void *w, size_t T, size_t N, size_t K)
{
    (void)y, (void)x, (void)w, (void)T, (void)N, (void)K;
    assert(!"the engine is on");
}

void gemm_bf16_nn(float *dx, const float *dy, const void *w, size_t T, size_t K, size_t N,
                  float beta)
{
    (void)dx, (void)dy, (void)w, (void)T, (void)K, (void)N, (void)beta;
    assert(!"the engine is on");
}
#endif
