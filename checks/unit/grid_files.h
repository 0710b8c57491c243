/* Small grids written as memory files and predictions, with planted effects, for the tests. */
#ifndef DOCMEM_GRID_FILES_H
#define DOCMEM_GRID_FILES_H
#include "base/rng.h"
#include "file/out.h"
#include "file/safetensors.h"

#include "check.h" /* last: cmocka has a macro called fail */

#include <inttypes.h>
#include <string.h>

/* What is planted. Losses: base of the document, plus at_first + slope × layer at the first epoch,
 * plus at_last, plus middle in the middle third, at the last. Answers: P(right) of the pretrained
 * model, and how much each later epoch and the layers in `raised` change it. */
typedef struct {
    int layers, seeds, epochs, documents, claims;
    double at_first, slope, at_last, middle;
    double right, change, raise;
    int raised;   /* the layer, or -1 */
    bool rounded; /* the stream was kept in BF16 */
    double moved; /* added to all losses of epoch 0 */
} Planted;

static inline const char *planted_memory(int layer, int seed)
{
    char name[64];
    snprintf(name, sizeof name, "cell-%d-%d.safetensors", layer, seed);
    return scratch(name);
}

static inline const char *planted_predictions(int layer, int seed)
{
    char name[64];
    snprintf(name, sizeof name, "cell-%d-%d.csv", layer, seed);
    return scratch(name);
}

static inline double planted_loss(const Planted *plan, int layer, int seed, int epoch, int document)
{
    Rng base = rng_stream("document", 1, (uint64_t)document);
    double loss = 1.5 + 0.2 * rng_normal(&base);
    if (epoch == 0)
        return loss + plan->moved;
    Rng noise =
        rng_stream("loss", (uint64_t)(layer * 100 + seed), (uint64_t)(epoch * 1000 + document));
    loss += 0.02 * rng_normal(&noise);
    if (epoch == 1)
        return loss + plan->at_first + plan->slope * layer;
    int third = 3 * layer / plan->layers;
    return loss + plan->at_last + (third == 1 ? plan->middle : 0);
}

/* The answer: right with the planted probability; one draw a claim, so that cells are paired. */
static inline int planted_answer(const Planted *plan, int layer, int seed, int epoch, int claim)
{
    Rng draw = rng_stream("answer", 1, (uint64_t)claim);
    double p = plan->right, luck = rng_uniform(&draw);
    if (epoch > 0) {
        Rng noise =
            rng_stream("luck", (uint64_t)(layer * 100 + seed), (uint64_t)(epoch * 10000 + claim));
        p += (layer == plan->raised ? plan->raise : plan->change) * epoch / (plan->epochs - 1.0);
        p += 0.05 * (rng_uniform(&noise) - 0.5);
    }
    return luck < p ? claim % 3 : (claim + 1) % 3;
}

static inline void planted_write_memory(const Planted *plan, int layer, int seed)
{
    int64_t epochs[8] = {0, 1, 5, 25, 125};
    double nll[8], *documents = calloc((size_t)(plan->epochs * plan->documents), sizeof *documents);
    char number[32];
    for (int e = 0; e < plan->epochs; e++) {
        nll[e] = 0;
        for (int d = 0; d < plan->documents; d++) {
            documents[e * plan->documents + d] = planted_loss(plan, layer, seed, e, d);
            nll[e] += documents[e * plan->documents + d] / plan->documents;
        }
    }
    Error error;
    Out out;
    TensorWriter writer = {0};
    static const char *const texts[][2] = {
        {"allocation", "none"}, {"strength", "1"},     {"variant", "plain"}, {"target", "document"},
        {"shared", "1"},        {"parameters", "100"}, {"entries", "8"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        tensor_writer_metadata(&writer, texts[i][0], texts[i][1]);
    if (plan->rounded)
        tensor_writer_metadata(&writer, "stream", "bf16");
    snprintf(number, sizeof number, "%d", layer);
    tensor_writer_metadata(&writer, "layer", number);
    snprintf(number, sizeof number, "%d", seed);
    tensor_writer_metadata(&writer, "seed", number);
    const size_t shape[] = {(size_t)plan->epochs, (size_t)plan->documents};
    tensor_writer_add(&writer, "epochs", DTYPE_I64, 1, shape, epochs);
    tensor_writer_add(&writer, "nll", DTYPE_F64, 1, shape, nll);
    tensor_writer_add(&writer, "document_nll", DTYPE_F64, 2, shape, documents);
    assert_true(out_open(&out, planted_memory(layer, seed), &error));
    assert_true(tensor_writer_write(&writer, &out, &error));
    assert_true(out_commit(&out, &error));
    free(documents);
}

/* Every fifth claim cites a second page, whose prompt is not main and gets the same answer. */
static inline void planted_write_predictions(const Planted *plan, int layer, int seed)
{
    static const int saved[] = {0, 1, 5, 25, 125};
    Error error;
    Out out;
    assert_true(out_open(&out, planted_predictions(layer, seed), &error));
    out_text(&out,
             "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,"
             "main,choice,free,p_a,p_b,p_c\n");
    for (int e = 0; e < plan->epochs; e++)
        for (int c = 0; c < plan->claims; c++) {
            int answer = planted_answer(plan, layer, seed, e, c);
            for (int second = 0; second <= (c % 5 == 0); second++)
                out_text(
                    &out, "none,1,plain,document,%d,%d,%d,%d,%d,%d,%c,%d,%d,%c,%c,0.5,0.3,0.2\n",
                    layer, seed, saved[e], 2 * c + second, c + 7, c % plan->documents, 'a' + c % 3,
                    1 + c % 2, !second, 'a' + answer, c % 10 == 9 ? '-' : 'a' + answer);
        }
    assert_true(out_commit(&out, &error));
}

/* Writes all cells; fills paths with 2 × layers × seeds names, each to be freed. */
static inline int planted_write(const Planted *plan, char **paths)
{
    int count = 0;
    for (int layer = 0; layer < plan->layers; layer++)
        for (int seed = 0; seed < plan->seeds; seed++) {
            planted_write_memory(plan, layer, seed);
            planted_write_predictions(plan, layer, seed);
            paths[count++] = strdup(planted_predictions(layer, seed));
            paths[count++] = strdup(planted_memory(layer, seed));
        }
    return count;
}

static inline void planted_free(char **paths, int count)
{
    for (int i = 0; i < count; i++)
        free(paths[i]);
}

#endif
