/* Tensors in files: safetensors files are mapped to be read, and written whole; GGUF is read too.
 *
 * A file is 8 bytes with the header's length (little-endian), the header, a JSON object from tensor
 * name to {"dtype", "shape", "data_offsets": [begin, end]} with an optional "__metadata__" object
 * of strings, and the data, row-major and little-endian
 * (https://github.com/huggingface/safetensors, "Format"). A published model is a folder with
 * model.safetensors, or with several such files (shards) and model.safetensors.index.json, whose
 * "weight_map" says which shard holds which tensor. */
#ifndef DOCMEM_SAFETENSORS_H
#define DOCMEM_SAFETENSORS_H
#include "base/error.h"
#include "file/dtype.h"
#include "file/out.h"

enum { TENSOR_RANK_LIMIT = 8, TENSOR_HEADER_LIMIT = 100000000 };
#define TENSOR_ANY SIZE_MAX /* in a wanted shape: a dimension of any size */

/* The order in which a matrix's rows are stored; `outer` 0: that of their numbers. Else the rows
 * form groups of outer × inner × unit, and the row numbered (g, a, b, s), g the group, a < outer, b
 * < inner, s < unit, is stored as (g, b, a, s). (GGUF stores some so: model_gguf.c.) */
typedef struct {
    size_t outer, inner, unit;
} TensorRows;

/* One tensor of an open file. `data` may have any alignment: read it through
 * tensors_to_float and its like, or check with tensors_aligned. */
typedef struct {
    const char *name, *file; /* `file`: path of the file it lies in */
    const char *type;        /* as the file names it */
    DType dtype;
    int rank;
    size_t shape[TENSOR_RANK_LIMIT];
    const void *data;
    size_t count, bytes; /* number of elements (of DTYPE_OTHER: of bytes); their bytes */
    TensorRows rows;
} Tensor;

struct json_t;
typedef struct {
    char *path;
    void *map; /* the whole file, read-only */
    size_t bytes;
    struct Mapped *watch;
    struct json_t *header; /* owns the tensors' names; NULL for GGUF */
    struct Gguf *gguf;     /* the same for GGUF (file/gguf.h), or NULL */
} TensorShard;

typedef struct {
    char *path; /* as given to tensors_open */
    TensorShard *shards;
    size_t shards_count, shards_capacity;
    Tensor *tensors; /* shard by shard (sorted by name), each in the order of its data */
    size_t count, capacity;
    const Tensor **by_name; /* (count) sorted */
    struct json_t *index;   /* of a model in shards, or NULL */
} TensorFile;

/* Opens a .safetensors file, a GGUF file (file/gguf.h), or a model's folder: its model.safetensors,
 * else the shards that its index names. Files are mapped, not copied. Every rule of the format is
 * checked first: the header has at most 100,000,000 bytes, lies within the file, starts with '{'
 * and has no name twice; the offsets cover the data exactly, without gaps or overlap; a tensor's
 * bytes fit its shape, if docmem reads its type. A tensor that the index places in another shard is
 * left out, not refused; one that the index does not name must not be in two shards. False with the
 * reason in *error, and nothing left open. */
bool tensors_open(TensorFile *file, const char *path, Error *error);
/* False, with the reason in *error, if the index names a tensor that its shard lacks and
 * may_lack(name) is false; `may_lack` may be NULL. True without an index. */
bool tensors_complete(const TensorFile *file, bool (*may_lack)(const char *name), Error *error);
/* Unmaps and frees; tensors and their names end with it. Safe on a zeroed or closed file. */
void tensors_close(TensorFile *file);

/* The tensor called `name`, or NULL. Iterate over file->tensors, file->count. */
const Tensor *tensors_find(const TensorFile *file, const char *name);
/* Sets *tensor to the tensor called `name` if it has this type (or fits DTYPE_ANY_FLOAT,
 * DTYPE_ANY_INT), rank and shape (rank sizes, or TENSOR_ANY). Else false; *error says what is
 * wanted and what was found. */
bool tensors_want(const TensorFile *file, const char *name, DType dtype, int rank,
                  const size_t *shape, const Tensor **tensor, Error *error);
/* String `key` of __metadata__ (of the first shard that has it), or NULL. Borrowed. */
const char *tensors_metadata(const TensorFile *file, const char *key);

/* Converts elements first … first+count-1, in the order they are stored, to out (count), as
 * dtype_to_float and dtype_to_int do. They must exist and, in a quantized type, be whole blocks. */
void tensors_to_float(const Tensor *tensor, size_t first, size_t count, float *out);
void tensors_to_int(const Tensor *tensor, size_t first, size_t count, int64_t *out);
/* Converts rows first … first+count-1 to out (count, columns), in the order of their numbers,
 * however they are stored (tensor->rows). A vector is a matrix of one column. */
void tensors_rows_to_float(const Tensor *tensor, size_t first, size_t count, size_t columns,
                           float *out);
/* Converts elements column … column+count-1 of that row of `width` elements, likewise. */
void tensors_part_to_float(const Tensor *tensor, size_t row, size_t width, size_t column,
                           size_t count, float *out);
/* The first element of a tensor that fits DTYPE_ANY_FLOAT that is not finite, or tensor->count. */
size_t tensors_not_finite(const Tensor *tensor);
/* Whether there is no such element; else false, with file, tensor and element in *error. The pages
 * of a large tensor are released afterwards, so that checking holds no memory. */
bool tensors_finite(const Tensor *tensor, Error *error);
/* Whether `data` may be read in place as an array of its type. */
bool tensors_aligned(const Tensor *tensor);

/* A file to be written. Starts zeroed. */
typedef struct {
    Tensor *tensors; /* `data` NULL where it will be streamed */
    size_t count, capacity;
    struct json_t *metadata;
    bool not_utf8;           /* a metadata text could not be stored */
    size_t appended, wanted; /* bytes of data appended so far; declared in all */
} TensorWriter;

/* Adds a string to __metadata__; declares a tensor of shape (rank). Strings and names are copied,
 * and names must differ. The data are borrowed until written (NULL if they will be streamed). */
void tensor_writer_metadata(TensorWriter *writer, const char *key, const char *value);
void tensor_writer_add(TensorWriter *writer, const char *name, DType dtype, int rank,
                       const size_t *shape, const void *data);

/* Writes header and data and frees the writer; the caller commits the Out. Tensors of wider
 * elements come first, so that every tensor is aligned; those of equal width keep the order of the
 * calls to add. False if a name or metadata text is not UTF-8, or the header is over the format's
 * limit. */
bool tensor_writer_write(TensorWriter *writer, Out *out, Error *error);

/* Whether the float tensors added hold only finite numbers. For what training has made: call it
 * before tensor_writer_write. If not, false, with file and tensor in *error, and the writer
 * freed. */
bool tensor_writer_finite(TensorWriter *writer, const Out *out, Error *error);

/* tensor_writer_write in pieces, for tensors too large to hold in memory. begin writes the header
 * alone; false as tensor_writer_write. append writes data, in the order of the calls to add, in
 * which wider elements must come first. end asserts that all declared bytes came, and frees the
 * writer. */
bool tensor_writer_begin(TensorWriter *writer, Out *out, Error *error);
void tensor_writer_append(TensorWriter *writer, Out *out, const void *bytes, size_t count);
void tensor_writer_end(TensorWriter *writer);
/* After begin, instead of append: room for all data, mapped to be written in place (see out_map);
 * NULL with the reason in *error. */
void *tensor_writer_map(TensorWriter *writer, Out *out, Error *error);
/* Frees the writer at any point, without writing. */
void tensor_writer_free(TensorWriter *writer);

#endif
