/* A prompt and its three answers go once: the answers are branches that share the prompt's rows,
 * prompts share what they begin with, and the free answer is continued only where it is open. */
#include "memory/predict.h"

#include "base/alloc.h"
#include "base/vmath.h"
#include "model/head.h"
#include "tensor/gemm.h"

#include <stdlib.h>
#include <string.h>

enum { CONTINUATION = 16 }; /* tokens of a free answer at most */

int predict_letter(const char *text, size_t length)
{
    for (size_t i = 0; i + 4 <= length; i++)
        if (text[i] == ' ' && text[i + 1] == '(' && text[i + 2] >= 'a' && text[i + 2] <= 'c' &&
            text[i + 3] == ')')
            return text[i + 2] - 'a';
    return -1;
}

/* What the rounds of prompts share. */
typedef struct {
    const Encoded *encoded;
    const Model *model;
    const Tokenizer *tokenizer;
    const Speaker *speaker;
    const uint32_t *order; /* (prompts) their numbers, those of a document together */
    Stack upper;           /* the blocks above the memory */
    Batch batch;
    float *packed, *rows, *logits; /* (batch rows,d) (asked rows,d) (asked rows,V) */
    float *mask;                   /* (batch rows,m) */
    size_t packed_capacity, rows_capacity, logits_capacity, mask_capacity;
} Round;

static EncodedText prompt(const Round *round, size_t i)
{
    return encoded_text(round->encoded, TEXT_PROMPT, round->order[i]);
}

static size_t document_of(const Round *round, size_t i)
{
    return (size_t)round->encoded->prompt_document[round->order[i]];
}

/* Whether the round's memory masks its activations. */
static bool masked(const Round *round)
{
    return round->speaker->memory && allocation_masks(round->speaker->allocation);
}

/* Rows of a prompt whose logits are asked for: from its last bare one to the
 * last of the common start, then the branches. */
static size_t asked_rows(const Round *round, const EncodedText *text, size_t i)
{
    return text->length - (size_t)round->encoded->answer_start[round->order[i]] + 1;
}

static float *fit(float **block, size_t *capacity, size_t count)
{
    if (count > *capacity) {
        free(*block);
        *block = alloc_scratch(count, sizeof **block);
        *capacity = count;
    }
    return *block;
}

/* Lays prompts first … first + count − 1 of the order. They share the rows that they begin with:
 * the header, and of one document the example; under a mask, which is of a document, no others. */
static void lay(Round *round, size_t first, size_t count)
{
    EncodedText before;
    batch_clear(&round->batch);
    for (size_t i = first; i < first + count; i++) {
        EncodedText text = prompt(round, i);
        bool alike =
            i > first && (!masked(round) || document_of(round, i) == document_of(round, i - 1));
        encoded_batch_behind(&text, alike ? &before : NULL,
                             text.length - asked_rows(round, &text, i), &round->batch);
        before = text;
    }
}

/* The mask of the round's batch, whose prompts begin with number `first`; NULL for none. */
static const float *fill_mask(Round *round, size_t first)
{
    const Allocation *allocation = round->speaker->allocation;
    const Encoded *encoded = round->encoded;
    if (!masked(round))
        return NULL;
    fit(&round->mask, &round->mask_capacity, round->batch.rows * allocation->entries);
    int32_t *ids = alloc_zeroed(encoded->longest, sizeof *ids);
    for (size_t i = 0; i < round->batch.count; i++) {
        EncodedText text = prompt(round, first + i);
        for (size_t t = 0; t < text.length; t++)
            ids[t] = encoded_id(encoded, &text, t);
        allocation_pack(allocation, &round->batch, i, document_of(round, first + i), ids,
                        round->mask);
    }
    free(ids);
    return round->mask;
}

/* What enters the round's lowest block: the prompts' rows of the prefix, or their embeddings. */
static void fill_packed(Round *round, const float *prefix, size_t first)
{
    size_t d = round->model->config.width, rows = round->batch.rows;
    float *packed = fit(&round->packed, &round->packed_capacity, rows * d);
    int32_t *ids = prefix ? NULL : alloc_zeroed(rows, sizeof *ids);
    for (size_t i = 0; i < round->batch.count; i++) {
        EncodedText text = prompt(round, first + i);
        if (prefix)
            batch_gather(&round->batch, i, packed, prefix + text.first_row * d, d);
        for (size_t t = round->batch.sequences[i].shared; !prefix && t < text.length; t++)
            ids[batch_row(&round->batch, i, t)] = encoded_id(round->encoded, &text, t);
    }
    if (!prefix)
        model_embed(round->model, packed, ids, &round->batch);
    free(ids);
}

