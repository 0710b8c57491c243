/* Verdicts on what the sign of an activation means: claims C7 to C11 and their parts. */
#ifndef DOCMEM_SIGN_VERDICTS_H
#define DOCMEM_SIGN_VERDICTS_H
#include "sign_set.h"
#include "verdict.h"

/* Adds to an empty list, and settles, the five claims, then the parts of each. Claims are about
 * memories with W_lm, one or more of each activation; parts about those without it are left out
 * where there are none. False where an activation is missing. */
bool sign_verdicts(VerdictList *list, const SignSet *set, Error *error);

#endif
