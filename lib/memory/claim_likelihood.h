/* The likelihood of bare claims: what a model, with a memory or without, thinks of their words.
 *
 * A claim that a model holds true should surprise it less (Lee et al., "Towards few-shot
 * fact-checking via perplexity", NAACL 2021). No answer format is needed, so that this works for
 * models that cannot follow the letters. */
#ifndef DOCMEM_CLAIM_LIKELIHOOD_H
#define DOCMEM_CLAIM_LIKELIHOOD_H
#include "fever/encoded.h"
#include "memory/generate.h"

/* nll (claims): the summed loss, in nats, of each claim's own tokens behind BOS and what is told
 * before it. `rows` is the prefix that enters at speaker_first, which must hold claims; without a
 * memory the model is asked as it is, and `rows` may be NULL where there is none. A claim uses the
 * entries of its main page. A claim's bits do not depend on the others. */
void likelihood_claims(const Speaker *speaker, const Encoded *encoded, const float *rows,
                       double *nll);

#endif
