/* Says what a model's folder holds where the wanted file is absent. */
#ifndef DOCMEM_ABSENT_H
#define DOCMEM_ABSENT_H
#include "base/error.h"

typedef enum { ABSENT_CONFIG, ABSENT_WEIGHTS, ABSENT_TOKENIZER } AbsentFile;

/* Whether the absent file `path` is a link to nothing, or its folder holds what people have in its
 * place: an adapter alone, pytorch_model.bin, tokenizer.model …; then *error = "<path>: is not
 * there, only <name>, <what that is>; <what to do>". False where it is neither. */
bool absent_tell(const char *path, AbsentFile wanted, Error *error);

#endif
