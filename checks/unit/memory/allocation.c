/* Allocations: who owns what, how often documents share, masks of tokens, and hostile files. */
#include "memory/allocation.h"
#include "fever/shingle.h"

#include "numbers.h"

#include "fixture.h"

enum { ENTRIES = 128, BANDS = 16, SLOTS = ENTRIES / BANDS };

/* Documents made for a check. */
typedef struct {
    int32_t *ids;
    int64_t *offset;
    size_t documents, ids_capacity, offset_capacity;
} Texts;

/* Appends a document: BOS, then `length` ids. */
static void add(Texts *texts, const int32_t *ids, size_t length)
{
    texts->offset = alloc_grow(texts->offset, &texts->offset_capacity, texts->documents + 2,
                               sizeof *texts->offset);
    if (texts->documents == 0)
        texts->offset[0] = 0;
    size_t start = (size_t)texts->offset[texts->documents];
    texts->ids =
        alloc_grow(texts->ids, &texts->ids_capacity, start + 1 + length, sizeof *texts->ids);
    texts->ids[start] = 1;
    memcpy(texts->ids + start + 1, ids, length * sizeof *ids);
    texts->offset[++texts->documents] = (int64_t)(start + 1 + length);
}

static void forget(Texts *texts)
{
    free(texts->ids), free(texts->offset);
    *texts = (Texts){0};
}

/* Documents of random lengths from a few ids, so that many share some. */
static Texts random_texts(size_t documents, uint64_t seed)
{
    Texts texts = {0};
    Rng rng = rng_stream("texts", seed, 0);
    for (size_t i = 0; i < documents; i++) {
        int32_t ids[64];
        size_t length = 2 + rng_below(&rng, 62);
        for (size_t t = 0; t < length; t++)
            ids[t] = 2 + (int32_t)rng_below(&rng, 200);
        add(&texts, ids, length);
    }
    return texts;
}

static Allocation make(AllocationKind kind, const Texts *texts, uint64_t seed)
{
    Error error;
    Allocation a = {.kind = kind,
                    .documents = texts->documents,
                    .entries = ENTRIES,
                    .bands = BANDS,
                    .seed = seed,
                    .strength = 1};
    if (!allocation_make(&a, texts->ids, texts->offset, &error))
        fail_msg("%s", error.text);
    return a;
}

static size_t owned(const Allocation *a, size_t document)
{
    return allocation_common(a, document, document);
}

static void test_names(void **state)
{
    (void)state;
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++)
        assert_int_equal(allocation_parse(allocation_name((AllocationKind)kind)), kind);
    assert_int_equal(allocation_parse("simset-3-dim"), ALLOCATION_KINDS);
    assert_int_equal(allocation_parse(""), ALLOCATION_KINDS);
    assert_int_equal(allocation_shingle(ALLOCATION_SIMSET_2_TOKEN), 2);
    assert_false(allocation_masks(NULL) || allocation_masks(&(Allocation){0}));
    assert_true(allocation_by_document(&(Allocation){.kind = ALLOCATION_DISJOINT}));
    assert_false(allocation_by_document(&(Allocation){.kind = ALLOCATION_SIMSET_1_TOKEN}));
}

/* ---- Who owns what -------------------------------------------------------------- */

