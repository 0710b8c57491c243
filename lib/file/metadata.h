/* Numbers in the metadata of a safetensors file, which holds only strings. */
#ifndef DOCMEM_METADATA_H
#define DOCMEM_METADATA_H
#include "file/safetensors.h"

/* Adds a whole number, or the shortest decimal that reads back as the same double. */
void metadata_add_int(TensorWriter *writer, const char *key, uint64_t number);
void metadata_add_real(TensorWriter *writer, const char *key, double number);

/* Reads metadata `key`: a whole number up to `high`, or a number from low to high. False, with file
 * and key in *error, if it is missing or anything else. */
bool metadata_int(const TensorFile *file, const char *key, uint64_t high, uint64_t *number,
                  Error *error);
bool metadata_real(const TensorFile *file, const char *key, double low, double high, double *number,
                   Error *error);

#endif
