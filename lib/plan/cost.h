/* What the stages cost, by formulas: matrix products counted from shapes, layers and tokens; bytes
 * written; bytes of memory.
 *
 * An operation is a multiplication or an addition: a product of (T,K) by (K,N) has 2 T K N. Padding
 * to row units, norms, activations and the optimiser are left out. W is the number of a block's
 * weights, q the width of its queries, V the vocabulary, d the width of the model, m the entries of
 * a memory.
 *
 *   block forward       2 W tokens + 4 q squares     attention works on the whole square
 *   block backward      2 W tokens + 8 q squares     frozen weights need no gradient
 *   head, either way    2 V d tokens
 *   memory forward      4 d m tokens                 (and 2 d² where W_lm follows)
 *   memory backward     6 d m tokens (and 4 d²)      weights and activation; nothing below it */
#ifndef DOCMEM_COST_H
#define DOCMEM_COST_H
#include "model/shape.h"

/* Texts that go through the model: how many, their tokens, Σ length² and the longest. */
typedef struct {
    double count, tokens, squares, longest;
} CostTexts;

/* A memory after block `layer`. */
typedef struct {
    size_t layer, entries;
    bool lm; /* W_lm (d,d) follows */
} CostMemory;

/* Texts added to one another, and all of them several times. */
CostTexts cost_sum(CostTexts a, CostTexts b);
CostTexts cost_times(CostTexts texts, double times);

/* Operations of carrying the texts through `blocks` blocks. */
double cost_forward(const Shape *shape, double blocks, CostTexts texts);
/* Of one training step over the texts: blocks above the memory, head, memory, forward and backward.
 */
double cost_train(const Shape *shape, CostMemory memory, CostTexts texts);
/* Of scoring the texts: the same, forward only. */
double cost_score(const Shape *shape, CostMemory memory, CostTexts texts);
/* Of asking the prompts with each of `states` memories, rows of the letters included; a share
 * `open` of them is let go on, behind blocks below the memory that are run once for all states.
 * Rows that prompts share where kernels allow it (batch_add_shared) are counted for each. */
double cost_answer(const Shape *shape, CostMemory memory, CostTexts prompts, double states,
                   double open);
/* Of logits for `rows` rows of the stream. */
double cost_head(const Shape *shape, double rows);

/* Numbers trained. */
double cost_memory_size(const Shape *shape, CostMemory memory);

/* Bytes of memory at the peak, estimated: what is held of the weights, as float32 under a budget in
 * bytes or rounded for the bf16 engine if that is on; training with `batch` texts a step, `states`
 * states kept; scoring `batch` texts at a time; asking `batch` prompts at a time; carrying all
 * texts through one block after another. */
double cost_held_weights(const Shape *shape, double budget);
double cost_train_bytes(const Shape *shape, CostMemory memory, CostTexts texts, double batch,
                        double states);
double cost_score_bytes(const Shape *shape, CostMemory memory, CostTexts texts, double batch);
double cost_answer_bytes(const Shape *shape, CostMemory memory, CostTexts prompts, double batch);
double cost_prefix_bytes(const Shape *shape, CostTexts texts);

#endif
