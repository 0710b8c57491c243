/* Each tensor is checked as it is copied: type, size, every offset and every id. Code that uses an
 * Encoded can index without checks. */
#include "fever/encoded.h"

#include "base/alloc.h"
#include "tensor/gemm.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[TEXT_KINDS] = {"document", "template", "prompt", "claim"};

static bool bad(const Encoded *encoded, const char *tensor, const char *what, Error *error)
{
    return fail(error, "%s: %s: %s; make it again with the encode stage", encoded->file.path,
                tensor, what);
}

/* A copy, as int64, of integer tensor `name`, freed by the caller. *count is its wanted length, or
 * TENSOR_ANY, and becomes the real one. NULL with the error where it does not fit or a number is
 * outside low … high. */
static int64_t *read_longs(Encoded *encoded, const char *name, size_t *count, int64_t low,
                           int64_t high, Error *error)
{
    const Tensor *tensor;
    if (!tensors_want(&encoded->file, name, DTYPE_ANY_INT, 1, count, &tensor, error))
        return NULL;
    int64_t *values = alloc_zeroed(tensor->count, sizeof *values);
    tensors_to_int(tensor, 0, tensor->count, values);
    for (size_t i = 0; i < tensor->count; i++)
        if (values[i] < low || values[i] > high) {
            bad(encoded, name, "a number is out of range", error);
            free(values);
            return NULL;
        }
    *count = tensor->count;
    return values;
}

static int32_t *read_ints(Encoded *encoded, const char *name, size_t count, int64_t high,
                          Error *error)
{
    int64_t *longs = count ? read_longs(encoded, name, &count, 0, high, error) : alloc_zeroed(1, 8);
    if (!longs)
        return NULL;
    int32_t *values = alloc_zeroed(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (int32_t)longs[i];
    free(longs);
    return values;
}

/* Adds the rows of this kind's texts to encoded->rows, and updates the longest. */
static void note_lengths(Encoded *encoded, TextKind kind)
{
    for (size_t i = 0; i < encoded->count[kind]; i++) {
        size_t length = encoded_text(encoded, kind, i).length;
        encoded->rows += length;
        if (length > encoded->longest)
            encoded->longest = length;
    }
}

static bool read_texts(Encoded *encoded, TextKind kind, Error *error)
{
    char name[32];
    size_t count = TENSOR_ANY, total;
    snprintf(name, sizeof name, "%s.offset", kind_names[kind]);
    int64_t *offset = encoded->offset[kind] =
        read_longs(encoded, name, &count, 0, INT64_C(1) << 40, error);
    if (!offset)
        return false;
    if (count == 0 || offset[0] != 0)
        return bad(encoded, name, "does not start at 0", error);
    for (size_t i = 1; i < count; i++)
        if (offset[i] <= offset[i - 1])
            return bad(encoded, name, "does not rise", error);
    encoded->count[kind] = count - 1;
    total = (size_t)offset[count - 1];
    snprintf(name, sizeof name, "%s.ids", kind_names[kind]);
    encoded->ids[kind] = read_ints(encoded, name, total, INT32_MAX, error);
    if (!encoded->ids[kind])
        return false;
    for (size_t i = 0; i < total; i++)
        if (encoded->ids[kind][i] > encoded->largest_id)
            encoded->largest_id = encoded->ids[kind][i];
    note_lengths(encoded, kind);
    return true;
}

static bool read_prompts(Encoded *e, Error *error)
{
    size_t prompts = e->count[TEXT_PROMPT];
    int64_t last = (int64_t)e->count[TEXT_DOCUMENT] - 1;
    if (!(e->template_document =
              read_ints(e, "template.document", e->count[TEXT_TEMPLATE], last, error)) ||
        !(e->answer_start = read_ints(e, "prompt.answer_start", prompts, INT32_MAX, error)) ||
        !(e->prompt_document = read_ints(e, "prompt.document", prompts, last, error)) ||
        !(e->claim = read_ints(e, "prompt.claim", prompts, INT32_MAX, error)) ||
        !(e->label = read_ints(e, "prompt.label", prompts, LETTERS - 1, error)) ||
        !(e->evidence_rows = read_ints(e, "prompt.rows", prompts, INT32_MAX, error)) ||
        !(e->main = read_ints(e, "prompt.main", prompts, 1, error)))
        return false;
    for (size_t i = 0; i < prompts; i++) {
        int64_t length = e->offset[TEXT_PROMPT][i + 1] - e->offset[TEXT_PROMPT][i];
        if (e->answer_start[i] < 1 || e->answer_start[i] > length)
            return bad(e, "prompt.answer_start", "lies outside its prompt", error);
    }
    return true;
}

/* Reads claims and halves, which older files do not have. */
static bool read_claims(Encoded *e, Error *error)
{
    size_t claims = e->count[TEXT_CLAIM], documents = e->count[TEXT_DOCUMENT];
    if (!tensors_find(&e->file, "document.half"))
        e->half = alloc_zeroed(documents, sizeof *e->half);
    else if (!(e->half = read_ints(e, "document.half", documents, 1, error)))
        return false;
    if (claims == 0)
        return true;
    int64_t last = (int64_t)e->count[TEXT_PROMPT] - 1;
    if (!(e->claim_prompt = read_ints(e, "claim.prompt", claims, last, error)) ||
        !(e->claim_same = read_ints(e, "claim.same", claims, (int64_t)claims - 1, error)))
        return false;
    if (tensors_find(&e->file, "claim.start") &&
        !(e->claim_start = read_ints(e, "claim.start", claims, INT32_MAX, error)))
        return false;
    for (size_t i = 0; i < claims; i++) {
        if (!e->main[e->claim_prompt[i]])
            return bad(e, "claim.prompt", "is not a main prompt", error);
        if ((size_t)e->claim_same[i] > i || e->claim_same[e->claim_same[i]] != e->claim_same[i])
            return bad(e, "claim.same", "is not the first claim of a text", error);
        int64_t length = e->offset[TEXT_CLAIM][i + 1] - e->offset[TEXT_CLAIM][i];
        if (e->claim_start && (e->claim_start[i] < 1 || e->claim_start[i] >= length))
            return bad(e, "claim.start", "lies outside its claim", error);
    }
    return true;
}

static bool read_letters(Encoded *encoded, Error *error)
{
    const AnswerTokens *letters = &encoded->letters;
    if (!answer_tokens_read(&encoded->letters, &encoded->file, error))
        return false;
    for (int x = 0; x < LETTERS; x++)
        for (size_t t = 0; t < answer_tokens_length(letters, x); t++)
            if (answer_tokens_id(letters, x, t) > encoded->largest_id)
                encoded->largest_id = answer_tokens_id(letters, x, t);
    return true;
}

bool encoded_open(Encoded *encoded, const char *path, Error *error)
{
    *encoded = (Encoded){0};
    bool ok = tensors_open(&encoded->file, path, error) && read_letters(encoded, error);
    for (int kind = 0; ok && kind < TEXT_KINDS; kind++)
        if (kind != TEXT_CLAIM || tensors_find(&encoded->file, "claim.offset"))
            ok = read_texts(encoded, (TextKind)kind, error);
    ok = ok && read_prompts(encoded, error) && read_claims(encoded, error);
    if (!ok)
        encoded_close(encoded);
    return ok;
}

void encoded_close(Encoded *encoded)
{
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        free(encoded->offset[kind]);
        free(encoded->ids[kind]);
    }
    free(encoded->template_document), free(encoded->answer_start);
    free(encoded->prompt_document), free(encoded->claim), free(encoded->label);
    free(encoded->evidence_rows), free(encoded->main), free(encoded->half);
    free(encoded->claim_prompt), free(encoded->claim_same), free(encoded->claim_start);
    tensors_close(&encoded->file);
    *encoded = (Encoded){0};
}

