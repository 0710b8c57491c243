/* An encoded corpus that checks make for themselves. */
#ifndef DOCMEM_ENCODED_FILES_H
#define DOCMEM_ENCODED_FILES_H
#include "file/out.h"
#include "file/safetensors.h"

#include "check.h"

/* Writes a corpus of two documents (3 and `long_document` ids), one template (2 ids) and one prompt
 * (4 ids, of which the last is the answers' common start), all ids `id`. */
static inline void write_corpus(const char *path, size_t long_document, int32_t id)
{
    enum { IDS = 128 };
    int32_t ids[IDS], zero[1] = {0}, start[1] = {3}, ones[1] = {1}, letters[3] = {7, 8, 9};
    int64_t document[3] = {0, 3, 3 + (int64_t)long_document}, template[2] = {0, 2};
    int64_t prompt[2] = {0, 4}, offset[4] = {0, 1, 2, 3};
    size_t one = 1, two = 2, three = 3, four = 4, total = 3 + long_document;
    TensorWriter w = {0};
    Error error;
    Out out;
    assert_true(total <= IDS);
    for (size_t i = 0; i < IDS; i++)
        ids[i] = id;
    tensor_writer_add(&w, "document.ids", DTYPE_I32, 1, &total, ids);
    tensor_writer_add(&w, "document.offset", DTYPE_I64, 1, &three, document);
    tensor_writer_add(&w, "template.ids", DTYPE_I32, 1, &two, ids);
    tensor_writer_add(&w, "template.offset", DTYPE_I64, 1, &two, template);
    tensor_writer_add(&w, "template.document", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.ids", DTYPE_I32, 1, &four, ids);
    tensor_writer_add(&w, "prompt.offset", DTYPE_I64, 1, &two, prompt);
    tensor_writer_add(&w, "prompt.answer_start", DTYPE_I32, 1, &one, start);
    tensor_writer_add(&w, "prompt.document", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "prompt.claim", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.label", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.rows", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "prompt.main", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "answer.letters", DTYPE_I32, 1, &three, letters);
    tensor_writer_add(&w, "answer.offset", DTYPE_I64, 1, &four, offset);
    tensor_writer_add(&w, "answer.close", DTYPE_I32, 1, &one, zero);
    assert_true(out_open(&out, path, &error) && tensor_writer_write(&w, &out, &error) &&
                out_commit(&out, &error));
}

#endif
