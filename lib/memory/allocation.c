/* SimSet by MinHash: in each band a document owns the entry of its shingles' least hash; by token,
 * a token owns that of its own shingle. Disjoint blocks are proportional to tokens by largest
 * remainder. */
#include "memory/allocation.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "fever/shingle.h"
#include "file/metadata.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a kind is called, the tokens of its shingles, and whether masks are by token. */
static const struct {
    const char *name;
    int shingle;
    bool by_token;
} kinds[ALLOCATION_KINDS] = {{"none", 0, false},          {"disjoint", 0, false},
                             {"random", 0, false},        {"simset-1-dim", 1, false},
                             {"simset-1-token", 1, true}, {"simset-2-dim", 2, false},
                             {"simset-2-token", 2, true}};

const char *allocation_name(AllocationKind kind)
{
    return kinds[kind].name;
}

AllocationKind allocation_parse(const char *name)
{
    int kind = 0;
    while (kind < ALLOCATION_KINDS && strcmp(name, kinds[kind].name) != 0)
        kind++;
    return (AllocationKind)kind;
}

int allocation_shingle(AllocationKind kind)
{
    return kinds[kind].shingle;
}

bool allocation_by_token(AllocationKind kind)
{
    return kinds[kind].by_token;
}

/* ---- Making --------------------------------------------------------------------- */

/* A document to be given entries: how many tokens it has, its exact share's remainder. */
typedef struct {
    size_t document;
    uint64_t tokens, remainder;
} Claim;

static int by_remainder(const void *a, const void *b)
{
    const Claim *x = a, *y = b;
    if (x->remainder != y->remainder)
        return x->remainder > y->remainder ? -1 : 1;
    return (x->document > y->document) - (x->document < y->document);
}

/* Gives one entry to each claim whose share of what is left is below one, again and again since
 * that lowers the others' shares; returns the number of claims left, which come first. */
static size_t grant_single(Claim *claims, size_t count, uint64_t *tokens, uint64_t *entries,
                           size_t *counts)
{
    for (size_t kept = 0;; count = kept, kept = 0) {
        uint64_t all = *tokens, left = *entries;
        for (size_t i = 0; i < count; i++)
            if (claims[i].tokens * left < all) {
                counts[claims[i].document] = 1;
                *tokens -= claims[i].tokens;
                *entries -= 1;
            } else {
                claims[kept++] = claims[i];
            }
        if (kept == count)
            return count;
    }
}

/* counts (D): entries in proportion to the documents' tokens by largest remainder, one at least. */
static void split_entries(const int64_t *offset, size_t documents, size_t entries, size_t *counts)
{
    Claim *claims = alloc_zeroed(documents, sizeof *claims);
    uint64_t tokens = 0, left = entries, given = 0;
    for (size_t i = 0; i < documents; i++) {
        claims[i] = (Claim){i, (uint64_t)(offset[i + 1] - offset[i] - 1), 0};
        tokens += claims[i].tokens;
    }
    size_t count = grant_single(claims, documents, &tokens, &left, counts);
    for (size_t i = 0; i < count; i++) {
        uint64_t exact = claims[i].tokens * left; /* in parts of an entry, `tokens` to one */
        claims[i].remainder = exact % tokens;
        given += counts[claims[i].document] = exact / tokens;
    }
    qsort(claims, count, sizeof *claims, by_remainder);
    for (size_t i = 0; i < left - given; i++)
        counts[claims[i].document]++;
    free(claims);
}

static bool make_disjoint(Allocation *a, const int64_t *offset, Error *error)
{
    if (a->documents > a->entries)
        return fail(error,
                    "%zu documents cannot have disjoint blocks of %zu entries; give at least as "
                    "many entries as documents",
                    a->documents, a->entries);
    size_t *counts = alloc_zeroed(a->documents, sizeof *counts), next = 0;
    split_entries(offset, a->documents, a->entries, counts);
    for (size_t i = 0; i < a->documents; next += counts[i++])
        memset(a->mask + i * a->entries + next, 1, counts[i]);
    free(counts);
    return true;
}

/* SimSet gives every document one entry a band. */
static void make_random(Allocation *a)
{
    uint32_t *order = alloc_zeroed(a->entries, sizeof *order);
    for (size_t i = 0; i < a->documents; i++) {
        Rng rng = rng_stream("allocation", a->seed, i);
        for (size_t j = 0; j < a->entries; j++)
            order[j] = (uint32_t)j;
        rng_shuffle(&rng, order, a->entries);
        for (size_t j = 0; j < a->bands; j++)
            a->mask[i * a->entries + order[j]] = 1;
    }
    free(order);
}

/* The entry of band `band` for a hash. */
static size_t entry_of(const Allocation *a, size_t band, uint64_t hash)
{
    size_t slots = a->entries / a->bands;
    return band * slots + (size_t)(hash % slots);
}