const char *encoded_kind(TextKind kind)
{
    return kind_names[kind];
}

bool encoded_keep(Encoded *encoded, const char *list, Error *error)
{
    const char *rest = list;
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        size_t length = strlen(kind_names[kind]);
        bool kept = strncmp(rest, kind_names[kind], length) == 0 &&
                    (rest[length] == ',' || rest[length] == 0);
        encoded->left_out[kind] = !kept;
        if (kept)
            rest += length + (rest[length] == ',' && rest[length + 1]);
    }
    if (*rest || encoded->left_out[TEXT_DOCUMENT])
        return fail(error,
                    "%.60s: is no list of texts; name document and more of "
                    "document,template,prompt,claim, in this order",
                    list);
    encoded->rows = encoded->longest = 0;
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        if (!encoded->left_out[kind])
            note_lengths(encoded, (TextKind)kind);
    return true;
}

EncodedText encoded_text(const Encoded *encoded, TextKind kind, size_t index)
{
    const int64_t *offset = encoded->offset[kind];
    size_t branch = answer_tokens_branch(&encoded->letters), before = 0;
    size_t siblings = kind == TEXT_PROMPT ? LETTERS * branch : 0;
    for (int k = 0; k < (int)kind; k++)
        if (!encoded->left_out[k])
            before += (size_t)encoded->offset[k][encoded->count[k]] +
                      (k == TEXT_PROMPT ? LETTERS * branch * encoded->count[k] : 0);
    return (EncodedText){
        .ids = encoded->ids[kind] + offset[index],
        .length = (size_t)(offset[index + 1] - offset[index]) + siblings,
        .siblings = siblings,
        .branch = siblings ? branch : 1,
        .first_row = before + (size_t)offset[index] + siblings * index,
    };
}

size_t encoded_batch(const EncodedText *text, Batch *batch)
{
    return batch_add_branches(batch, text->length, text->siblings, text->branch);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t encoded_batch_behind(const EncodedText *text, const EncodedText *before, size_t most,
                            Batch *batch)
{
    enum { WORTH = 8 }; /* fewer are not worth the copies */
    size_t shared = 0, end = text->length - text->siblings - 1;
    if (before) {
        end = smaller(end, before->length - before->siblings);
        end = smaller(end, smaller(gemm_shares(before->length), gemm_shares(text->length)));
        end = smaller(end, most);
        while (shared < end && text->ids[shared] == before->ids[shared])
            shared++;
    }
    shared = shared < WORTH ? 0 : shared / gemm_unit() * gemm_unit();
    return batch_add_shared(batch, text->length, text->siblings, text->branch, shared);
}

int32_t encoded_id(const Encoded *encoded, const EncodedText *text, size_t t)
{
    size_t common = text->length - text->siblings;
    if (t < common)
        return text->ids[t];
    return answer_tokens_row(&encoded->letters, (int)((t - common) / text->branch),
                             (t - common) % text->branch);
}

size_t encoded_predicted(const Encoded *encoded, TextKind kind)
{
    return (size_t)encoded->offset[kind][encoded->count[kind]] - encoded->count[kind];
}

size_t encoded_total(const Encoded *encoded)
{
    size_t total = 0;
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        total += encoded->left_out[kind] ? 0 : encoded->count[kind];
    return total;
}

EncodedText encoded_any(const Encoded *encoded, size_t i)
{
    int kind = 0;
    for (; encoded->left_out[kind] || i >= encoded->count[kind]; kind++)
        i -= encoded->left_out[kind] ? 0 : encoded->count[kind];
    return encoded_text(encoded, (TextKind)kind, i);
}
