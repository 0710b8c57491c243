/* Only matrix products count; checks/unit/plan/cost.c holds the formulas against products that
 * were counted. */
#include "plan/cost.h"

#include "tensor/gemm_bf16.h"

#include <math.h>

/* A prompt's rows whose logits are read: its last bare one, the common start, three letters; the
 * letters come after it. Tokens of a free answer at most. */
enum { ASKED = 5, CONTINUATION = 16 };
/* Rows that a program carries at once where texts allow, and bytes of logits that exist at once. */
enum { ROUND = 2048, LOGITS = 32 << 20, FLOAT = 4 };
/* Bytes of keys and values that prompts of a round leave at most, one prompt's at least
 * (pasts_room). */
static const double PASTS = 2147483648.0;

CostTexts cost_sum(CostTexts a, CostTexts b)
{
    return (CostTexts){a.count + b.count, a.tokens + b.tokens, a.squares + b.squares,
                       a.longest > b.longest ? a.longest : b.longest};
}

CostTexts cost_times(CostTexts texts, double times)
{
    return (CostTexts){texts.count * times, texts.tokens * times, texts.squares * times,
                       texts.longest};
}

/* --- operations ---------------------------------------------------------------------------- */

double cost_forward(const Shape *shape, double blocks, CostTexts texts)
{
    return blocks *
           (2 * shape_block(shape) * texts.tokens + 4 * (double)shape->query * texts.squares);
}

static double backward(const Shape *shape, double blocks, CostTexts texts)
{
    return blocks *
           (2 * shape_block(shape) * texts.tokens + 8 * (double)shape->query * texts.squares);
}

double cost_head(const Shape *shape, double rows)
{
    return 2 * (double)shape->vocabulary * (double)shape->width * rows;
}

/* One way through the memory: `small` and `square` times d m and d² a token. */
static double pass(const Shape *shape, CostMemory memory, double tokens, double small,
                   double square)
{
    double d = (double)shape->width;
    return tokens * (small * d * (double)memory.entries + (memory.lm ? square * d * d : 0));
}

static double above(const Shape *shape, CostMemory memory)
{
    return (double)(shape->blocks - 1 - memory.layer);
}

double cost_score(const Shape *shape, CostMemory memory, CostTexts texts)
{
    return cost_forward(shape, above(shape, memory), texts) + cost_head(shape, texts.tokens) +
           pass(shape, memory, texts.tokens, 4, 2);
}

double cost_train(const Shape *shape, CostMemory memory, CostTexts texts)
{
    return cost_score(shape, memory, texts) + backward(shape, above(shape, memory), texts) +
           cost_head(shape, texts.tokens) + pass(shape, memory, texts.tokens, 6, 4);
}

/* A prompt that is let go on has its rows below the memory run, without answers, and then a token
 * at a time goes through all blocks; the first one's logits are among those asked. */
double cost_answer(const Shape *shape, CostMemory memory, CostTexts prompts, double states,
                   double open)
{
    CostTexts bare = cost_times(prompts, open);
    bare.tokens -= (ASKED - 1) * bare.count;
    CostTexts next = {bare.count, (CONTINUATION - 1) * bare.count, (CONTINUATION - 1) * bare.tokens,
                      CONTINUATION - 1};
    double all = (double)shape->blocks, upper = above(shape, memory);
    double each = cost_forward(shape, upper, prompts) + cost_forward(shape, all, next) +
                  cost_head(shape, ASKED * prompts.count + next.tokens) +
                  pass(shape, memory, prompts.tokens + next.tokens, 4, 2);
    return states * each + cost_forward(shape, all - upper, bare);
}

/* --- bytes ---------------------------------------------------------------------------------- */

double cost_memory_size(const Shape *shape, CostMemory memory)
{
    double d = (double)shape->width, m = (double)memory.entries;
    return 2 * d * m + m + d + (memory.lm ? d * d + d : 0);
}

double cost_held_weights(const Shape *shape, double budget)
{
    double wide = FLOAT * shape_parameters(shape);
    if (gemm_bf16_on())
        return shape->bf16 || wide / 2 > budget ? 0 : wide / 2;
    return shape->weight_size >= FLOAT || wide > budget ? 0 : wide;
}

/* What one block keeps for its gradient, `rows` rows of texts this long. */
static double block_bytes(const Shape *shape, double rows, double longest)
{
    double d = (double)shape->width, q = (double)shape->query, kv = (double)shape->key;
    return FLOAT * rows *
           (3 * d + 2 * q + 2 * kv + 3 * (double)shape->hidden + (double)shape->heads * longest);
}

static double head_bytes(const Shape *shape, double rows)
{
    return LOGITS + FLOAT * rows * 2 * (double)shape->width;
}

/* Rows of the largest batch. */
static double largest(CostTexts texts, double batch)
{
    double rows = batch * texts.longest, whole = texts.tokens < ROUND ? texts.tokens : ROUND;
    return rows > whole ? rows : whole;
}

double cost_train_bytes(const Shape *shape, CostMemory memory, CostTexts texts, double batch,
                        double states)
{
    double rows = largest(texts, batch), blocks = above(shape, memory);
    double stream =
        FLOAT * rows * (double)shape->width; /* kept between all blocks, in two stacks */
    double optimiser = 4 * FLOAT * cost_memory_size(shape, memory);
    return blocks * block_bytes(shape, rows, texts.longest) + (2 * blocks + 6) * stream +
           FLOAT * rows * 3 * (double)shape->hidden + head_bytes(shape, rows) + optimiser +
           states * FLOAT * cost_memory_size(shape, memory);
}

double cost_score_bytes(const Shape *shape, CostMemory memory, CostTexts texts, double batch)
{
    double rows = largest(texts, batch), stream = FLOAT * rows * (double)shape->width;
    return block_bytes(shape, rows, texts.longest) + (above(shape, memory) + 4) * stream +
           head_bytes(shape, rows) + FLOAT * cost_memory_size(shape, memory);
}

double cost_answer_bytes(const Shape *shape, CostMemory memory, CostTexts prompts, double batch)
{
    double past = 2 * FLOAT * (double)shape->blocks * (double)shape->key;
    double room = floor(PASTS / (past * prompts.longest));
    batch = fmin(batch, fmax(room, 1));
    double rows = batch * prompts.longest, stream = FLOAT * rows * (double)shape->width;
    double pasts = past * (2 * rows + CONTINUATION * batch); /* asked, and going on */
    double logits = FLOAT * batch * ASKED * (double)shape->vocabulary;
    return block_bytes(shape, rows, prompts.longest) + (above(shape, memory) + 4) * stream + pasts +
           logits;
}

double cost_prefix_bytes(const Shape *shape, CostTexts texts)
{
    double d = (double)shape->width;
    return block_bytes(shape, ROUND, texts.longest) + 2 * FLOAT * ROUND * d;
}