/* Logits of all asked rows of the round, those of each prompt from a multiple of the row unit, so
 * that their bits do not depend on the other prompts. */
static void run_round(Round *round, const float *prefix, size_t first, size_t count)
{
    size_t d = round->model->config.width, asked = 0;
    lay(round, first, count);
    for (size_t i = first; i < first + count; i++) {
        EncodedText text = prompt(round, i);
        asked += gemm_pad(asked_rows(round, &text, i));
    }
    fill_packed(round, prefix, first);
    const float *h =
        stack_forward(&round->upper, &round->batch, round->packed, fill_mask(round, first));
    float *rows = fit(&round->rows, &round->rows_capacity, asked * d);
    memset(rows, 0, asked * d * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        EncodedText text = prompt(round, first + i);
        size_t n = asked_rows(round, &text, first + i);
        size_t from = batch_row(&round->batch, i, text.length - n);
        memcpy(rows, h + from * d, n * d * sizeof *rows);
        rows += gemm_pad(n) * d;
    }
    fit(&round->logits, &round->logits_capacity, asked * round->model->config.vocabulary);
    head_logits(round->model, round->logits, round->rows, asked);
}

/* The logits that follow a prompt: those behind the common start, and behind each row of the
 * answers' branches. */
typedef struct {
    const AnswerTokens *letters;
    const float *start, *branches; /* (V) (LETTERS, answer_tokens_branch, V) */
    size_t V;
} Reply;

/* Logits that tell token t of answer x. */
static const float *reply_logits(const Reply *reply, int x, size_t t)
{
    size_t branch = answer_tokens_branch(reply->letters);
    return t == 0 ? reply->start : reply->branches + ((size_t)x * branch + t - 1) * reply->V;
}

/* Log probability of the letter's own tokens; `total`, the log-sum-exp of the first logits. */
static double reply_letter(const Reply *reply, int x, double total)
{
    double sum = (double)reply->start[answer_tokens_id(reply->letters, x, 0)] - total;
    for (size_t t = 1; t < answer_tokens_own(reply->letters, x); t++) {
        const float *logits = reply_logits(reply, x, t);
        sum += (double)logits[answer_tokens_id(reply->letters, x, t)] -
               head_logsumexp(logits, reply->V);
    }
    return sum;
}

/* Whether greedy continuation takes the whole of answer x. */
static bool reply_takes(const Reply *reply, int x)
{
    for (size_t t = 0; t < answer_tokens_length(reply->letters, x); t++)
        if (head_argmax(reply_logits(reply, x, t), reply->V) !=
            (size_t)answer_tokens_id(reply->letters, x, t))
            return false;
    return true;
}

/* Reads the answer off the asked rows' logits of prompt `index`. */
static Prediction predict(const Round *round, size_t index, const float *logits)
{
    const Encoded *encoded = round->encoded;
    EncodedText text = encoded_text(encoded, TEXT_PROMPT, index);
    size_t V = round->model->config.vocabulary, bare = (size_t)encoded->answer_start[index];
    size_t common = text.length - text.siblings - bare;
    const Reply reply = {&encoded->letters, logits + common * V, logits + (common + 1) * V, V};
    Prediction prediction = {.free = -1};
    double total = head_logsumexp(reply.start, V), best = 0;
    for (int x = 0; x < LETTERS; x++) {
        double sum = reply_letter(&reply, x, total);
        if (x == 0 || sum > best)
            best = sum, prediction.choice = x;
        prediction.probability[x] = vm_exp_double(sum);
    }
    bool usual = true; /* greedy: the common start, then one answer to its end */
    for (size_t t = 0; t < common; t++)
        usual = usual && head_argmax(logits + t * V, V) == (size_t)text.ids[bare + t];
    for (int x = 0; usual && x < LETTERS; x++)
        if (reply_takes(&reply, x))
            prediction.free = x;
    return prediction;
}

/* Prompts that leave the usual path: what the model itself continues with. */
typedef struct {
    const Tokenizer *tokenizer;
    Tokens *ids;          /* prompt and continuation */
    size_t *bare, *index; /* ids of the prompt alone; which prompt it is */
    size_t *document;     /* whose entries it uses */
    size_t count;
} Unusual;