/* The entries of document i, whose ids are given. */
static void make_simset(Allocation *a, size_t i, const int32_t *ids, size_t length)
{
    uint8_t *row = a->mask + i * a->entries;
    int size = kinds[a->kind].shingle;
    ShingleSet set;
    if (a->keys) {
        for (size_t t = 0; t < length; t++) {
            uint64_t shingle = shingle_of(t ? ids[t - 1] : SHINGLE_NOTHING, ids[t], size);
            for (size_t b = 0; b < a->bands; b++)
                row[entry_of(a, b, shingle_hash(shingle, a->keys[b]))] = 1;
        }
        return;
    }
    shingle_set_make(&set, ids, length, size);
    for (size_t b = 0; b < a->bands; b++)
        row[entry_of(a, b, shingle_minhash(&set, shingle_key(a->seed, b)))] = 1;
    shingle_set_free(&set);
}

static void make_keys(Allocation *a)
{
    if (!kinds[a->kind].by_token)
        return;
    a->keys = alloc_zeroed(a->bands, sizeof *a->keys);
    for (size_t b = 0; b < a->bands; b++)
        a->keys[b] = shingle_key(a->seed, b);
}

static bool check_sizes(const Allocation *a, const int64_t *offset, Error *error)
{
    int needed = kinds[a->kind].shingle ? kinds[a->kind].shingle : 1;
    if (a->entries < 1 || a->entries > ALLOCATION_ENTRIES || a->bands < 1 ||
        a->entries % a->bands != 0)
        return fail(error,
                    "%zu entries cannot be split into %zu bands; give from 1 to %d entries, and "
                    "bands that divide them",
                    a->entries, a->bands, ALLOCATION_ENTRIES);
    for (size_t i = 0; i < a->documents; i++)
        if (offset[i + 1] - offset[i] <= needed)
            return fail(error,
                        "document %zu has no run of %d tokens after the first; leave out "
                        "documents so short",
                        i, needed);
    return true;
}

bool allocation_make(Allocation *allocation, const int32_t *ids, const int64_t *offset,
                     Error *error)
{
    Allocation *a = allocation;
    bool ok = true;
    a->mask = NULL, a->keys = NULL;
    if (a->kind == ALLOCATION_NONE)
        return true;
    if (!check_sizes(a, offset, error))
        return false;
    a->mask = alloc_zeroed(a->documents, a->entries);
    make_keys(a);
    if (a->kind == ALLOCATION_DISJOINT)
        ok = make_disjoint(a, offset, error);
    else if (a->kind == ALLOCATION_RANDOM)
        make_random(a);
    for (size_t i = 0; kinds[a->kind].shingle && i < a->documents; i++)
        make_simset(a, i, ids + offset[i], (size_t)(offset[i + 1] - offset[i]));
    if (!ok)
        allocation_free(a);
    return ok;
}

void allocation_free(Allocation *allocation)
{
    free(allocation->mask), free(allocation->keys);
    *allocation = (Allocation){0};
}

/* ---- Masking -------------------------------------------------------------------- */

bool allocation_masks(const Allocation *allocation)
{
    return allocation && allocation->kind != ALLOCATION_NONE;
}

bool allocation_by_document(const Allocation *allocation)
{
    return allocation_masks(allocation) && !kinds[allocation->kind].by_token;
}

void allocation_row(const Allocation *allocation, size_t document, int32_t previous, int32_t id,
                    float *row)
{
    const Allocation *a = allocation;
    float outside = (float)(1 - a->strength);
    if (!a->keys) {
        assert(document < a->documents);
        const uint8_t *mask = a->mask + document * a->entries;
        for (size_t j = 0; j < a->entries; j++)
            row[j] = mask[j] ? 1 : outside;
        return;
    }
    uint64_t shingle = shingle_of(previous, id, kinds[a->kind].shingle);
    for (size_t j = 0; j < a->entries; j++)
        row[j] = outside;
    for (size_t b = 0; b < a->bands; b++)
        row[entry_of(a, b, shingle_hash(shingle, a->keys[b]))] = 1;
}

void allocation_pack(const Allocation *allocation, const Batch *batch, size_t index,
                     size_t document, const int32_t *ids, float *mask)
{
    const Sequence *s = &batch->sequences[index];
    size_t m = allocation->entries, common = s->length - s->siblings;
    size_t end = index + 1 < batch->count ? batch->sequences[index + 1].start : batch->rows;
    for (size_t t = s->shared; t < s->length; t++) {
        size_t before = t > common && sequence_branch(s, t) == t ? common : t;
        allocation_row(allocation, document, before ? ids[before - 1] : SHINGLE_NOTHING, ids[t],
                       mask + (s->start + t - s->shared) * m);
    }
    for (size_t i = (s->start + s->length - s->shared) * m; i < end * m; i++)
        mask[i] = 1;
}

/* ---- Measures ------------------------------------------------------------------- */

