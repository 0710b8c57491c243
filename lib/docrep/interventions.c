/* One table lists the tensors, for writing and for reading. Every shape is checked before the large
 * arrays are allocated. */
#include "docrep/interventions.h"

#include "base/alloc.h"
#include "file/metadata.h"

#include <stdlib.h>
#include <string.h>

static const char REMAKE[] = "make it again with the intervene stage";

/* A named tensor and where its values are kept. */
typedef struct {
    const char *name;
    DType dtype;
    int rank;
    size_t shape[4];
    void **values;
} Field;
enum { FIELDS = 17 };

/* All arrays but `contains` and those of the words. */
static void list_fields(Interventions *all, Field fields[FIELDS])
{
    size_t C = all->contexts, D = all->documents, m = all->entries, W = all->words.count;
    const Field list[FIELDS] = {
        {"context", DTYPE_I64, 1, {C}, (void **)&all->context},
        {"held", DTYPE_I64, 1, {C}, (void **)&all->held},
        {"selection", DTYPE_F32, 2, {D, m}, (void **)&all->selection},
        {"activation", DTYPE_F32, 2, {C, m}, (void **)&all->activation},
        {"short", DTYPE_F32, 2, {m, W}, (void **)&all->narrow},
        {"linear", DTYPE_F32, 3, {m, C, W}, (void **)&all->linear},
        {"true", DTYPE_F32, 3, {m, C, W}, (void **)&all->path},
        {"true.logsumexp", DTYPE_F64, 2, {m, C}, (void **)&all->path_sum},
        {"logit", DTYPE_F32, 4, {SETS, m, C, W}, (void **)&all->logit},
        {"logsumexp", DTYPE_F64, 3, {SETS, m, C}, (void **)&all->logsumexp},
        {"removed", DTYPE_U8, 1, {m}, (void **)&all->removed},
        {"pool.logit", DTYPE_F32, 2, {D, W}, (void **)&all->pool_logit},
        {"pool.logsumexp", DTYPE_F64, 1, {D}, (void **)&all->pool_sum},
        {"next.logit", DTYPE_F64, 1, {D}, (void **)&all->next_logit},
        {"next.log_p", DTYPE_F64, 1, {D}, (void **)&all->next_log_p},
        {"own.log_p", DTYPE_F64, 1, {D}, (void **)&all->own_log_p},
        {"acts", DTYPE_F64, 1, {1}, (void **)&all->acts},
    };
    memcpy(fields, list, sizeof list);
}

static size_t count_of(const Field *field)
{
    size_t count = 1;
    for (int i = 0; i < field->rank; i++)
        count *= field->shape[i];
    return count;
}

static void make_fields(Interventions *all)
{
    Field fields[FIELDS];
    list_fields(all, fields);
    for (int i = 0; i < FIELDS; i++)
        *fields[i].values = alloc_zeroed(count_of(&fields[i]), dtype_size(fields[i].dtype));
    all->contains = alloc_zeroed(all->documents, all->words.count);
}

void interventions_make(Interventions *all, size_t contexts, size_t documents, size_t entries,
                        Words *words)
{
    *all = (Interventions){
        .contexts = contexts, .documents = documents, .entries = entries, .words = *words};
    *words = (Words){0};
    make_fields(all);
}

void interventions_free(Interventions *all)
{
    Field fields[FIELDS];
    list_fields(all, fields);
    for (int i = 0; i < FIELDS; i++)
        free(*fields[i].values);
    free(all->contains);
    words_free(&all->words);
    *all = (Interventions){0};
}

bool interventions_alike(const Interventions *a, const Interventions *b)
{
    const Words *v = &a->words, *w = &b->words;
    return a->contexts == b->contexts && a->documents == b->documents && v->count == w->count &&
           v->text.length == w->text.length &&
           memcmp(v->ids, w->ids, v->count * sizeof *v->ids) == 0 &&
           memcmp(v->text.bytes, w->text.bytes, v->text.length) == 0 &&
           memcmp(a->context, b->context, a->contexts * sizeof *a->context) == 0 &&
           memcmp(a->held, b->held, a->contexts * sizeof *a->held) == 0 &&
           memcmp(a->contains, b->contains, a->documents * v->count) == 0;
}

