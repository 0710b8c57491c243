/* The 1-shot prompt: its text, its tokens, and the tokens of its answers.
 *
 *     Determine the factuality of the following claims ␣
 *     Answer candidates: (a) supports, (b) refutes, (c) not enough info
 *     Claim: <training claim about the same document>
 *     A: (<its letter>)
 *     Claim: <the claim>
 *     A:
 *
 * The first line ends in a space; every line but the last ends in a newline. The model continues
 * with " (x)". The tokens of the three answers share a start (Llama's "▁("), then comes the letter,
 * then a common end (")"); see answer_tokens.h. */
#ifndef DOCMEM_PROMPT_H
#define DOCMEM_PROMPT_H
#include "base/text.h"
#include "fever/answer_tokens.h"
#include "fever/fever.h"
#include "tokenizer/tokenizer.h"

/* Appends the prompt's text. White space inside a claim (newline, return, tab) becomes spaces. */
void prompt_text(Text *text, const FeverClaim *example, const FeverClaim *claim);
/* Appends the claim's text alone, with the same change. */
void prompt_claim(Text *text, const FeverClaim *claim);
/* Appends the answer, " (x)". */
void prompt_answer(Text *text, FeverLabel label);

/* Appends to *ids BOS, the prompt, and the common start of its three answers. *answer_start = how
 * many of them are BOS and the prompt; *letters = the rest of each answer. False, without a place
 * in *error and with *ids as before, where the text is not UTF-8, where the prompt's own tokens
 * change when an answer follows, or as answer_tokens_find says. */
bool prompt_encode(const Tokenizer *tokenizer, const Text *prompt, Tokens *ids,
                   size_t *answer_start, AnswerTokens *letters, Error *error);

#endif
