/* Where two files that should hold the same bits first differ, and by how much. */
#ifndef DOCMEM_COMPARE_H
#define DOCMEM_COMPARE_H
#include "base/error.h"
#include "base/text.h"
#include "file/dtype.h"

/* Compares two files of one kind, told by the ending of `wanted`: tensors (.safetensors), a table
 * (.csv), or bytes. Leaves *said empty if they hold the same, else appends one line,
 * NUL-terminated: the first tensor and element, row and column, or byte that differs, in the order
 * of `wanted`, both values, by how many units in the last place, and how much else differs. False
 * with the reason in *error if either cannot be read. The caller frees *said. */
bool compare_files(const char *wanted, const char *found, Text *said, Error *error);

/* Units in the last place between one number each at a and b: 1 for neighbours of the type. -0 and
 * 0 are 1 apart, since their bits differ; a NaN lies beyond infinity. `dtype` is F16, BF16, F32,
 * F64 or an integer's. */
uint64_t compare_steps(DType dtype, const void *a, const void *b);

#endif