static void test_disjoint(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        Texts texts = random_texts(1 + 4 * seed, seed);
        Allocation a = make(ALLOCATION_DISJOINT, &texts, 1);
        double tokens = (double)(texts.offset[texts.documents] - (int64_t)texts.documents);
        double spare = ENTRIES, left = tokens; /* what those above one entry divide */
        for (int again = 0; again < 20; again++) {
            double ratio = spare / left;
            spare = ENTRIES, left = tokens;
            for (size_t i = 0; i < a.documents; i++) {
                double own = (double)(texts.offset[i + 1] - texts.offset[i] - 1);
                if (own * ratio < 1)
                    spare--, left -= own;
            }
        }
        for (size_t j = 0; j < ENTRIES; j++) { /* every entry has one owner */
            size_t owners = 0;
            for (size_t i = 0; i < a.documents; i++)
                owners += a.mask[i * ENTRIES + j];
            assert_int_equal(owners, 1);
        }
        for (size_t i = 0; i < a.documents; i++) {
            double share = (double)(texts.offset[i + 1] - texts.offset[i] - 1) * spare / left;
            assert_true(owned(&a, i) >= 1);
            assert_true(fabs((double)owned(&a, i) - (share < 1 ? 1 : share)) < 1);
            const uint8_t *row = a.mask + i * ENTRIES; /* a block */
            size_t edges = 0;
            for (size_t j = 1; j < ENTRIES; j++)
                edges += row[j] != row[j - 1];
            assert_true(edges <= 2);
        }
        allocation_free(&a);
        forget(&texts);
    }
}

static void test_random(void **state)
{
    (void)state;
    enum { DOCUMENTS = 2000 };
    Texts texts = random_texts(DOCUMENTS, 3);
    Allocation a = make(ALLOCATION_RANDOM, &texts, 5), other = make(ALLOCATION_RANDOM, &texts, 6);
    Allocation simset = make(ALLOCATION_SIMSET_1_DIM, &texts, 5);
    size_t owners[ENTRIES] = {0};
    for (size_t i = 0; i < DOCUMENTS; i++) {
        assert_int_equal(owned(&a, i), owned(&simset, i));
        for (size_t j = 0; j < ENTRIES; j++)
            owners[j] += a.mask[i * ENTRIES + j];
    }
    double p = (double)BANDS / ENTRIES; /* each entry is as likely as the others */
    for (size_t j = 0; j < ENTRIES; j++)
        assert_true(fabs((double)owners[j] - p * DOCUMENTS) < 5 * sqrt(p * (1 - p) * DOCUMENTS));
    assert_memory_not_equal(a.mask, other.mask, DOCUMENTS * ENTRIES);
    allocation_free(&a), allocation_free(&other), allocation_free(&simset);
    forget(&texts);
}

/* Pairs of documents with `common` tokens of their `length` in common, all pairs apart: the share
 * of bands in which a pair owns the same entry, against J + (1 − J) B/m. */
static void check_sharing(AllocationKind kind, int length, int common)
{
    enum { PAIRS = 3000 };
    Texts texts = {0};
    int32_t ids[64], next = 2;
    for (int pair = 0; pair < PAIRS; pair++) {
        for (int side = 0; side < 2; side++) {
            for (int t = 0; t < length; t++)
                ids[t] = next + t + (t < common ? 0 : side * length);
            add(&texts, ids, (size_t)length);
        }
        next += 2 * length;
    }
    ShingleSet one, two;
    size_t size = (size_t)length + 1;
    shingle_set_make(&one, texts.ids, size, allocation_shingle(kind));
    shingle_set_make(&two, texts.ids + size, size, allocation_shingle(kind));
    double j = shingle_jaccard(&one, &two), p = j + (1 - j) / SLOTS, n = PAIRS * BANDS;
    shingle_set_free(&one), shingle_set_free(&two);
    Allocation a = make(kind, &texts, 11);
    double same = 0;
    for (size_t i = 0; i < texts.documents; i += 2) {
        assert_int_equal(owned(&a, i), BANDS);
        same += (double)allocation_common(&a, i, i + 1);
    }
    if (!(fabs(same / n - p) <= 4 * sqrt(p * (1 - p) / n))) /* four deviations */
        fail_msg("%s, J %.3f: %.4f of bands are shared, not %.4f", allocation_name(kind), j,
                 same / n, p);
    allocation_free(&a);
    forget(&texts);
}