/* --- writing ----------------------------------------------------------------------------- */

bool interventions_write(const Interventions *all, Out *out, Error *error)
{
    TensorWriter writer = {0};
    Interventions same = *all; /* list_fields wants a struct that it could write to */
    Field fields[FIELDS];
    const Words *words = &all->words;
    int64_t *offset = alloc_zeroed(words->count + 1, sizeof *offset);
    list_fields(&same, fields);
    metadata_add_int(&writer, "seed", all->seed);
    metadata_add_int(&writer, "layer", all->layer);
    tensor_writer_metadata(&writer, "phi", phi_name(all->phi));
    tensor_writer_metadata(&writer, "lm", all->lm ? "yes" : "no");
    for (int i = 0; i < FIELDS; i++)
        tensor_writer_add(&writer, fields[i].name, fields[i].dtype, fields[i].rank, fields[i].shape,
                          *fields[i].values);
    for (size_t i = 0; i <= words->count; i++)
        offset[i] = (int64_t)words->offset[i];
    tensor_writer_add(&writer, "word.id", DTYPE_I32, 1, &words->count, words->ids);
    tensor_writer_add(&writer, "word.offset", DTYPE_I64, 1, (size_t[]){words->count + 1}, offset);
    tensor_writer_add(&writer, "word.text", DTYPE_U8, 1, &words->text.length, words->text.bytes);
    tensor_writer_add(&writer, "contains", DTYPE_U8, 2, (size_t[]){all->documents, words->count},
                      all->contains);
    bool ok = tensor_writer_finite(&writer, out, error) && tensor_writer_write(&writer, out, error);
    free(offset);
    return ok;
}

/* --- reading ----------------------------------------------------------------------------- */

static bool read_settings(Interventions *all, const TensorFile *file, Error *error)
{
    const char *phi = tensors_metadata(file, "phi"), *lm = tensors_metadata(file, "lm");
    uint64_t layer;
    all->phi = phi ? phi_parse(phi) : PHIS;
    if (all->phi == PHIS || !lm || (strcmp(lm, "yes") != 0 && strcmp(lm, "no") != 0))
        return fail(error, "%s: metadata phi or lm is missing or unknown; %s", file->path, REMAKE);
    all->lm = strcmp(lm, "yes") == 0;
    if (!metadata_int(file, "seed", INT64_MAX, &all->seed, error) ||
        !metadata_int(file, "layer", 4096, &layer, error))
        return false;
    all->layer = (size_t)layer;
    return true;
}

/* Reads the words; checks that their ids rise and their texts follow one another, in UTF-8. */
static bool read_words(Words *words, const TensorFile *file, Error *error)
{
    const Tensor *id, *offset, *text;
    size_t any = TENSOR_ANY;
    if (!tensors_want(file, "word.id", DTYPE_I32, 1, &any, &id, error) ||
        !tensors_want(file, "word.text", DTYPE_U8, 1, &any, &text, error) ||
        !tensors_want(file, "word.offset", DTYPE_I64, 1, (size_t[]){id->count + 1}, &offset, error))
        return false;
    int64_t *starts = alloc_zeroed(offset->count, sizeof *starts);
    tensors_to_int(offset, 0, offset->count, starts);
    words->count = id->count;
    words->ids = alloc_zeroed(id->count, sizeof *words->ids);
    words->offset = alloc_zeroed(offset->count, sizeof *words->offset);
    memcpy(words->ids, id->data, id->bytes);
    text_append(&words->text, text->data, text->bytes);
    bool ok = id->count > 0 && starts[0] == 0 && starts[id->count] == (int64_t)text->bytes &&
              utf8_valid(words->text.bytes, text->bytes) == text->bytes;
    for (size_t i = 0; ok && i < id->count; i++) {
        ok = starts[i + 1] > starts[i] && starts[i + 1] <= (int64_t)text->bytes &&
             words->ids[i] >= 0 && (i == 0 || words->ids[i] > words->ids[i - 1]);
        words->offset[i + 1] = (size_t)starts[i + 1];
    }
    free(starts);
    return ok || fail(error, "%s: its words are not in order; %s", file->path, REMAKE);
}

