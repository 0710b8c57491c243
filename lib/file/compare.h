/* Finds where two files that should be identical first differ, and by how much. */
#ifndef DOCMEM_COMPARE_H
#define DOCMEM_COMPARE_H
#include "base/error.h"
#include "base/text.h"
#include "file/dtype.h"

/* Compares two files of the same kind. The ending of `wanted` tells which: tensors (.safetensors),
 * a table (.csv), else bytes. *said starts zeroed and stays empty where the files are identical.
 * Else it gets one line, NUL-terminated: the first difference in the order of `wanted` (tensor and
 * element, line and column, or byte), both values, for numbers also their distance in units in the
 * last place (ULP), and how much else differs. False with the reason in *error if either file
 * cannot be read. The caller frees *said. */
bool compare_files(const char *wanted, const char *found, Text *said, Error *error);

/* Distance in units in the last place (ULP) between the number at a and the number at b, both of
 * any alignment: 1 for neighbours of the type. -0 and 0 are 1 apart, since their bits differ; a NaN
 * counts as beyond infinity. `dtype` is F16, BF16, F32, F64 or a type of DTYPE_ANY_INT. */
uint64_t compare_steps(DType dtype, const void *a, const void *b);

#endif
