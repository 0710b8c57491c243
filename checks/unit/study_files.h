/* Small studies written as memory files and predictions, with planted effects, for the tests. */
#ifndef DOCMEM_STUDY_FILES_H
#define DOCMEM_STUDY_FILES_H
#include "base/rng.h"
#include "file/out.h"
#include "verdict/condition.h"

#include "check.h" /* last: cmocka has a macro called fail */

#include <inttypes.h>
#include <string.h>

enum { SOWN_DOCUMENTS = 24, SOWN_CLAIMS = 300, SOWN_LAST = 40, SOWN_PATHS = 256 };

/* A condition with `seeds` seeds, from 1: its last losses are those of the pretrained model plus
 * `loss`, each claim is answered right with probability `right` (pretrained: 0.6). */
typedef struct {
    Condition condition;
    int seeds;
    double loss, right;
} Sown;

static inline const char *sown_path(const Sown *sown, int seed, const char *ending)
{
    char name[256];
    const Condition *c = &sown->condition;
    snprintf(name, sizeof name, "study/%.31s_%g_%.31s_%.31s_%d_%d.%.11s", c->allocation,
             c->strength, c->variant, c->target, (int)c->layer, seed, ending);
    return scratch(name);
}

/* A number that names the condition and seed, so that each has noise of its own. */
static inline uint64_t sown_number(const Sown *sown, int seed)
{
    uint64_t number = 14695981039346656037u;
    for (const char *at = sown_path(sown, seed, ""); *at; at++)
        number = (number ^ (unsigned char)*at) * 1099511628211u;
    return number;
}

static inline double sown_start(int document)
{
    Rng base = rng_stream("document", 1, (uint64_t)document);
    return 3 + 0.2 * rng_normal(&base);
}

static inline double sown_loss(const Sown *sown, int seed, int document)
{
    Rng noise = rng_stream("loss", sown_number(sown, seed), (uint64_t)document);
    return sown_start(document) + sown->loss + 0.02 * rng_normal(&noise);
}

/* Right with the sown probability; one draw a claim, so that cells are paired. Epoch 0: NULL. */
static inline int sown_answer(const Sown *sown, int seed, int claim)
{
    Rng draw = rng_stream("answer", 1, (uint64_t)claim);
    double luck = rng_uniform(&draw), p = 0.6;
    if (sown) {
        Rng noise = rng_stream("luck", sown_number(sown, seed), (uint64_t)claim);
        p = sown->right + 0.05 * (rng_uniform(&noise) - 0.5);
    }
    return luck < p ? claim % 3 : (claim + 1) % 3;
}

/* The memory file, its metadata changed where `key` is named; `stream` is in none otherwise. */
static inline void sow_memory(const Sown *sown, int seed, const char *key, const char *value)
{
    int64_t epochs[] = {0, SOWN_LAST};
    double nll[2] = {0}, losses[2][SOWN_DOCUMENTS];
    char strength[32], layer[32], number[32];
    for (int d = 0; d < SOWN_DOCUMENTS; d++) {
        losses[0][d] = sown_start(d);
        losses[1][d] = sown_loss(sown, seed, d);
        for (int e = 0; e < 2; e++)
            nll[e] += losses[e][d] / SOWN_DOCUMENTS;
    }
    snprintf(strength, sizeof strength, "%g", sown->condition.strength);
    snprintf(layer, sizeof layer, "%d", (int)sown->condition.layer);
    snprintf(number, sizeof number, "%d", seed);
    const char *const texts[][2] = {{"allocation", sown->condition.allocation},
                                    {"strength", strength},
                                    {"variant", sown->condition.variant},
                                    {"target", sown->condition.target},
                                    {"layer", layer},
                                    {"seed", number},
                                    {"shared", "0.25"},
                                    {"parameters", "1000"},
                                    {"entries", "30"}};
    Error error;
    Out out;
    TensorWriter writer = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        tensor_writer_metadata(&writer, texts[i][0],
                               key && strcmp(key, texts[i][0]) == 0 ? value : texts[i][1]);
    if (key && strcmp(key, "stream") == 0)
        tensor_writer_metadata(&writer, key, value);
    const size_t shape[] = {2, SOWN_DOCUMENTS};
    tensor_writer_add(&writer, "epochs", DTYPE_I64, 1, shape, epochs);
    tensor_writer_add(&writer, "nll", DTYPE_F64, 1, shape, nll);
    tensor_writer_add(&writer, "document_nll", DTYPE_F64, 2, shape, losses);
    assert_true(out_open(&out, sown_path(sown, seed, "safetensors"), &error));
    assert_true(tensor_writer_write(&writer, &out, &error));
    assert_true(out_commit(&out, &error));
}

/* Epochs 0, 7 (which no study looks at) and the last; every fifth claim cites a second page, whose
 * prompt is not main and gets the same answer. */
static inline void sow_predictions(const Sown *sown, int seed, bool with_pretrained)
{
    static const int saved[] = {0, 7, SOWN_LAST};
    Error error;
    Out out;
    assert_true(out_open(&out, sown_path(sown, seed, "csv"), &error));
    out_text(&out, "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,"
                   "rows,main,choice,free,p_a,p_b,p_c\n");
    for (int e = !with_pretrained; e < 3; e++)
        for (int c = 0; c < SOWN_CLAIMS; c++) {
            int answer = e == 1 ? 0 : sown_answer(e ? sown : NULL, seed, c);
            for (int second = 0; second <= (c % 5 == 0); second++)
                out_text(&out, "%s,%g,%s,%s,%d,%d,%d,%d,%d,%d,%c,%d,%d,%c,%c,0.5,0.3,0.2\n",
                         sown->condition.allocation, sown->condition.strength,
                         sown->condition.variant, sown->condition.target,
                         (int)sown->condition.layer, seed, saved[e], 2 * c + second, c + 7,
                         c % SOWN_DOCUMENTS, 'a' + c % 3, 1 + c % 2, !second, 'a' + answer,
                         c % 10 == 9 ? '-' : 'a' + answer);
        }
    assert_true(out_commit(&out, &error));
}

/* Writes all cells; fills paths (SOWN_PATHS), each to be freed; their number. Only the first cell
 * of a condition tells the pretrained model's answers. */
static inline int sow(const Sown *sown, size_t count, char **paths)
{
    int used = 0;
    for (size_t i = 0; i < count; i++)
        for (int seed = 1; seed <= sown[i].seeds; seed++) {
            assert_in_range(used, 0, SOWN_PATHS - 2);
            sow_memory(&sown[i], seed, NULL, NULL);
            sow_predictions(&sown[i], seed, seed == 1);
            paths[used++] = strdup(sown_path(&sown[i], seed, "csv"));
            paths[used++] = strdup(sown_path(&sown[i], seed, "safetensors"));
        }
    return used;
}

#endif
