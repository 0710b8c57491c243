/* Packed batches: where rows lie, padding, branches, and rows that a sequence shares with the one
 * before it, which attention is to give the bits that they have in a sequence of their own. */
#include "tensor/attention.h"
#include "tensor/gemm.h"

#include "exact.h"

static void test_batch(void **state)
{
    (void)state;
    static const float source[3] = {1, 2, 3};
    static const int32_t five[6] = {0, 1, 2, 2, 2, -1};
    Batch batch = {.unit = 12, .least = 12};
    float packed[2 * 12];
    for (int round = 0; round < 2; round++) {
        assert_int_equal(batch_add(&batch, 5, 3), 0);
        assert_int_equal(batch_add(&batch, 12, 0), 12);
        assert_int_equal(batch_add(&batch, 13, 0), 24);
        assert_true(batch.rows == 48 && batch.count == 3 && batch.longest == 13);
        assert_memory_equal(batch.position, five, sizeof five);
        assert_true(batch.position[11] == -1 && batch.position[23] == 11 &&
                    batch.position[36] == 12 && batch.position[37] == -1);
        batch_clear(&batch);
        assert_true(batch.rows == 0 && batch.count == 0 && batch.longest == 0);
    }
    static const int32_t nine[12] = {0, 1, 2, 3, 4, 3, 4, 3, 4, -1, -1, -1};
    batch_add_branches(&batch, 9, 6, 2);
    assert_memory_equal(batch.position, nine, sizeof nine);
    batch_clear(&batch);
    batch_add(&batch, 2, 0);
    batch_add(&batch, 3, 0);
    for (int i = 0; i < 24; i++)
        packed[i] = 9;
    batch_gather(&batch, 1, packed, source, 1);
    for (int i = 0; i < 24; i++)
        assert_true(packed[i] == (i < 12 ? 9 : i < 15 ? source[i - 12] : 0));
    batch_free(&batch);
}

/* Where shared rows lie: with the sequence before, or with the one before that. */
static void test_shared_rows(void **state)
{
    (void)state;
    Batch batch = {.unit = 2};
    float source[9], packed[64];
    for (int i = 0; i < 9; i++)
        source[i] = (float)i + 1;
    batch_add(&batch, 7, 0);
    assert_int_equal(batch_add_shared(&batch, 8, 0, 1, 6), 8);
    assert_int_equal(batch_add_shared(&batch, 9, 2, 1, 4), 10);
    static const size_t rows[3][9] = {
        {0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 8, 9}, {0, 1, 2, 3, 10, 11, 12, 13, 14}};
    static const int32_t position[8] = {6, 7, 4, 5, 6, 7, 7, -1};
    for (size_t i = 0; i < 3; i++)
        for (size_t t = 0; t < batch.sequences[i].length; t++)
            assert_int_equal(batch_row(&batch, i, t), rows[i][t]);
    assert_memory_equal(batch.position + 8, position, sizeof position);
    assert_true(batch.end == 16 && batch.longest == 9);
    assert_true(batch.rows <= sizeof packed / sizeof *packed);
    for (size_t i = 0; i < batch.rows; i++)
        packed[i] = 9;
    batch_gather(&batch, 2, packed, source, 1);
    for (size_t i = 0; i < batch.rows; i++)
        assert_true(packed[i] == (i < 10 ? 9 : i < 15 ? source[i - 6] : 0));
    batch_free(&batch);
}

/* Three sequences that begin alike, the last two with branches: each laid whole, and shared. */
typedef struct {
    size_t length[3], shared[3];
    Heads heads;
} Alike;

/* x (rows, columns) whose rows are the same where their sequences are. */
static float *alike_rows(const Alike *a, const Batch *whole, size_t columns, Rng *rng)
{
    float *x = draw(rng, whole->rows * columns, 1);
    for (size_t i = 1; i < 3; i++)
        memcpy(x + batch_row(whole, i, 0) * columns, x + batch_row(whole, i - 1, 0) * columns,
               a->shared[i] * columns * sizeof *x);
    return x;
}

