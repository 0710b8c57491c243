/* The 1-shot prompt: its text, and where a tokenizer puts the answer's letter. */
#include "prompt.h"

#include "mem.h"

#include <string.h>

static const char head[] = "Determine the factuality of the following claims \n"
                           "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n";

char prompt_letter(FeverLabel label)
{
    return "abc"[label];
}

static void append(Text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

static void append_claim(Text *text, const char *claim)
{
    append(text, "Claim: ");
    for (; *claim; claim++)
        text_append(text, strchr("\n\r\t", *claim) ? " " : claim, 1);
    append(text, "\nA:");
}

void prompt_answer(Text *text, FeverLabel label)
{
    const char answer[] = {' ', '(', prompt_letter(label), ')'};
    text_append(text, answer, sizeof answer);
}

void prompt_text(Text *text, const FeverClaim *example, const FeverClaim *claim)
{
    append(text, head);
    append_claim(text, example->text);
    prompt_answer(text, example->label);
    append(text, "\n");
    append_claim(text, claim->text);
}

/* The prompt alone, and followed by each answer. */
typedef struct {
    Tokens bare, answered[PROMPT_LETTERS];
} Readings;

static bool encode_readings(const Tokenizer *tokenizer, const Text *prompt, Readings *readings,
                            Error *error)
{
    Text text = {0};
    text_append(&text, prompt->bytes, prompt->length);
    bool ok = tokenizer_encode(tokenizer, text.bytes, text.length, true, &readings->bare, error);
    for (int i = 0; ok && i < PROMPT_LETTERS; i++) {
        text.length = prompt->length;
        prompt_answer(&text, (FeverLabel)i);
        ok = tokenizer_encode(tokenizer, text.bytes, text.length, true, &readings->answered[i],
                              error);
    }
    text_free(&text);
    return ok;
}

/* How many ids all three answered prompts start with. */
static size_t common_start(const Readings *readings)
{
    const Tokens *answered = readings->answered;
    size_t shortest = answered[0].count;
    for (int i = 1; i < PROMPT_LETTERS; i++)
        if (answered[i].count < shortest)
            shortest = answered[i].count;
    for (size_t t = 0; t < shortest; t++)
        for (int i = 1; i < PROMPT_LETTERS; i++)
            if (answered[i].ids[t] != answered[0].ids[t])
                return t;
    return shortest;
}

static bool read_answers(const Readings *readings, size_t common, PromptAnswers *answers,
                         Error *error)
{
    const Tokens *answered = readings->answered;
    for (int i = 0; i < PROMPT_LETTERS; i++) {
        if (answered[i].count != common + 2 ||
            answered[i].ids[common + 1] != answered[0].ids[common + 1])
            return fail(error, "the answers (a), (b), (c) are not one token each before a common "
                               "\")\"; use a tokenizer that keeps letters apart");
        answers->letters[i] = answered[i].ids[common];
    }
    answers->close = answered[0].ids[common + 1];
    if (answers->letters[0] == answers->letters[1] || answers->letters[1] == answers->letters[2] ||
        answers->letters[0] == answers->letters[2])
        return fail(error, "two of the answers (a), (b), (c) are the same token; use a tokenizer "
                           "that tells letters apart");
    return true;
}

bool prompt_encode(const Tokenizer *tokenizer, const Text *prompt, Tokens *ids,
                   size_t *answer_start, PromptAnswers *answers, Error *error)
{
    Readings readings = {0};
    bool ok = encode_readings(tokenizer, prompt, &readings, error);
    size_t common = ok ? common_start(&readings) : 0, bare = readings.bare.count;
    ok = ok && read_answers(&readings, common, answers, error);
    if (ok && (bare > common || memcmp(readings.bare.ids, readings.answered[0].ids,
                                       bare * sizeof *readings.bare.ids) != 0))
        ok = fail(error, "the prompt's tokens change when an answer follows; use a tokenizer that "
                         "splits before \" (\"");
    for (size_t t = 0; ok && t < common; t++)
        tokens_push(ids, readings.answered[0].ids[t]);
    *answer_start = bare;
    tokens_free(&readings.bare);
    for (int i = 0; i < PROMPT_LETTERS; i++)
        tokens_free(&readings.answered[i]);
    return ok;
}
