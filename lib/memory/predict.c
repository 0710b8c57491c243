/* A prompt and its three answers go once: the answers are branches that share the prompt's rows,
 * prompts share what they begin with, and the free answer goes on behind them where it is open. */
#include "memory/predict.h"

#include "base/alloc.h"
#include "base/vmath.h"
#include "model/head.h"
#include "run/stage.h"
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

/* What the rounds of prompts share. A round is some prompts, asked by one speaker after another. */
typedef struct {
    const Encoded *encoded;
    const Model *model;
    const Tokenizer *tokenizer;
    const Speaker *speaker;
    const uint32_t *order; /* (prompts) their numbers, those of a document together */
    size_t first, count;   /* the round's place in the order */
    size_t lowest;         /* the block that is run first for each speaker */
    Batch batch;
    size_t *bare; /* (count) rows of each prompt without answers */
    Past *past;   /* (N) their keys and values: from `lowest` on the speaker's, below all's */
    bool *below;  /* (count) whether those below are there */
    float *packed, *rows, *logits; /* (batch rows,d) (asked rows,d) (asked rows,V) */
    float *mask;                   /* (batch rows,m) */
    size_t packed_capacity, rows_capacity, logits_capacity, mask_capacity;
} Round;

/* Number of the round's prompt i among all. */
static size_t number(const Round *round, size_t i)
{
    return round->order[round->first + i];
}

static EncodedText prompt(const Round *round, size_t i)
{
    return encoded_text(round->encoded, TEXT_PROMPT, number(round, i));
}