/* The same rows where `shared` has them; x is freed. */
static float *moved(float *x, const Batch *whole, const Batch *shared, size_t columns)
{
    float *y = alloc_zeroed(shared->rows, columns * sizeof *y);
    for (size_t i = 0; i < 3; i++)
        for (size_t t = 0; t < whole->sequences[i].length; t++)
            memcpy(y + batch_row(shared, i, t) * columns, x + batch_row(whole, i, t) * columns,
                   columns * sizeof *y);
    free(x);
    return y;
}

static float *attended(const Batch *batch, Heads n, const float *q, const float *k, const float *v)
{
    float *out = alloc_zeroed(batch->rows, n.heads * n.size * sizeof *out);
    float *probabilities = alloc_zeroed(attention_probabilities(batch, n), sizeof *probabilities);
    attention_forward(out, probabilities, q, k, v, batch, n);
    free(probabilities);
    return out;
}

/* Whether gemm_shares allows all that the sequences share. */
static bool allowed(const Alike *a)
{
    for (size_t i = 1; i < 3; i++)
        if (a->shared[i] > gemm_shares(a->length[i - 1]) ||
            a->shared[i] > gemm_shares(a->length[i]))
            return false;
    return true;
}

/* All rows of the sequences are equal: bit for bit where gemm_shares says so, nearly elsewhere. */
static void check_alike(const Alike *a)
{
    Batch whole = {0}, shared = {0};
    Rng rng = rng_stream("batch", a->length[0], a->heads.size);
    size_t wide = a->heads.heads * a->heads.size, narrow = a->heads.kv_heads * a->heads.size;
    bool bits = allowed(a);
    for (size_t i = 0; i < 3; i++) {
        size_t siblings = i ? 6 : 0;
        batch_add_branches(&whole, a->length[i], siblings, i ? 2 : 1);
        batch_add_shared(&shared, a->length[i], siblings, i ? 2 : 1, a->shared[i]);
    }
    float *q = alike_rows(a, &whole, wide, &rng), *k = alike_rows(a, &whole, narrow, &rng),
          *v = alike_rows(a, &whole, narrow, &rng);
    float *wanted = attended(&whole, a->heads, q, k, v);
    q = moved(q, &whole, &shared, wide), k = moved(k, &whole, &shared, narrow),
    v = moved(v, &whole, &shared, narrow);
    float *found = attended(&shared, a->heads, q, k, v);
    for (size_t i = 0; i < 3; i++)
        for (size_t t = 0; t < a->length[i]; t++)
            for (size_t c = 0; c < wide; c++) {
                float x = wanted[batch_row(&whole, i, t) * wide + c];
                float y = found[batch_row(&shared, i, t) * wide + c];
                if (bits ? memcmp(&x, &y, sizeof x) != 0 : !(fabsf(x - y) <= 3e-6f))
                    fail_msg("lengths from %zu, size %zu: sequence %zu, row %zu: %a and %a",
                             a->length[0], a->heads.size, i, t, (double)x, (double)y);
            }
    free(q), free(k), free(v), free(wanted), free(found);
    batch_free(&whole), batch_free(&shared);
}

static void test_shared_bits(void **state)
{
    (void)state;
    static const Heads heads[] = {{2, 2, 32}, {4, 2, 48}, {3, 3, 64}, {2, 1, 80}, {2, 1, 128}};
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++)
        for (size_t n = 49; n < 440; n += n < 120 ? 3 : 63) { /* 252: some in blocks, some whole */
            size_t unit = gemm_unit(), some = n / 2 / unit * unit;
            size_t most = gemm_shares(n) < n ? gemm_shares(n) / unit * unit : some;
            check_alike(&(Alike){{n, n + 8, n + 7}, {0, some, (n - 1) / unit * unit}, heads[h]});
            check_alike(&(Alike){{n + 3, n, n + 2}, {0, some, some / 2 / unit * unit}, heads[h]});
            check_alike(&(Alike){{n, n + 8, n + 9}, {0, most, most}, heads[h]});
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch),
        cmocka_unit_test(test_shared_rows),
        cmocka_unit_test(test_shared_bits),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