static void test_sharing(void **state)
{
    (void)state;
    for (int common = 0; common <= 40; common += 8) {
        check_sharing(ALLOCATION_SIMSET_1_DIM, 40, common);
        check_sharing(ALLOCATION_SIMSET_2_DIM, 40, common);
    }
}

static void test_one_entry_a_band(void **state)
{
    (void)state;
    Texts texts = random_texts(50, 7);
    for (int kind = ALLOCATION_SIMSET_1_DIM; kind < ALLOCATION_KINDS; kind++) {
        Allocation a = make((AllocationKind)kind, &texts, 2), again = make(a.kind, &texts, 2);
        assert_memory_equal(a.mask, again.mask, 50 * ENTRIES); /* the same bits each time */
        for (size_t i = 0; i < 50 * BANDS; i++) {
            size_t in_band = 0;
            for (size_t s = 0; s < SLOTS; s++)
                in_band += a.mask[i * SLOTS + s];
            assert_true(allocation_by_token(a.kind) ? in_band >= 1 : in_band == 1);
        }
        allocation_free(&a), allocation_free(&again);
    }
    forget(&texts);
}

/* ---- Masks ---------------------------------------------------------------------- */

static void test_rows_of_documents(void **state)
{
    (void)state;
    Texts texts = random_texts(6, 8);
    Allocation a = make(ALLOCATION_SIMSET_2_DIM, &texts, 1);
    float row[ENTRIES];
    a.strength = 0.75;
    allocation_row(&a, 4, 7, 9, row);
    for (size_t j = 0; j < ENTRIES; j++)
        assert_true(row[j] == (a.mask[4 * ENTRIES + j] ? 1 : 0.25f));
    a.strength = 0;
    allocation_row(&a, 4, 7, 9, row);
    for (size_t j = 0; j < ENTRIES; j++)
        assert_true(row[j] == 1);
    allocation_free(&a);
    forget(&texts);
}

static size_t equal_bands(const float *a, const float *b)
{
    size_t equal = 0;
    for (size_t j = 0; j < ENTRIES; j++)
        equal += a[j] > 0 && b[j] > 0;
    return equal;
}

/* A token's mask is one entry a band, the same wherever its shingle ends, by chance at others. */
static void check_token_rows(AllocationKind kind)
{
    Texts texts = random_texts(4, 9);
    Allocation a = make(kind, &texts, 1);
    float row[ENTRIES], same[ENTRIES], other[ENTRIES];
    double chance = 0;
    for (int i = 0; i < 500; i++) {
        allocation_row(&a, 0, 1000 + i, 2000 + i, row);
        assert_int_equal(equal_bands(row, row), BANDS);
        allocation_row(&a, 3, allocation_shingle(kind) == 1 ? 7 : 1000 + i, 2000 + i, same);
        assert_memory_equal(row, same, sizeof row); /* the document does not matter */
        allocation_row(&a, 0, 999, 2000 + i, other);
        if (allocation_shingle(kind) == 2)
            chance += (double)equal_bands(row, other);
        else
            assert_memory_equal(row, other, sizeof row);
        allocation_row(&a, 0, 1000 + i, 5000 + i, other);
        chance += (double)equal_bands(row, other);
    }
    double n = 500.0 * BANDS * allocation_shingle(kind), p = 1.0 / SLOTS;
    assert_true(fabs(chance / n - p) < 4 * sqrt(p * (1 - p) / n));
    /* A document's mask is what its tokens use together. */
    for (size_t i = 0; i < texts.documents; i++) {
        uint8_t all[ENTRIES] = {0};
        const int32_t *ids = texts.ids + texts.offset[i];
        for (int64_t t = 0; t < texts.offset[i + 1] - texts.offset[i]; t++) {
            allocation_row(&a, i, t ? ids[t - 1] : SHINGLE_NOTHING, ids[t], row);
            for (size_t j = 0; j < ENTRIES; j++)
                all[j] |= row[j] > 0;
        }
        assert_memory_equal(all, a.mask + i * ENTRIES, ENTRIES);
    }
    allocation_free(&a);
    forget(&texts);
}

