/* Matrix products: the one place that talks to BLAS, so that another engine can take its place. */
#include "gemm.h"

#include <assert.h>
#include <cblas.h>
#include <limits.h>
#include <stdio.h>

void gemm_begin(void)
{
    openblas_set_num_threads(1);
    assert(openblas_get_num_threads() == 1);
}

const char *gemm_engine(void)
{
    static char text[256];
    snprintf(text, sizeof text, "%s (core %s)", openblas_get_config(), openblas_get_corename());
    return text;
}

static int dimension(size_t n)
{
    assert(n <= INT_MAX);
    return (int)n;
}

void gemm_nt(float *c, const float *a, const float *b, size_t T, size_t N, size_t K, float beta)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, dimension(T), dimension(N), dimension(K),
                1, a, dimension(K), b, dimension(K), beta, c, dimension(N));
}

void gemm_nn(float *c, const float *a, const float *b, size_t T, size_t K, size_t N, float beta)
{
    gemm_nn_part(c, a, b, T, K, N, N, beta);
}

void gemm_tn(float *c, const float *a, const float *b, size_t N, size_t K, size_t T, float beta)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, dimension(N), dimension(K), dimension(T),
                1, a, dimension(N), b, dimension(K), beta, c, dimension(K));
}

void gemm_nt_part(float *c, const float *a, const float *b, size_t T, size_t n, size_t K,
                  size_t stride)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, dimension(T), dimension(n), dimension(K),
                1, a, dimension(K), b, dimension(K), 0, c, dimension(stride));
}

void gemm_nn_part(float *c, const float *a, const float *b, size_t T, size_t K, size_t n,
                  size_t stride, float beta)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, dimension(T), dimension(K), dimension(n),
                1, a, dimension(stride), b, dimension(K), beta, c, dimension(K));
}
