/* The prompt is encoded alone and with each of the three answers. The ids behind those of the
 * prompt are the answer's; answer_tokens_find splits them. */
#include "fever/prompt.h"

#include <string.h>

static const char head[] = "Determine the factuality of the following claims \n"
                           "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n";

static char letter_of(FeverLabel label)
{
    return "abc"[label];
}

static void append(Text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

void prompt_claim(Text *text, const FeverClaim *claim)
{
    for (const char *from = claim->text; *from; from++)
        text_append(text, strchr("\n\r\t", *from) ? " " : from, 1);
}

static void append_claim(Text *text, const FeverClaim *claim)
{
    append(text, "Claim: ");
    prompt_claim(text, claim);
    append(text, "\nA:");
}

void prompt_answer(Text *text, FeverLabel label)
{
    const char answer[] = {' ', '(', letter_of(label), ')'};
    text_append(text, answer, sizeof answer);
}

void prompt_text(Text *text, const FeverClaim *example, const FeverClaim *claim)
{
    append(text, head);
    append_claim(text, example);
    prompt_answer(text, example->label);
    append(text, "\n");
    append_claim(text, claim);
}

/* Encodes the prompt with an answer, and appends to *answer the ids behind those of the prompt
 * (`bare`). False where the prompt's ids change. */
static bool encode_answer(const Tokenizer *tokenizer, const Text *prompt, const Tokens *bare,
                          FeverLabel label, Tokens *answer, Error *error)
{
    Text text = {0};
    Tokens all = {0};
    text_append(&text, prompt->bytes, prompt->length);
    prompt_answer(&text, label);
    bool ok = tokenizer_encode(tokenizer, text.bytes, text.length, true, &all, error);
    text_free(&text);
    if (ok && (all.count < bare->count ||
               memcmp(all.ids, bare->ids, bare->count * sizeof *bare->ids) != 0))
        ok = fail(error, "the prompt's tokens change when an answer follows; use a tokenizer that "
                         "splits before \" (\"");
    for (size_t t = bare->count; ok && t < all.count; t++)
        tokens_push(answer, all.ids[t]);
    tokens_free(&all);
    return ok;
}

bool prompt_encode(const Tokenizer *tokenizer, const Text *prompt, Tokens *ids,
                   size_t *answer_start, AnswerTokens *letters, Error *error)
{
    Tokens bare = {0}, answers[LETTERS] = {{0}};
    size_t start = 0;
    bool ok = tokenizer_encode(tokenizer, prompt->bytes, prompt->length, true, &bare, error);
    for (int x = 0; ok && x < LETTERS; x++)
        ok = encode_answer(tokenizer, prompt, &bare, (FeverLabel)x, &answers[x], error);
    ok = ok && answer_tokens_find(answers, tokenizer_unk(tokenizer), &start, letters, error);
    for (size_t t = 0; ok && t < bare.count; t++)
        tokens_push(ids, bare.ids[t]);
    for (size_t t = 0; ok && t < start; t++)
        tokens_push(ids, answers[0].ids[t]);
    *answer_start = bare.count;
    tokens_free(&bare);
    for (int x = 0; x < LETTERS; x++)
        tokens_free(&answers[x]);
    return ok;
}