static void test_rows_of_tokens(void **state)
{
    (void)state;
    check_token_rows(ALLOCATION_SIMSET_1_TOKEN);
    check_token_rows(ALLOCATION_SIMSET_2_TOKEN);
}

/* A sequence's rows are the same wherever it lies in a batch; each branch of its siblings follows
 * the last common id. */
static void check_pack(AllocationKind kind, size_t siblings, size_t branch, const size_t *before)
{
    enum { IDS = 10 };
    const int32_t ids[IDS] = {1, 50, 51, 50, 52, 53, 70, 71, 72, 73};
    Texts texts = random_texts(5, 10);
    Allocation a = make(kind, &texts, 1);
    Batch batch = {0};
    float row[ENTRIES];
    batch_add(&batch, 30, 0);
    batch_add_branches(&batch, IDS, siblings, branch);
    batch_add(&batch, 13, 0);
    float *mask = alloc_zeroed(batch.rows * ENTRIES, sizeof *mask);
    allocation_pack(&a, &batch, 1, 2, ids, mask);
    size_t start = batch.sequences[1].start;
    for (size_t t = 0; t < IDS; t++) {
        allocation_row(&a, 2, t == 0 ? SHINGLE_NOTHING : ids[before[t]], ids[t], row);
        assert_memory_equal(row, mask + (start + t) * ENTRIES, sizeof row);
    }
    for (size_t i = (start + IDS) * ENTRIES; i < batch.sequences[2].start * ENTRIES; i++)
        assert_true(mask[i] == 1);
    for (size_t i = 0; i < batch.rows * ENTRIES; i++)
        if (i < start * ENTRIES || i >= batch.sequences[2].start * ENTRIES)
            assert_true(mask[i] == 0); /* other sequences' rows are not touched */
    free(mask);
    batch_free(&batch);
    allocation_free(&a);
    forget(&texts);
}

static void test_pack(void **state)
{
    (void)state;
    for (int kind = ALLOCATION_DISJOINT; kind < ALLOCATION_KINDS; kind++) {
        check_pack((AllocationKind)kind, 3, 1, (const size_t[]){0, 0, 1, 2, 3, 4, 5, 6, 6, 6});
        check_pack((AllocationKind)kind, 6, 2, (const size_t[]){0, 0, 1, 2, 3, 4, 3, 6, 3, 8});
        check_pack((AllocationKind)kind, 9, 3, (const size_t[]){0, 0, 1, 2, 0, 4, 5, 0, 7, 8});
    }
}

static void test_shared(void **state)
{
    (void)state;
    Texts texts = random_texts(20, 12);
    size_t d = 64, count = 2 * ENTRIES * d + ENTRIES + d;
    Allocation a = make(ALLOCATION_DISJOINT, &texts, 1);
    double all = (double)count; /* only down's bias is everybody's */
    assert_true(fabs(allocation_shared(&a, d, count) - (double)d / all) < 1e-12);
    a.mask[3] = a.mask[19 * ENTRIES + 3] = 1; /* and one entry */
    assert_true(fabs(allocation_shared(&a, d, count) - (double)(d + 2 * d + 1) / all) < 1e-12);
    a.strength = 0.5; /* softly, all use all */
    assert_true(allocation_shared(&a, d, count) == 1);
    assert_true(allocation_shared(&(Allocation){0}, d, count) == 1);
    allocation_free(&a);
    forget(&texts);
}

/* ---- What cannot be, and files --------------------------------------------------- */

static void refused(Allocation a, const Texts *texts, const char *words)
{
    Error error = {""};
    a.documents = texts->documents;
    assert_false(allocation_make(&a, texts->ids, texts->offset, &error));
    if (!strstr(error.text, words) || !strchr(error.text, ';'))
        fail_msg("not '%s': %s", words, error.text);
    assert_null(a.mask);
    assert_null(a.keys);
}

