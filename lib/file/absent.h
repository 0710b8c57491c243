/* Explains a missing model file: what the folder holds in its place, and what to do about it. */
#ifndef DOCMEM_ABSENT_H
#define DOCMEM_ABSENT_H
#include "base/error.h"

typedef enum { ABSENT_CONFIG, ABSENT_WEIGHTS, ABSENT_TOKENIZER } AbsentFile;

/* Looks for a likely reason why the file `path` is missing: it is a dangling symbolic link, or its
 * folder holds what people often have in its place (an adapter alone, pytorch_model.bin,
 * tokenizer.model …). Then returns true, and in the second case *error = "<path>: is not there,
 * only <name>, <what that is>; <what to do>". Else returns false and leaves *error alone. */
bool absent_tell(const char *path, AbsentFile wanted, Error *error);

#endif
