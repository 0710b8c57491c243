/* allocate: give each document its entries of a memory; how often documents share them
 *
 * A structured memory reserves entries for documents: an activation is multiplied by 0 (or by 1 −
 * strength) where its document, or its token, does not own the entry. =disjoint= gives documents
 * blocks of entries in proportion to their tokens (largest remainder, at least one each).
 * SimSet takes the set /S(D)/ of a document's shingles of one or two tokens, BOS left out, and in
 * each of /B/ bands of /m/ / /B/ entries gives it the one at MinHash(/S(D)/) mod /m/ / /B/; one
 * hash function a band, XXH3 under a key from a named random stream. Two documents then own the
 * same entry of a band with probability /J/ + (1 − /J/) / (/m/ / /B/), /J/ their Jaccard
 * similarity. =random= draws as many entries as SimSet gives a document. Under =simset-1-token= and
 * =simset-2-token= each token has the entries of the shingle that ends at it. *Reading:* the
 * author's SimSet is not public; this is the published property, made exact. Under =token= a pair
 * may begin at BOS, the first token of a prompt has nothing before it, and a document's mask is the
 * union over its tokens.
 *
 * =--report sharing= lists instead every pair of documents with its exact Jaccard similarity and
 * the bands they share; =--report tokens= the documents' tokens, for whoever counts again.
 *
 *   allocate --encoded encoded.safetensors --kind simset-1-dim --entries 128 --bands 16
 *     --seed 1 --out allocation.safetensors
 */
#include "base/alloc.h"
#include "fever/encoded.h"
#include "fever/shingle.h"
#include "file/csvfile.h"
#include "memory/allocation.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

static const char *encoded_path, *kind_text = "simset-1-dim", *report = "mask", *out_path;
static int64_t entries = 128, bands = 16, seed = 1;

static const Arg args[] = {
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus", true},
    {"kind", ARG_TEXT, &kind_text,
     "rule [disjoint, random, simset-1-dim, simset-1-token, simset-2-dim or simset-2-token]",
     false},
    {"entries", ARG_INT, &entries, "m, memory entries [from 1 to 1048576]", false},
    {"bands", ARG_INT, &bands, "B, bands of entries, a divisor of m [1 or more]", false},
    {"seed", ARG_INT, &seed, "of the hash functions and random entries [0 or more]", false},
    {"report", ARG_TEXT, &report, "sharing only of a simset-N-dim [mask, sharing or tokens]",
     false},
    {"out", ARG_OUTPUT, &out_path, "allocation, safetensors; a report, CSV", true},
    {0},
};

_Static_assert(ALLOCATION_ENTRIES == 1048576, "as the help says");

static const char *const sharing_columns[] = {"shingle", "seed",   "a",      "b",
                                              "size_a",  "size_b", "common", "jaccard",
                                              "bands",   "shared", "slots",  NULL};
static const char *const token_columns[] = {"document", "position", "id", NULL};

static AllocationKind check_arguments(void)
{
    AllocationKind kind = allocation_parse(kind_text);
    bool sharing = strcmp(report, "sharing") == 0;
    stage_want(!sharing || (allocation_shingle(kind) > 0 && !allocation_by_token(kind)), "kind",
               "simset-1-dim or simset-2-dim to report sharing");
    stage_want(entries % bands == 0, "bands", "a divisor of --entries");
    return kind;
}

static void write_mask(const Allocation *allocation, Out *out)
{
    Error error;
    TensorWriter writer = {0};
    allocation_add(allocation, &writer);
    if (!tensor_writer_write(&writer, out, &error))
        stage_die(&error);
}

/* One row a pair of documents a < b. */
static void write_sharing(const Allocation *allocation, const Encoded *encoded, CsvWriter *csv)
{
    size_t documents = allocation->documents;
    int size = allocation_shingle(allocation->kind);
    ShingleSet *sets = alloc_zeroed(documents, sizeof *sets);
    for (size_t i = 0; i < documents; i++) {
        EncodedText text = encoded_text(encoded, TEXT_DOCUMENT, i);
        shingle_set_make(&sets[i], text.ids, text.length, size);
    }
    for (size_t a = 0; a < documents; a++) {
        for (size_t b = a + 1; b < documents; b++) {
            const size_t counts[] = {a, b, sets[a].count, sets[b].count,
                                     shingle_common(&sets[a], &sets[b])};
            csvfile_put_int(csv, size);
            csvfile_put_int(csv, seed);
            for (int i = 0; i < 5; i++)
                csvfile_put_int(csv, (int64_t)counts[i]);
            csvfile_put_real(csv, shingle_jaccard(&sets[a], &sets[b]));
            csvfile_put_int(csv, (int64_t)allocation->bands);
            csvfile_put_int(csv, (int64_t)allocation_common(allocation, a, b));
            csvfile_put_int(csv, (int64_t)(allocation->entries / allocation->bands));
            csvfile_end_row(csv);
        }
        stage_progress("documents", (double)a + 1, (double)documents);
    }
    for (size_t i = 0; i < documents; i++)
        shingle_set_free(&sets[i]);
    free(sets);
}

static void write_tokens(const Encoded *encoded, CsvWriter *csv)
{
    for (size_t i = 0; i < encoded->count[TEXT_DOCUMENT]; i++) {
        EncodedText text = encoded_text(encoded, TEXT_DOCUMENT, i);
        for (size_t t = 0; t < text.length; t++) {
            csvfile_put_int(csv, (int64_t)i);
            csvfile_put_int(csv, (int64_t)t);
            csvfile_put_int(csv, text.ids[t]);
            csvfile_end_row(csv);
        }
    }
}

static void write_report(const Allocation *allocation, const Encoded *encoded, Out *out)
{
    Error error;
    CsvWriter csv;
    bool sharing = strcmp(report, "sharing") == 0;
    csvfile_begin(&csv, out, sharing ? sharing_columns : token_columns);
    if (sharing)
        write_sharing(allocation, encoded, &csv);
    else
        write_tokens(encoded, &csv);
    if (!csvfile_finish(&csv, &error))
        stage_die(&error);
}

int main(int argc, char **argv)
{
    Error error;
    Encoded encoded;
    Out out;
    stage_begin("allocate", "give each document its entries of a memory", args, argc, argv);
    Allocation allocation = {.kind = check_arguments(),
                             .entries = (size_t)entries,
                             .bands = (size_t)bands,
                             .seed = (uint64_t)seed,
                             .strength = 1};
    if (!encoded_open(&encoded, encoded_path, &error))
        stage_die(&error);
    allocation.documents = encoded.count[TEXT_DOCUMENT];
    if (!allocation_make(&allocation, encoded.ids[TEXT_DOCUMENT], encoded.offset[TEXT_DOCUMENT],
                         &error))
        stage_fail("%s: %s", encoded_path, error.text);
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    if (strcmp(report, "mask") == 0)
        write_mask(&allocation, &out);
    else
        write_report(&allocation, &encoded, &out);
    stage_commit(&out);
    allocation_free(&allocation);
    encoded_close(&encoded);
    return 0;
}
