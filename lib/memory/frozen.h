/* The frozen side of a run: a model, the corpus as its token ids, and the corpus's activations. */
#ifndef DOCMEM_FROZEN_H
#define DOCMEM_FROZEN_H
#include "fever/encoded.h"
#include "model/model.h"

typedef struct {
    Model model;
    Encoded encoded;
    TensorFile prefix;       /* of the `prefix` stage; empty where none was opened */
    bool rounded;            /* the prefix keeps the stream in BF16 */
    float *embedded;         /* (encoded.rows, width) where frozen_enter was asked of block 0 */
    struct Widened *widened; /* (blocks) of a prefix in BF16: the same, of what was asked for */
} Frozen;

/* What a run is told of it. */
typedef struct {
    const char *model, *encoded, *prefix; /* files; prefix NULL: none */
    int64_t float_budget;                 /* MiB of weights held as float32 (model_open) */
} FrozenPaths;
/* Rows of a stage's arguments (run/stage.h) that set them; `must`: whether a prefix must be named.
 */
/* clang-format off */
#define CORPUS_ARGS(paths) \
    {"model", ARG_INPUT, &(paths).model, "model: folder or GGUF file", true}, \
    {"encoded", ARG_INPUT, &(paths).encoded, "encoded corpus", true}
#define FROZEN_ARGS(paths, must) \
    CORPUS_ARGS(paths), \
    {"prefix", ARG_INPUT, &(paths).prefix, "activations below the memory", must}
#define BUDGET_ARG(paths) \
    {"float-budget", ARG_INT, &(paths).float_budget, \
     "MiB of weights held as float32 [from 0 to 1e9]", false}
/* clang-format on */

/* Opens the model, the encoded corpus, whose ids and texts the model must be able to take, and the
 * prefix, if there is one. Kinds of texts
 * that the prefix was made without are left out of the corpus's rows (encoded_keep). Closed
 * with frozen_close. False, with the reason and nothing kept open. */
bool frozen_open(Frozen *frozen, const FrozenPaths *paths, Error *error);
void frozen_close(Frozen *frozen);

/* Whether a prefix keeps the stream in BF16, or a cell was trained above such a one, is in its
 * file's metadata, `stream`: what to add to it where that is so, and what it says. False where it
 * says anything else. */
void frozen_add_stream(TensorWriter *writer, bool rounded);
bool frozen_stream(const TensorFile *file, bool *rounded, Error *error);

/* *rows (encoded.rows, width): the stream after block `layer`, tensor h.<layer> of the prefix, of
 * which the rows of that kind of texts may be read; in place, or, of one in BF16, widened and kept
 * until frozen_close. A prefix must have been opened. False where it has no such tensor, lacks the
 * kind (prefix --texts), holds a number that is not finite, or was made from another corpus or
 * model. */
bool frozen_rows(Frozen *frozen, size_t layer, TextKind kind, const float **rows, Error *error);
/* The same of the stream that enters block `first`: that after the block below it, or the
 * embeddings, which are kept until frozen_close. */
bool frozen_enter(Frozen *frozen, size_t first, TextKind kind, const float **rows, Error *error);

#endif