/* Document i gets what the one half of all further on has; who owns nothing has nothing to give. */
static void test_shift(void **state)
{
    (void)state;
    enum { DOCUMENTS = 5 };
    Texts texts = random_texts(DOCUMENTS, 3);
    Error error = {""};
    Allocation own = {.kind = ALLOCATION_SIMSET_1_DIM,
                      .strength = 1,
                      .documents = DOCUMENTS,
                      .entries = ENTRIES,
                      .bands = BANDS};
    Allocation wrong = own, token = own, one = own, none = {0};
    token.kind = ALLOCATION_SIMSET_1_TOKEN, one.documents = 1;
    assert_true(allocation_make(&own, texts.ids, texts.offset, &error) &&
                allocation_make(&wrong, texts.ids, texts.offset, &error) &&
                allocation_make(&token, texts.ids, texts.offset, &error) &&
                allocation_make(&one, texts.ids, texts.offset, &error));
    assert_true(allocation_shift(&wrong, &error));
    for (size_t i = 0; i < DOCUMENTS; i++)
        assert_memory_equal(wrong.mask + i * ENTRIES, own.mask + (i + 2) % DOCUMENTS * ENTRIES,
                            ENTRIES);
    assert_false(allocation_shift(&none, &error));
    assert_false(allocation_shift(&token, &error));
    assert_false(allocation_shift(&one, &error));
    allocation_free(&own), allocation_free(&wrong), allocation_free(&token), allocation_free(&one);
    forget(&texts);
}

static void test_refusals(void **state)
{
    (void)state;
    Texts texts = random_texts(20, 13);
    refused((Allocation){ALLOCATION_DISJOINT, .entries = 19, .bands = 1}, &texts,
            "20 documents cannot have disjoint blocks of 19 entries");
    refused((Allocation){ALLOCATION_SIMSET_1_DIM, .entries = 128, .bands = 24}, &texts,
            "128 entries cannot be split into 24 bands");
    refused((Allocation){ALLOCATION_RANDOM, .entries = 128}, &texts, "into 0 bands");
    refused((Allocation){ALLOCATION_SIMSET_1_TOKEN, .entries = 0, .bands = 1}, &texts, "0 entries");
    refused((Allocation){ALLOCATION_RANDOM, .entries = 1 << 21, .bands = 1}, &texts, "2097152");
    add(&texts, (const int32_t[]){5}, 1);
    refused((Allocation){ALLOCATION_SIMSET_2_DIM, .entries = 128, .bands = 16}, &texts,
            "document 20 has no run of 2 tokens");
    add(&texts, texts.ids, 0);
    refused((Allocation){ALLOCATION_DISJOINT, .entries = 128, .bands = 16}, &texts,
            "document 21 has no run of 1 tokens");
    forget(&texts);
}

/* A file with these settings (NULL: left out) and `mask` of `documents` × `entries`. */
typedef struct {
    const char *allocation, *strength, *bands, *seed, *name;
    DType dtype;
    int rank;
    uint8_t first; /* of the mask; the rest are 0 */
} Plan;

static const char *write_file(const Plan *plan)
{
    static const uint8_t zeros[256];
    uint8_t mask[256];
    const size_t shape[] = {4, 16, 1};
    const char *keys[] = {"allocation", "strength", "bands", "allocation_seed"};
    const char *values[] = {plan->allocation, plan->strength, plan->bands, plan->seed};
    TensorWriter writer = {0};
    Error error;
    Out out;
    memcpy(mask, zeros, sizeof mask);
    mask[0] = plan->first;
    for (int i = 0; i < 4; i++)
        if (values[i])
            tensor_writer_metadata(&writer, keys[i], values[i]);
    tensor_writer_add(&writer, plan->name, plan->dtype, plan->rank, shape, mask);
    assert_true(out_open(&out, scratch("allocation.safetensors"), &error) &&
                tensor_writer_write(&writer, &out, &error) && out_commit(&out, &error));
    return scratch("allocation.safetensors");
}

