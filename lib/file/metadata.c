#include "file/metadata.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void metadata_add_int(TensorWriter *writer, const char *key, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, number);
    tensor_writer_metadata(writer, key, text);
}

void metadata_add_real(TensorWriter *writer, const char *key, double number)
{
    char text[TEXT_NUMBER];
    tensor_writer_metadata(writer, key, text_number(text, number));
}

bool metadata_int(const TensorFile *file, const char *key, uint64_t high, uint64_t *number,
                  Error *error)
{
    const char *text = tensors_metadata(file, key);
    char *end = NULL;
    errno = 0;
    *number = text ? strtoull(text, &end, 10) : 0;
    if (!text || !isdigit((unsigned char)text[0]) || *end || errno || *number > high)
        return fail(error,
                    "%s: metadata %s is not a whole number up to %" PRIu64 "; make the file again",
                    file->path, key, high);
    return true;
}

bool metadata_real(const TensorFile *file, const char *key, double low, double high, double *number,
                   Error *error)
{
    const char *text = tensors_metadata(file, key);
    char *end = NULL;
    *number = text ? strtod(text, &end) : 0;
    if (!text || end == text || *end || !(*number >= low && *number <= high))
        return fail(error, "%s: metadata %s is not a number from %g to %g; make the file again",
                    file->path, key, low, high);
    return true;
}