/* Finds every tensor and checks its shape, before memory is allocated for it. */
static bool find_all(Interventions *all, const TensorFile *file, const Tensor **found, Error *error)
{
    const Tensor *context, *selection;
    Field fields[FIELDS];
    if (!tensors_want(file, "context", DTYPE_I64, 1, (size_t[]){TENSOR_ANY}, &context, error) ||
        !tensors_want(file, "selection", DTYPE_F32, 2, (size_t[]){TENSOR_ANY, TENSOR_ANY},
                      &selection, error))
        return false;
    all->contexts = context->count;
    all->documents = selection->shape[0];
    all->entries = selection->shape[1];
    if (all->contexts == 0 || selection->count == 0)
        return fail(error, "%s: holds no context, document or entry; %s", file->path, REMAKE);
    list_fields(all, fields);
    for (int i = 0; i < FIELDS; i++)
        if (!tensors_want(file, fields[i].name, fields[i].dtype, fields[i].rank, fields[i].shape,
                          &found[i], error))
            return false;
    return tensors_want(file, "contains", DTYPE_U8, 2, (size_t[]){all->documents, all->words.count},
                        &found[FIELDS], error);
}

/* Whether `which` (C) are documents' numbers, sorted. */
static bool in_order(const Interventions *all, const int64_t *which)
{
    for (size_t c = 0; c < all->contexts; c++)
        if (which[c] < 0 || which[c] >= (int64_t)all->documents ||
            (c > 0 && which[c] <= which[c - 1]))
            return false;
    return true;
}

/* Whether a document is in both lists, `context` and `held`, which are sorted. */
static bool is_shared(const Interventions *all)
{
    for (size_t a = 0, b = 0; a < all->contexts && b < all->contexts;) {
        if (all->context[a] == all->held[b])
            return true;
        all->context[a] < all->held[b] ? a++ : b++;
    }
    return false;
}

/* Checks that both lists are sorted documents' numbers and disjoint, and `contains` 0 or 1. */
static bool are_sound(const Interventions *all, const char *path, Error *error)
{
    if (!in_order(all, all->context) || !in_order(all, all->held))
        return fail(error, "%s: its contexts are not documents in order; %s", path, REMAKE);
    if (is_shared(all))
        return fail(error, "%s: a document is both in context and in held; %s", path, REMAKE);
    for (size_t i = 0; i < all->documents * all->words.count; i++)
        if (all->contains[i] > 1)
            return fail(error, "%s: contains holds %d; %s", path, all->contains[i], REMAKE);
    return true;
}

bool interventions_read(Interventions *all, const char *path, Error *error)
{
    TensorFile file;
    Field fields[FIELDS];
    const Tensor *found[FIELDS + 1];
    *all = (Interventions){0};
    if (!tensors_open(&file, path, error))
        return false;
    bool ok = read_settings(all, &file, error) && read_words(&all->words, &file, error) &&
              find_all(all, &file, found, error);
    for (int i = 0; ok && i < FIELDS; i++)
        ok = !dtype_fits(found[i]->dtype, DTYPE_ANY_FLOAT) || tensors_finite(found[i], error);
    if (ok) {
        make_fields(all);
        list_fields(all, fields);
        for (int i = 0; i < FIELDS; i++)
            memcpy(*fields[i].values, found[i]->data, found[i]->bytes);
        memcpy(all->contains, found[FIELDS]->data, found[FIELDS]->bytes);
    }
    ok = ok && are_sound(all, path, error);
    tensors_close(&file);
    if (!ok)
        interventions_free(all);
    return ok;
}
