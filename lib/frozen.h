/* The frozen side of a run: a model, the corpus as its token ids, and the corpus's activations. */
#ifndef DOCMEM_FROZEN_H
#define DOCMEM_FROZEN_H
#include "encoded.h"
#include "model.h"

typedef struct {
    Model model;
    Encoded encoded;
    TensorFile prefix; /* of the `prefix` stage; empty where none was opened */
} Frozen;

/* Opens the model's folder (`float_budget` as in model_open), the encoded corpus, whose ids and
 * texts the model must be able to take, and the prefix; `prefix` NULL: opens none. Closed
 * with frozen_close. False, with the reason and nothing kept open. */
bool frozen_open(Frozen *frozen, const char *model, const char *encoded, const char *prefix,
                 size_t float_budget, Error *error);
void frozen_close(Frozen *frozen);

/* *rows (encoded.rows, width): the stream after block `layer`, tensor h.<layer> of the prefix, in
 * place. A prefix must have been opened. False where it has no such tensor, holds
 * a number that is not finite, or was made from another corpus or model. */
bool frozen_rows(const Frozen *frozen, size_t layer, const float **rows, Error *error);

#endif
