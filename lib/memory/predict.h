/* Answers to claims: what a model, with a memory or without, says to a 1-shot prompt.
 *
 * Each prompt is run once, its three possible answers as branches behind
 * it: that shows the choice among the letters, and whether the greedy continuation
 * takes the form " (x)". Only where it does not is a continuation generated, from the keys and
 * values that the prompt left; those below the memory are the same for all speakers, and made once.
 */
#ifndef DOCMEM_PREDICT_H
#define DOCMEM_PREDICT_H
#include "fever/encoded.h"
#include "memory/generate.h"
#include "memory/stack.h"
#include "tokenizer/tokenizer.h"

typedef struct {
    int choice; /* 0, 1, 2: the most probable letter */
    int free;   /* the letter of the first " (x)" in the greedy continuation's line, or −1 */
    double probability[3]; /* of each letter's own tokens, behind the answers' common start */
} Prediction;

/* Answers all prompts of the corpus by each of `count` speakers, which differ in their memories
 * alone, into predictions (count, prompts). `rows` is the
 * prefix that enters at speaker_first; without a memory the model is asked as it is, and `rows` may
 * be NULL where there is none: then the prompts are carried through all blocks. A prompt uses the
 * entries of its document. `batch` prompts at most are carried at once, which does not change the
 * answers. `tokenizer` may be NULL: then no continuation is generated, and `free` is −1 where the
 * greedy one would leave the form. */
void predict_prompts(const Speaker *speakers, size_t count, const Encoded *encoded,
                     const float *rows, const Tokenizer *tokenizer, size_t batch,
                     Prediction *predictions);

/* The letter (0, 1, 2) of the first " (a)", " (b)" or " (c)" in the text, or −1. */
int predict_letter(const char *text, size_t length);

#endif
