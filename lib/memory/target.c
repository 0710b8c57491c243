/* A prompt with its right answer takes its rows from two places of the prefix: the prompt's and
 * that answer's branch. */
#include "memory/target.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

Target target_parse(const char *name)
{
    static const char *const names[] = {"document", "template", "both", "cheat"};
    return (Target)text_which(name, names, TARGETS);
}

/* A prompt with its right answer: the rows that the prefix has for the prompt and for that answer's
 * branch; the last token's row, which predicts nothing, stays 0. */
static void answered_prompt(const Encoded *encoded, size_t i, const float *rows, size_t width,
                            int32_t *ids, float *h, MemoryText *answered)
{
    EncodedText text = encoded_text(encoded, TEXT_PROMPT, i);
    int label = encoded->label[i];
    size_t common = text.length - text.siblings, own = answer_tokens_own(&encoded->letters, label);
    size_t answer = answer_tokens_length(&encoded->letters, label);
    const float *from = rows + text.first_row * width;
    memcpy(ids, text.ids, common * sizeof *ids);
    memcpy(h, from, common * width * sizeof *h);
    for (size_t t = 0; t < answer; t++)
        ids[common + t] = answer_tokens_id(&encoded->letters, label, t);
    if (answer > 1)
        memcpy(h + common * width, from + (common + (size_t)label * text.branch) * width,
               (answer - 1) * width * sizeof *h);
    *answered =
        (MemoryText){ids, h, common + answer, (size_t)encoded->prompt_document[i], common, own};
}

/* All prompts so, with what they point to behind them in one block. */
static MemoryText *answered_prompts(const Encoded *encoded, const float *rows, size_t width,
                                    size_t *count)
{
    size_t prompts = encoded->count[TEXT_PROMPT], tokens = 0, each, bytes;
    for (size_t i = 0; i < prompts; i++) {
        EncodedText text = encoded_text(encoded, TEXT_PROMPT, i);
        tokens += text.length - text.siblings +
                  answer_tokens_length(&encoded->letters, encoded->label[i]);
    }
    if (!size_mul(width + 1, sizeof(float), &each) || !size_mul(tokens, each, &bytes) ||
        !size_add(bytes, prompts * sizeof(MemoryText), &bytes))
        alloc_exhausted();
    MemoryText *texts = alloc_zeroed(bytes, 1);
    float *h = (float *)(texts + prompts);
    int32_t *ids = (int32_t *)(h + tokens * width);
    for (size_t i = 0; i < prompts; i++) {
        answered_prompt(encoded, i, rows, width, ids, h, &texts[i]);
        ids += texts[i].length;
        h += texts[i].length * width;
    }
    *count = prompts;
    return texts;
}

/* Marks the answer's letter of a template: the last place where a letter's own tokens stand. */
static void mark_answer(const Encoded *encoded, MemoryText *text)
{
    for (size_t from = text->length; from-- > 1;)
        for (int x = 0; x < LETTERS; x++) {
            size_t own = answer_tokens_own(&encoded->letters, x), t = 0;
            while (t < own && from + own <= text->length &&
                   text->ids[from + t] == answer_tokens_id(&encoded->letters, x, t))
                t++;
            if (t == own) {
                text->answer = from, text->answers = own;
                return;
            }
        }
}

MemoryText *target_texts(Frozen *frozen, size_t block, Target target, size_t tokens, size_t *count,
                         Error *error)
{
    const Encoded *encoded = &frozen->encoded;
    const float *rows;
    size_t width = frozen->model.config.width;
    TextKind first = target == TARGET_CHEAT      ? TEXT_PROMPT
                     : target == TARGET_TEMPLATE ? TEXT_TEMPLATE
                                                 : TEXT_DOCUMENT;
    TextKind last = target == TARGET_CHEAT      ? TEXT_PROMPT
                    : target == TARGET_DOCUMENT ? TEXT_DOCUMENT
                                                : TEXT_TEMPLATE;
    for (TextKind kind = first; kind <= last; kind++)
        if (!frozen_enter(frozen, block, kind, &rows, error))
            return NULL;
    if (target == TARGET_CHEAT)
        return answered_prompts(encoded, rows, width, count);
    MemoryText *texts =
        alloc_zeroed(encoded->count[TEXT_DOCUMENT] + encoded->count[TEXT_TEMPLATE], sizeof *texts);
    *count = 0;
    for (TextKind kind = first; kind <= last; kind++)
        for (size_t i = 0; i < encoded->count[kind]; i++) {
            EncodedText text = encoded_text(encoded, kind, i);
            size_t document = kind == TEXT_DOCUMENT ? i : (size_t)encoded->template_document[i];
            size_t length = tokens > 0 && text.length > tokens ? tokens : text.length;
            MemoryText *taken = &texts[(*count)++];
            *taken = (MemoryText){text.ids, rows + text.first_row * width, length, document, 0, 0};
            if (kind == TEXT_TEMPLATE)
                mark_answer(encoded, taken);
        }
    return texts;
}
