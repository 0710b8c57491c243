/* Tensors in files: the safetensors format, read as a mapping and written whole; GGUF is read too.
 *
 * A file is 8 bytes with the header's length (little-endian), the header, a
 * JSON object from tensor name to {"dtype", "shape", "data_offsets": [begin,
 * end]} with an optional "__metadata__" of texts, and the data, row-major and
 * little-endian (https://github.com/huggingface/safetensors, "Format"). A
 * published model is a folder with model.safetensors, or with several such
 * files (shards) and model.safetensors.index.json, whose "weight_map" says which
 * shard holds which tensor. */
#ifndef DOCMEM_SAFETENSORS_H
#define DOCMEM_SAFETENSORS_H
#include "base/error.h"
#include "file/dtype.h"
#include "file/out.h"

enum { TENSOR_RANK_LIMIT = 8, TENSOR_HEADER_LIMIT = 100000000 };
#define TENSOR_ANY SIZE_MAX /* a size of any number, where a shape is wanted */

/* The order in which a matrix's rows are stored, unless `outer` is 0: as they are numbered. Row
 * (g, a, b, s) of groups of outer × inner × unit lies where (g, b, a, s) of inner × outer would. */
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
    size_t count, bytes; /* elements; what they take, which of DTYPE_OTHER are bytes */
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
    Tensor *tensors; /* shard by shard (by name), each in the order of its data */
    size_t count, capacity;
    const Tensor **by_name; /* (count) sorted */
    struct json_t *index;   /* of a model in shards, or NULL */
} TensorFile;

/* Opens a .safetensors file, a GGUF file (file/gguf.h), or a model's folder: its model.safetensors,
 * else the shards its index names. Files are mapped, not copied. Every rule of the
 * format is checked first: header at most 100,000,000 bytes, within the file,
 * starting with '{', without duplicate names; offsets that cover
 * the data exactly, without holes or overlap; sizes that fit the shapes, where the
 * type is one that is read here. A tensor that the index places in another shard is
 * left out, not refused; of those it does not name none may be in two. False with the reason in
 * *error, and nothing left open. */
bool tensors_open(TensorFile *file, const char *path, Error *error);
/* False where the index names a tensor that its shard lacks, unless may_lack (may be NULL) says so
 * of its name. */
bool tensors_complete(const TensorFile *file, bool (*may_lack)(const char *name), Error *error);
/* Unmaps and frees; tensors and their names end with it. Safe on a zeroed or closed file. */
void tensors_close(TensorFile *file);

/* The tensor called `name`, or NULL. Iterate over file->tensors, file->count. */
const Tensor *tensors_find(const TensorFile *file, const char *name);
/* The tensor called `name` into *tensor, provided it has this type (or fits
 * DTYPE_ANY_FLOAT, DTYPE_ANY_INT), rank and shape (rank numbers, or TENSOR_ANY);
 * else false, with wanted and found in *error. */
bool tensors_want(const TensorFile *file, const char *name, DType dtype, int rank,
                  const size_t *shape, const Tensor **tensor, Error *error);
/* Text `key` of __metadata__ (of the first shard that has it), or NULL. */
const char *tensors_metadata(const TensorFile *file, const char *key);

/* Elements first … first+count-1, which must exist and, of a quantized type, be whole blocks,
 * widened as dtype_to_float and dtype_to_int say; as they are stored. */
void tensors_to_float(const Tensor *tensor, size_t first, size_t count, float *out);
void tensors_to_int(const Tensor *tensor, size_t first, size_t count, int64_t *out);
/* Rows first … first+count-1 as they are numbered, `columns` floats each; a vector is a matrix of
 * one column. */
void tensors_rows_to_float(const Tensor *tensor, size_t first, size_t count, size_t columns,
                           float *out);
/* The first element of a tensor of floats (DTYPE_ANY_FLOAT) that is NaN or infinite, or `count`. */
size_t tensors_not_finite(const Tensor *tensor);
/* The same of an open file's tensor: false, naming file, tensor and element. Pages are let go
 * again. */
bool tensors_finite(const Tensor *tensor, Error *error);
/* Whether `data` may be read in place as an array of its type. */
bool tensors_aligned(const Tensor *tensor);

/* A file to be written. Start from a zeroed struct. */
typedef struct {
    Tensor *tensors; /* `data` NULL where it will be streamed */
    size_t count, capacity;
    struct json_t *metadata;
    bool not_utf8;           /* a text given could not be stored */
    size_t appended, wanted; /* bytes of data so far, and in all */
} TensorWriter;

/* Adds a text to __metadata__; declares a tensor of `rank` numbers `shape`, its
 * name copied, its data borrowed until written (NULL if it will be streamed). */
void tensor_writer_metadata(TensorWriter *writer, const char *key, const char *value);
void tensor_writer_add(TensorWriter *writer, const char *name, DType dtype, int rank,
                       const size_t *shape, const void *data);

/* Writes header and data and frees the writer; the caller commits the Out.
 * Wider elements come first, otherwise the order is that of the calls to add, so
 * that every tensor is aligned. False if a name or metadata text is not UTF-8. */
bool tensor_writer_write(TensorWriter *writer, Out *out, Error *error);

/* Whether all numbers of the float tensors added are finite: asked before tensor_writer_write by
 * what training ends with. False with file and tensor, and the writer freed. */
bool tensor_writer_finite(TensorWriter *writer, const Out *out, Error *error);

/* The same for tensors too large to hold: writes the header alone, then the
 * data in pieces, in the order of the calls to add (put wider elements first),
 * then checks that all bytes declared came (a shortfall is the caller's bug)
 * and frees the writer. */
bool tensor_writer_begin(TensorWriter *writer, Out *out, Error *error);
void tensor_writer_append(TensorWriter *writer, Out *out, const void *bytes, size_t count);
void tensor_writer_end(TensorWriter *writer);
/* After begin, instead of append: all data, mapped to be written in place (see out_map), or NULL
 * with the reason. */
void *tensor_writer_map(TensorWriter *writer, Out *out, Error *error);
/* Frees the writer at any point, without writing. */
void tensor_writer_free(TensorWriter *writer);

#endif