double allocation_shared(const Allocation *allocation, size_t width, size_t count)
{
    const Allocation *a = allocation;
    size_t own = 0;
    if (a->kind == ALLOCATION_NONE || a->strength < 1)
        return 1;
    for (size_t j = 0; j < a->entries; j++) {
        size_t users = 0;
        for (size_t i = 0; i < a->documents; i++)
            users += a->mask[i * a->entries + j];
        own += users < 2;
    }
    return 1 - (double)(own * (2 * width + 1)) / (double)count;
}

size_t allocation_common(const Allocation *allocation, size_t a, size_t b)
{
    const uint8_t *x = allocation->mask + a * allocation->entries;
    const uint8_t *y = allocation->mask + b * allocation->entries;
    size_t common = 0;
    for (size_t j = 0; j < allocation->entries; j++)
        common += x[j] & y[j];
    return common;
}

/* ---- Files ---------------------------------------------------------------------- */

void allocation_add(const Allocation *allocation, TensorWriter *writer)
{
    const Allocation *a = allocation;
    bool masks = allocation_masks(a);
    tensor_writer_metadata(writer, "allocation", allocation_name(a->kind));
    metadata_add_real(writer, "strength", masks ? a->strength : 1);
    if (!masks)
        return;
    metadata_add_int(writer, "bands", a->bands);
    metadata_add_int(writer, "allocation_seed", a->seed);
    tensor_writer_add(writer, "allocation.mask", DTYPE_U8, 2,
                      (const size_t[]){a->documents, a->entries}, a->mask);
}

static bool read_mask(Allocation *a, const TensorFile *file, size_t entries, Error *error)
{
    const Tensor *tensor;
    const size_t shape[] = {TENSOR_ANY, entries};
    if (!tensors_want(file, "allocation.mask", DTYPE_U8, 2, shape, &tensor, error))
        return false;
    a->documents = tensor->shape[0], a->entries = tensor->shape[1];
    if (a->entries < 1 || a->entries > ALLOCATION_ENTRIES || a->bands < 1 ||
        a->entries % a->bands != 0)
        return fail(error,
                    "%s: allocation.mask has %zu entries, which %zu bands do not divide; make the "
                    "file again",
                    file->path, a->entries, a->bands);
    const uint8_t *mask = tensor->data;
    for (size_t i = 0; i < tensor->count; i++)
        if (mask[i] > 1)
            return fail(error,
                        "%s: allocation.mask holds %d where only 0 and 1 can be; make the file "
                        "again",
                        file->path, mask[i]);
    a->mask = memcpy(alloc_zeroed(tensor->count, 1), mask, tensor->count);
    return true;
}

bool allocation_read(Allocation *allocation, const TensorFile *file, size_t entries, Error *error)
{
    Allocation *a = allocation;
    uint64_t bands;
    const char *name = tensors_metadata(file, "allocation");
    *a = (Allocation){.kind = name ? allocation_parse(name) : ALLOCATION_KINDS, .strength = 1};
    if (a->kind == ALLOCATION_KINDS)
        return fail(error, "%s: metadata allocation is missing or unknown; make the file again",
                    file->path);
    if (!metadata_real(file, "strength", 0, 1, &a->strength, error))
        return false;
    if (a->kind == ALLOCATION_NONE)
        return true;
    if (!metadata_int(file, "bands", ALLOCATION_ENTRIES, &bands, error) ||
        !metadata_int(file, "allocation_seed", UINT64_MAX, &a->seed, error))
        return false;
    a->bands = (size_t)bands;
    if (!read_mask(a, file, entries, error))
        return false;
    make_keys(a);
    return true;
}

bool allocation_open(Allocation *allocation, const char *path, size_t documents, size_t entries,
                     Error *error)
{
    TensorFile file;
    if (!tensors_open(&file, path, error))
        return false;
    bool ok = allocation_read(allocation, &file, entries, error);
    if (ok && (!allocation_masks(allocation) || allocation->documents != documents)) {
        ok = fail(error,
                  "%s: allocates to %zu documents where the corpus has %zu; make it again with "
                  "the allocate stage",
                  path, allocation->documents, documents);
        allocation_free(allocation);
    }
    tensors_close(&file);
    return ok;
}

bool allocation_shift(Allocation *allocation, Error *error)
{
    size_t documents = allocation->documents, bytes = allocation->entries;
    if (!allocation_by_document(allocation) || documents < 2)
        return fail(error,
                    "its documents have no masks of their own; give a cell of such an "
                    "allocation, as disjoint, random or simset-1-dim, and several documents");
    uint8_t *shifted = alloc_zeroed(documents, bytes);
    for (size_t i = 0; i < documents; i++)
        memcpy(shifted + i * bytes, allocation->mask + (i + documents / 2) % documents * bytes,
               bytes);
    free(allocation->mask);
    allocation->mask = shifted;
    return true;
}

bool allocation_equal(const Allocation *a, const Allocation *b)
{
    if (a->kind != b->kind)
        return false;
    return !allocation_masks(a) ||
           (a->documents == b->documents && a->entries == b->entries && a->bands == b->bands &&
            a->seed == b->seed && a->strength == b->strength &&
            memcmp(a->mask, b->mask, a->documents * a->entries) == 0);
}