static size_t document_of(const Round *round, size_t i)
{
    return (size_t)round->encoded->prompt_document[number(round, i)];
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
    return text->length - (size_t)round->encoded->answer_start[number(round, i)] + 1;
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

/* Lays the prompts. They share the rows that they begin with: the header, and of one document the
 * example; under a mask, which is of a document, no others. */
static void lay(Round *round)
{
    EncodedText before;
    batch_clear(&round->batch);
    for (size_t i = 0; i < round->count; i++) {
        EncodedText text = prompt(round, i);
        bool alike =
            i > 0 && (!masked(round) || document_of(round, i) == document_of(round, i - 1));
        encoded_batch_behind(&text, alike ? &before : NULL,
                             text.length - asked_rows(round, &text, i), &round->batch);
        before = text;
    }
}

/* The mask of the round's batch; NULL for none. */
static const float *fill_mask(Round *round)
{
    const Allocation *allocation = round->speaker->allocation;
    const Encoded *encoded = round->encoded;
    if (!masked(round))
        return NULL;
    fit(&round->mask, &round->mask_capacity, round->batch.rows * allocation->entries);
    int32_t *ids = alloc_zeroed(encoded->longest, sizeof *ids);
    for (size_t i = 0; i < round->batch.count; i++) {
        EncodedText text = prompt(round, i);
        for (size_t t = 0; t < text.length; t++)
            ids[t] = encoded_id(encoded, &text, t);
        allocation_pack(allocation, &round->batch, i, document_of(round, i), ids, round->mask);
    }
    free(ids);
    return round->mask;
}

/* What enters the round's lowest block: the prompts' rows of the prefix, or their embeddings. */
static void fill_packed(Round *round, const float *prefix)
{
    size_t d = round->model->config.width, rows = round->batch.rows;
    float *packed = fit(&round->packed, &round->packed_capacity, rows * d);
    int32_t *ids = prefix ? NULL : alloc_zeroed(rows, sizeof *ids);
    for (size_t i = 0; i < round->batch.count; i++) {
        EncodedText text = prompt(round, i);
        if (prefix)
            batch_gather(&round->batch, i, packed, prefix + text.first_row * d, d);
        for (size_t t = round->batch.sequences[i].shared; !prefix && t < text.length; t++)
            ids[batch_row(&round->batch, i, t)] = encoded_id(round->encoded, &text, t);
    }
    if (!prefix)
        model_embed(round->model, packed, ids, &round->batch);
    free(ids);
}

/* What a block has made of the round becomes the prompts' past. */
static void keep(void *context, size_t block, const BlockCache *cache)
{
    Round *round = context;
    for (size_t i = 0; i < round->count; i++)
        past_take(&round->past[block], i, &round->batch, i, cache, &round->model->config.heads);
}

/* The last stream of the round's batch, by the speaker, in upper. */
static const float *run_upper(Round *round, Stack *upper, const float *prefix)
{
    const Speaker *speaker = round->speaker;
    stack_begin(upper, round->model, speaker->memory, speaker->layer, round->lowest, false);
    if (round->tokenizer)
        upper->after = keep, upper->context = round;
    lay(round);
    fill_packed(round, prefix);
    return stack_forward(upper, &round->batch, round->packed, fill_mask(round));
}

/* Logits of all asked rows of the round, those of each prompt from a multiple of the row unit, so
 * that their bits do not depend on the other prompts. */
static void run_round(Round *round, const float *prefix)
{
    size_t d = round->model->config.width, asked = 0;
    for (size_t i = 0; i < round->count; i++) {
        EncodedText text = prompt(round, i);
        asked += gemm_pad(asked_rows(round, &text, i));
    }
    Stack upper;
    const float *h = run_upper(round, &upper, prefix);
    float *rows = fit(&round->rows, &round->rows_capacity, asked * d);
    memset(rows, 0, asked * d * sizeof *rows);
    for (size_t i = 0; i < round->count; i++) {
        EncodedText text = prompt(round, i);
        size_t n = asked_rows(round, &text, i);
        size_t from = batch_row(&round->batch, i, text.length - n);
        memcpy(rows, h + from * d, n * d * sizeof *rows);
        rows += gemm_pad(n) * d;
    }
    stack_free(&upper);
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
    const Round *round;
    Tokens *ids;      /* prompt and continuation */
    size_t *slot;     /* which of the round's prompts it is */
    size_t *document; /* whose entries it uses */
    size_t count;
} Unusual;

/* The letter of the continuation so far; *ended when the answer's line is over. */
static int continued_letter(const Unusual *unusual, size_t i, const Tokens *ids, bool *ended)
{
    Text text = {0};
    const Tokenizer *tokenizer = unusual->round->tokenizer;
    size_t from = unusual->round->bare[unusual->slot[i]] - 1; /* lest a leading space be lost */
    tokenizer_decode(tokenizer, ids->ids + from, ids->count - from, true, &text);
    int letter = text.length ? predict_letter(text.bytes, text.length) : -1;
    *ended = letter >= 0 || ids->ids[ids->count - 1] == tokenizer->eos ||
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

/* Prompt i of the round without its answers. */
static EncodedText bare_prompt(const Round *round, size_t i)
{
    EncodedText text = prompt(round, i);
    text.length = round->bare[i], text.siblings = 0;
    return text;
}

/* The blocks below `lowest`, of the round's prompts slot (count); they share what they begin
 * with. */
static void run_below(Round *round, const size_t *slot, size_t count)
{
    const ModelConfig *c = &round->model->config;
    Batch batch = {0};
    BlockCache cache = {0};
    EncodedText before;
    for (size_t i = 0; i < count; i++) {
        EncodedText text = bare_prompt(round, slot[i]);
        encoded_batch_behind(&text, i > 0 ? &before : NULL, SIZE_MAX, &batch);
        before = text;
    }
    size_t row = c->width * sizeof(float);
    int32_t *ids = alloc_zeroed(batch.rows, sizeof *ids);
    float *h = alloc_scratch(batch.rows, row), *next = alloc_scratch(batch.rows, row), *kept;
    for (size_t i = 0; i < count; i++) {
        const Sequence *s = &batch.sequences[i];
        memcpy(ids + s->start, bare_prompt(round, slot[i]).ids + s->shared,
               (s->length - s->shared) * sizeof *ids);
    }
    model_embed(round->model, h, ids, &batch);
    for (size_t l = 0; l < round->lowest; l++) {
        block_forward(round->model, l, &batch, next, h, &cache);
        for (size_t i = 0; i < count; i++)
            past_take(&round->past[l], slot[i], &batch, i, &cache, &c->heads);
        kept = h, h = next, next = kept;
    }
    batch_free(&batch), block_cache_free(&cache);
    free(ids), free(h), free(next);
}

/* The same for those that are open now, and were not with a speaker before. */
static void read_below(Round *round, const Unusual *unusual)
{
    size_t *slot = alloc_zeroed(unusual->count, sizeof *slot), count = 0;
    for (size_t i = 0; i < unusual->count; i++) {
        bool *below = &round->below[unusual->slot[i]];
        if (!*below)
            slot[count++] = unusual->slot[i];
        *below = true;
    }
    if (count > 0 && round->lowest > 0)
        run_below(round, slot, count);
    free(slot);
}

/* Prompt i of the round with the id that follows it. */
static void add_open(Unusual *unusual, size_t i, size_t next)
{
    const Round *round = unusual->round;
    EncodedText text = prompt(round, i);
    Tokens *ids = &unusual->ids[unusual->count];
    for (size_t t = 0; t < round->bare[i]; t++)
        tokens_push(ids, text.ids[t]);
    tokens_push(ids, (int32_t)next);
    unusual->document[unusual->count] = document_of(round, i);
    unusual->slot[unusual->count++] = i;
}

/* Continues, all together, those whose free answer is still open. */
static void continue_open(Round *round, Unusual *unusual, Prediction *predictions)
{
    read_below(round, unusual);
    generate_on(round->speaker, round->past, unusual->slot, unusual->ids, unusual->document,
                unusual->count, CONTINUATION, line_ended, unusual);
    for (size_t i = 0; i < unusual->count; i++) {
        bool ended;
        predictions[number(round, unusual->slot[i])].free =
            continued_letter(unusual, i, &unusual->ids[i], &ended);
        tokens_free(&unusual->ids[i]);
    }
}

/* The round's prompts, asked by its speaker. */
static void ask_round(Round *round, const float *prefix, Prediction *predictions)
{
    size_t V = round->model->config.vocabulary;
    Unusual unusual = {.round = round,
                       .ids = alloc_zeroed(round->count, sizeof *unusual.ids),
                       .slot = alloc_zeroed(round->count, sizeof *unusual.slot),
                       .document = alloc_zeroed(round->count, sizeof *unusual.document)};
    run_round(round, prefix);
    const float *logits = round->logits;
    for (size_t i = 0; i < round->count; i++) {
        EncodedText text = prompt(round, i);
        Prediction *prediction = &predictions[number(round, i)];
        *prediction = predict(round, number(round, i), logits);
        if (prediction->free < 0 && round->tokenizer)
            add_open(&unusual, i, head_argmax(logits, V));
        logits += gemm_pad(asked_rows(round, &text, i)) * V;
    }
    continue_open(round, &unusual, predictions);
    free(unusual.ids), free(unusual.slot), free(unusual.document);
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

/* Room for the prompts' keys and values, and how long they are; the most prompts of a round. */
static size_t begin_rounds(Round *round, size_t batch)
{
    const ModelConfig *c = &round->model->config;
    const Encoded *encoded = round->encoded;
    size_t longest = 1;
    for (size_t i = 0; i < encoded->count[TEXT_PROMPT]; i++)
        if ((size_t)encoded->answer_start[i] > longest)
            longest = (size_t)encoded->answer_start[i];
    size_t room = round->tokenizer ? pasts_room(c, longest) : batch;
    size_t most = batch < room ? batch : room;
    round->bare = alloc_zeroed(most, sizeof *round->bare);
    round->below = alloc_zeroed(most, sizeof *round->below);
    round->past = round->tokenizer ? pasts_make(c, round->bare, most, longest) : NULL;
    return most;
}

static void begin_round(Round *round, size_t first, size_t count)
{
    round->first = first, round->count = count;
    for (size_t i = 0; i < count; i++) {
        round->bare[i] = (size_t)round->encoded->answer_start[number(round, i)];
        round->below[i] = false;
    }
}

void predict_prompts(const Speaker *speakers, size_t count, const Encoded *encoded,
                     const float *rows, const Tokenizer *tokenizer, size_t batch,
                     Prediction *predictions)
{
    const Model *model = speakers->model;
    uint32_t *order = by_document(encoded);
    Round round = {.encoded = encoded,
                   .model = model,
                   .tokenizer = tokenizer,
                   .order = order,
                   .lowest = rows ? speaker_first(speakers) : 0};
    size_t prompts = encoded->count[TEXT_PROMPT], most = begin_rounds(&round, batch);
    for (size_t first = 0; first < prompts; first += most) {
        begin_round(&round, first, prompts - first < most ? prompts - first : most);
        for (size_t s = 0; s < count; s++) {
            round.speaker = &speakers[s];
            ask_round(&round, rows, predictions + s * prompts);
        }
        stage_progress("prompts", (double)(first + round.count), (double)prompts);
    }
    pasts_free(round.past, model->config.blocks);
    batch_free(&round.batch);
    free(round.bare), free(round.below);
    free(round.packed), free(round.rows), free(round.logits), free(round.mask), free(order);
}