static void test_hostile_files(void **state)
{
    (void)state;
    static const Plan good = {"simset-1-token", "0.5", "4", "7", "allocation.mask", DTYPE_U8, 2, 1};
    struct {
        Plan plan;
        const char *words;
    } cases[] = {{good, NULL},
                 {good, "metadata allocation"},
                 {good, "allocation"},
                 {good, "strength"},
                 {good, "strength"},
                 {good, "strength"},
                 {good, "bands"},
                 {good, "bands"},
                 {good, "bands"},
                 {good, "bands"},
                 {good, "allocation_seed"},
                 {good, "allocation_seed"},
                 {good, "only 0 and 1"},
                 {good, "allocation.mask"},
                 {good, "allocation.mask"},
                 {good, "allocation.mask"}};
    cases[1].plan.allocation = NULL, cases[2].plan.allocation = "simset";
    cases[3].plan.strength = NULL, cases[4].plan.strength = "1.5", cases[5].plan.strength = "nan";
    cases[6].plan.bands = NULL, cases[7].plan.bands = "0", cases[8].plan.bands = "3";
    cases[9].plan.bands = "99999999999";
    cases[10].plan.seed = "-1", cases[11].plan.seed = "18446744073709551616";
    cases[12].plan.first = 2, cases[13].plan.name = "mask", cases[14].plan.dtype = DTYPE_I8;
    cases[15].plan.rank = 3;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TensorFile file;
        Error error = {""};
        Allocation a;
        assert_true(tensors_open(&file, write_file(&cases[i].plan), &error));
        bool ok = allocation_read(&a, &file, 16, &error);
        if (ok != !cases[i].words ||
            (!ok && (!strstr(error.text, cases[i].words) ||
                     !strstr(error.text, "allocation.safetensors: ") || !strchr(error.text, ';'))))
            fail_msg("case %zu: %s", i, error.text);
        assert_true(ok || (!a.mask && !a.keys));
        if (i == 0)
            assert_false(allocation_read(&(Allocation){0}, &file, 12, &error));
        allocation_free(&a);
        tensors_close(&file);
    }
}

static void test_files(void **state)
{
    (void)state;
    Texts texts = random_texts(30, 14);
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++) {
        Allocation a = make((AllocationKind)kind, &texts, UINT64_MAX), read;
        TensorWriter writer = {0};
        TensorFile file;
        Error error;
        Out out;
        float row[ENTRIES], again[ENTRIES];
        a.strength = 0.3;
        allocation_add(&a, &writer);
        tensor_writer_add(&writer, "other", DTYPE_U8, 1, (const size_t[]){1}, "x");
        assert_true(out_open(&out, scratch("allocation.safetensors"), &error) &&
                    tensor_writer_write(&writer, &out, &error) && out_commit(&out, &error));
        assert_true(tensors_open(&file, scratch("allocation.safetensors"), &error));
        if (!allocation_read(&read, &file, ENTRIES, &error))
            fail_msg("%s", error.text);
        assert_int_equal(read.kind, kind);
        assert_true(read.strength == (kind == ALLOCATION_NONE ? 1 : 0.3));
        if (kind != ALLOCATION_NONE) {
            assert_memory_equal(read.mask, a.mask, 30 * ENTRIES);
            allocation_row(&a, 3, 8, 9, row), allocation_row(&read, 3, 8, 9, again);
            assert_memory_equal(row, again, sizeof row);
        }
        tensors_close(&file);
        allocation_free(&a), allocation_free(&read);
    }
    forget(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_disjoint),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_one_entry_a_band),
        cmocka_unit_test(test_rows_of_documents),
        cmocka_unit_test(test_rows_of_tokens),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_shift),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hostile_files),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}