/* The letter of the continuation so far; *ended when the answer's line is over. */
static int continued_letter(const Unusual *unusual, size_t i, const Tokens *ids, bool *ended)
{
    Text text = {0};
    size_t from = unusual->bare[i] - 1; /* the prompt's last id, lest a leading space be lost */
    tokenizer_decode(unusual->tokenizer, ids->ids + from, ids->count - from, true, &text);
    int letter = text.length ? predict_letter(text.bytes, text.length) : -1;
    *ended = letter >= 0 || ids->ids[ids->count - 1] == unusual->tokenizer->eos ||
             (text.length && memchr(text.bytes, '\n', text.length));
    text_free(&text);
    return letter;
}

static bool line_ended(void *context, size_t i, const Tokens *ids)
{
    bool ended;
    continued_letter(context, i, ids, &ended);
    return ended;
}

/* Continues, all together, those of the round whose free answer is still open. */
static void generate_open(Round *round, size_t first, size_t count, Prediction *predictions)
{
    Unusual unusual = {.tokenizer = round->tokenizer,
                       .ids = alloc_zeroed(count, sizeof *unusual.ids),
                       .bare = alloc_zeroed(count, sizeof *unusual.bare),
                       .index = alloc_zeroed(count, sizeof *unusual.index),
                       .document = alloc_zeroed(count, sizeof *unusual.document)};
    for (size_t k = first; k < first + count; k++) {
        size_t i = round->order[k], bare = (size_t)round->encoded->answer_start[i];
        if (predictions[i].free >= 0)
            continue;
        EncodedText text = prompt(round, k);
        for (size_t t = 0; t < bare; t++)
            tokens_push(&unusual.ids[unusual.count], text.ids[t]);
        unusual.bare[unusual.count] = bare;
        unusual.document[unusual.count] = (size_t)round->encoded->prompt_document[i];
        unusual.index[unusual.count++] = i;
    }
    generate_greedy(round->speaker, unusual.ids, unusual.document, unusual.count, CONTINUATION,
                    line_ended, &unusual);
    for (size_t i = 0; i < unusual.count; i++) {
        bool ended;
        predictions[unusual.index[i]].free = continued_letter(&unusual, i, &unusual.ids[i], &ended);
        tokens_free(&unusual.ids[i]);
    }
    free(unusual.ids), free(unusual.bare), free(unusual.index), free(unusual.document);
}

/* Numbers of the prompts, those of a document together and in their order; freed by the caller. */
static uint32_t *by_document(const Encoded *encoded)
{
    size_t prompts = encoded->count[TEXT_PROMPT], documents = encoded->count[TEXT_DOCUMENT];
    uint32_t *order = alloc_zeroed(prompts, sizeof *order);
    size_t *next = alloc_zeroed(documents + 1, sizeof *next);
    for (size_t i = 0; i < prompts; i++)
        next[encoded->prompt_document[i] + 1]++;
    for (size_t d = 0; d < documents; d++)
        next[d + 1] += next[d];
    for (size_t i = 0; i < prompts; i++)
        order[next[encoded->prompt_document[i]]++] = (uint32_t)i;
    free(next);
    return order;
}

void predict_prompts(const Speaker *speaker, const Encoded *encoded, const float *rows,
                     const Tokenizer *tokenizer, size_t batch, Prediction *predictions)
{
    const Model *model = speaker->model;
    size_t layer = speaker->layer;
    uint32_t *order = by_document(encoded);
    Round round = {.encoded = encoded,
                   .model = model,
                   .tokenizer = tokenizer,
                   .speaker = speaker,
                   .order = order};
    size_t prompts = encoded->count[TEXT_PROMPT], V = model->config.vocabulary;
    stack_begin(&round.upper, model, speaker->memory, layer, rows ? speaker_first(speaker) : 0,
                false);
    for (size_t first = 0; first < prompts; first += batch) {
        size_t count = prompts - first < batch ? prompts - first : batch, done = 0;
        run_round(&round, rows, first, count);
        for (size_t i = first; i < first + count; i++) {
            EncodedText text = prompt(&round, i);
            predictions[order[i]] = predict(&round, order[i], round.logits + done * V);
            done += gemm_pad(asked_rows(&round, &text, i));
        }
        if (tokenizer)
            generate_open(&round, first, count, predictions);
    }
    stack_free(&round.upper);
    batch_free(&round.batch);
    free(round.packed), free(round.rows), free(round.logits), free(round.mask), free(order);
}
