/* list_series and list_parts name each tensor but K, s and epochs once, for making, writing,
 * reading and freeing. */
#include "docrep/docrep_cell.h"

#include "base/alloc.h"
#include "file/metadata.h"
#include "memory/frozen.h"

#include <stdlib.h>
#include <string.h>

/* --- the list of tensors ---------------------------------------------------------------- */

/* A named array of doubles and where the cell keeps it. */
typedef struct {
    char name[32];
    double **values;
    int rank;
    size_t shape[2];
} Series;
enum { SERIES = 9 + DOCREP_WEIGHTS + DOCREP_GRADIENTS };

static size_t count_of(const Series *series)
{
    return series->rank == 2 ? series->shape[0] * series->shape[1] : series->shape[0];
}

/* Lists the arrays of doubles that a cell of these settings has; returns their number. */
static int list_series(DocRepCell *cell, Series list[SERIES])
{
    const DocRepSettings *s = &cell->settings;
    size_t E = s->epochs, n = s->documents, S = cell->scored;
    bool negative = s->guidance.alpha > 0;
    const Series fixed[] = {{"drift", &cell->drift, 2, {E + 1, n}},
                            {"dead", &cell->dead, 1, {E + 1, 0}},
                            {"base_nll", &cell->base_nll, 1, {n, 0}},
                            {"document_nll", &cell->document_nll, 2, {S, n}},
                            {"negative_nll", &cell->negative_nll, 2, {S, n}},
                            {"loss", &cell->loss, 1, {E, 0}},
                            {"loss_pos", &cell->loss_pos, 1, {E, 0}},
                            {"loss_neg", &cell->loss_neg, 1, {E, 0}},
                            {"forgot", &cell->forgot, 1, {E, 0}}};
    int count = negative ? 9 : 7;
    memcpy(list, fixed, (size_t)count * sizeof *list);
    for (int w = 0; w < DOCREP_WEIGHTS; w++)
        if (docrep_has_weight(s, (DocRepWeight)w)) {
            list[count] = (Series){"", &cell->distance[w], 1, {E + 1, 0}};
            snprintf(list[count].name, sizeof list->name, "distance.%s",
                     docrep_weight_name((DocRepWeight)w));
            count++;
        }
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        if (docrep_has_gradient(s, g)) {
            list[count] = (Series){"", &cell->gradient[g], 1, {E, 0}};
            snprintf(list[count].name, sizeof list->name, "gradient.%s", docrep_gradient_name(g));
            count++;
        }
    return count;
}

static MemoryVariant variant_of(const DocRepSettings *settings)
{
    return settings->lm ? MEMORY_LM : MEMORY_PLAIN;
}

/* Lists the parameter tensors: the memory's, then those of G (the vectors are in K), then the map
 * of context vectors. Returns their number. */
enum { PARTS = MEMORY_PARTS + SELECTION_PARTS };
static int list_parts(const DocRepCell *cell, MemoryPart parts[PARTS])
{
    const DocRepSettings *s = &cell->settings;
    MemoryPart own[SELECTION_PARTS];
    Selection shape = {.documents = s->documents,
                       .dimension = s->dimension,
                       .entries = s->entries,
                       .kind = s->selection};
    int count = memory_parts(cell->width, s->entries, variant_of(s), parts);
    int more = selection_parts(&shape, own) - 1;
    memcpy(parts + count, own + 1, (size_t)more * sizeof *own);
    count += more;
    if (s->start == START_CONTEXT)
        parts[count++] =
            (MemoryPart){"U.weight", 0, 2, {s->dimension, cell->width}, s->dimension * cell->width};
    return count;
}

/* Where the next part of list_parts has its values; *at counts those of the parts before it. */
static float *part_values(const DocRepCell *cell, const MemoryPart *part, size_t *at)
{
    size_t vectors = cell->settings.documents * cell->settings.dimension;
    size_t offset = *at;
    *at += part->count;
    if (offset < cell->memory.count)
        return cell->memory.parameters + offset;
    if (offset - cell->memory.count == cell->selection.count - vectors)
        return cell->map;
    return cell->selection.parameters + vectors + (offset - cell->memory.count);
}

void docrep_cell_make(DocRepCell *cell, const DocRepSettings *settings, size_t width, size_t scored)
{
    Series list[SERIES];
    size_t n = settings->documents, k = settings->dimension, m = settings->entries;
    *cell = (DocRepCell){.settings = *settings, .width = width, .scored = scored};
    int count = list_series(cell, list);
    for (int i = 0; i < count; i++)
        *list[i].values = alloc_zeroed(count_of(&list[i]), sizeof **list[i].values);
    cell->epoch = alloc_zeroed(scored, sizeof *cell->epoch);
    cell->vectors = alloc_zeroed(settings->epochs + 1, n * k * sizeof *cell->vectors);
    cell->selections = alloc_zeroed(settings->epochs + 1, n * m * sizeof *cell->selections);
    if (settings->start == START_CONTEXT)
        cell->map = alloc_zeroed(k, width * sizeof *cell->map);
    memory_make(&cell->memory, width, m, variant_of(settings));
    selection_make(&cell->selection, n, k, m, settings->selection, settings->phi);
}

void docrep_cell_free(DocRepCell *cell)
{
    Series list[SERIES];
    int count = list_series(cell, list);
    for (int i = 0; i < count; i++)
        free(*list[i].values);
    free(cell->epoch), free(cell->vectors), free(cell->selections), free(cell->map);
    memory_free(&cell->memory);
    selection_free(&cell->selection);
    *cell = (DocRepCell){0};
}

/* --- writing ----------------------------------------------------------------------------- */

/* Adds those settings of how vectors start and are trained that are not the default. */
static void add_arm(TensorWriter *writer, const DocRepSettings *s)
{
    if (s->start != START_NORMAL)
        tensor_writer_metadata(writer, "start", vector_start_name(s->start));
    if (s->constant)
        tensor_writer_metadata(writer, "schedule", "constant");
    if (s->sgd)
        tensor_writer_metadata(writer, "optimizer", "sgd");
    if (s->in_order)
        tensor_writer_metadata(writer, "order", "fixed");
}

static void add_settings(TensorWriter *writer, const DocRepCell *cell)
{
    const DocRepSettings *s = &cell->settings;
    bool map = s->start == START_CONTEXT;
    size_t vectors = s->documents * s->dimension, own = map ? 0 : vectors;
    size_t parameters = cell->memory.count + cell->selection.count - vectors + own +
                        (map ? s->dimension * cell->width : 0);
    metadata_add_int(writer, "layer", s->layer);
    metadata_add_int(writer, "seed", s->seed);
    metadata_add_int(writer, "documents", s->documents);
    metadata_add_int(writer, "tokens", s->tokens);
    metadata_add_int(writer, "dimension", s->dimension);
    metadata_add_int(writer, "entries", s->entries);
    metadata_add_int(writer, "width", cell->width);
    metadata_add_int(writer, "epochs", s->epochs);
    metadata_add_int(writer, "batch", s->batch);
    metadata_add_int(writer, "warmup", s->train.warmup);
    metadata_add_int(writer, "parameters", parameters);
    tensor_writer_metadata(writer, "phi", phi_name(s->phi));
    tensor_writer_metadata(writer, "selection", selection_kind_name(s->selection));
    tensor_writer_metadata(writer, "lm", s->lm ? "yes" : "no");
    tensor_writer_metadata(writer, "form", forget_form_name(s->guidance.form));
    tensor_writer_metadata(writer, "negative", negative_kind_name(s->guidance.negative));
    add_arm(writer, s);
    frozen_add_stream(writer, s->rounded);
    metadata_add_real(writer, "alpha", s->guidance.alpha);
    metadata_add_real(writer, "tau", s->guidance.tau);
    metadata_add_real(writer, "delta", s->guidance.delta);
    metadata_add_real(writer, "lr", s->train.lr);
    metadata_add_real(writer, "decay", s->train.decay);
    metadata_add_real(writer, "clip", s->train.clip);
    metadata_add_real(writer, "shared",
                      s->documents > 1 ? 1 - (double)own / (double)parameters : 0);
}

bool docrep_cell_write(const DocRepCell *cell, Out *out, Error *error)
{
    TensorWriter writer = {0};
    DocRepCell same = *cell; /* list_series wants a cell that it could write to */
    Series list[SERIES];
    MemoryPart parts[PARTS];
    const DocRepSettings *s = &cell->settings;
    size_t at = 0, states = s->epochs + 1;
    add_settings(&writer, cell);
    tensor_writer_add(&writer, "epochs", DTYPE_I64, 1, &cell->scored, cell->epoch);
    for (int i = 0, count = list_series(&same, list); i < count; i++)
        tensor_writer_add(&writer, list[i].name, DTYPE_F64, list[i].rank, list[i].shape,
                          *list[i].values);
    tensor_writer_add(&writer, "K", DTYPE_F32, 3, (size_t[]){states, s->documents, s->dimension},
                      cell->vectors);
    tensor_writer_add(&writer, "s", DTYPE_F32, 3, (size_t[]){states, s->documents, s->entries},
                      cell->selections);
    for (int i = 0, count = list_parts(cell, parts); i < count; i++)
        tensor_writer_add(&writer, parts[i].name, DTYPE_F32, parts[i].rank, parts[i].shape,
                          part_values(cell, &parts[i], &at));
    return tensor_writer_finite(&writer, out, error) && tensor_writer_write(&writer, out, error);
}

/* --- reading ----------------------------------------------------------------------------- */

static const char REMAKE[] = "make it again with the document_vectors stage";

/* Reads a size of the metadata, from 1 (from 0 if `zero`) to `high`. */
static bool read_size(const TensorFile *file, const char *key, bool zero, uint64_t high,
                      size_t *value, Error *error)
{
    uint64_t whole;
    if (!metadata_int(file, key, high, &whole, error))
        return false;
    *value = (size_t)whole;
    return zero || whole > 0 || fail(error, "%s: metadata %s is 0; %s", file->path, key, REMAKE);
}

/* A name of the metadata, or "" if it is missing, which no list of names holds. */
static const char *name_of(const TensorFile *file, const char *key)
{
    const char *text = tensors_metadata(file, key);
    return text ? text : "";
}

static bool read_names(DocRepSettings *s, const TensorFile *file, Error *error)
{
    const char *lm = name_of(file, "lm"), *unknown = NULL;
    s->phi = phi_parse(name_of(file, "phi"));
    s->selection = selection_kind_parse(name_of(file, "selection"));
    s->guidance.form = forget_form_parse(name_of(file, "form"));
    s->guidance.negative = negative_kind_parse(name_of(file, "negative"));
    s->lm = strcmp(lm, "yes") == 0;
    unknown = s->phi == PHIS                           ? "phi"
              : s->selection == SELECTION_KINDS        ? "selection"
              : s->guidance.form == FORGET_FORMS       ? "form"
              : s->guidance.negative == NEGATIVE_KINDS ? "negative"
              : !s->lm && strcmp(lm, "no") != 0        ? "lm"
                                                       : NULL;
    if (unknown)
        return fail(error, "%s: metadata %s is missing or unknown; %s", file->path, unknown,
                    REMAKE);
    return true;
}

/* *set = whether metadata `key` is `other`; it may also be absent, or `usual`. */
static bool read_choice(const TensorFile *file, const char *key, const char *usual,
                        const char *other, bool *set, Error *error)
{
    const char *text = tensors_metadata(file, key);
    *set = text && strcmp(text, other) == 0;
    return !text || *set || strcmp(text, usual) == 0 ||
           fail(error, "%s: metadata %s is unknown; %s", file->path, key, REMAKE);
}

static bool read_arm(DocRepSettings *s, const TensorFile *file, Error *error)
{
    const char *start = tensors_metadata(file, "start");
    s->start = start ? vector_start_parse(start) : START_NORMAL;
    if (s->start == VECTOR_STARTS)
        return fail(error, "%s: metadata start is unknown; %s", file->path, REMAKE);
    return read_choice(file, "schedule", "cosine", "constant", &s->constant, error) &&
           read_choice(file, "optimizer", "adamw", "sgd", &s->sgd, error) &&
           read_choice(file, "order", "shuffled", "fixed", &s->in_order, error);
}

static bool read_settings(DocRepCell *cell, const TensorFile *file, Error *error)
{
    enum { MANY = 1 << 20 };
    const double most = 1e6;
    DocRepSettings *s = &cell->settings;
    Guidance *g = &s->guidance;
    return read_names(s, file, error) && read_arm(s, file, error) &&
           frozen_stream(file, &s->rounded, error) &&
           read_size(file, "layer", true, 4096, &s->layer, error) &&
           read_size(file, "documents", false, MANY, &s->documents, error) &&
           read_size(file, "tokens", true, MANY, &s->tokens, error) &&
           read_size(file, "dimension", false, MANY, &s->dimension, error) &&
           read_size(file, "entries", false, MANY, &s->entries, error) &&
           read_size(file, "width", false, MANY, &cell->width, error) &&
           read_size(file, "epochs", false, MANY, &s->epochs, error) &&
           read_size(file, "batch", false, MANY, &s->batch, error) &&
           metadata_int(file, "warmup", UINT64_MAX, &s->train.warmup, error) &&
           metadata_int(file, "seed", UINT64_MAX, &s->seed, error) &&
           metadata_real(file, "alpha", 0, most, &g->alpha, error) &&
           metadata_real(file, "tau", 0, most, &g->tau, error) &&
           metadata_real(file, "delta", 0, most, &g->delta, error) &&
           metadata_real(file, "lr", 0, most, &s->train.lr, error) &&
           metadata_real(file, "decay", 0, most, &s->train.decay, error) &&
           metadata_real(file, "clip", 0, 1e300, &s->train.clip, error);
}

static bool read_epochs(DocRepCell *cell, const TensorFile *file, int64_t **epoch, Error *error)
{
    const Tensor *tensor;
    size_t any = TENSOR_ANY;
    if (!tensors_want(file, "epochs", DTYPE_I64, 1, &any, &tensor, error))
        return false;
    cell->scored = tensor->count;
    *epoch = alloc_zeroed(tensor->count, sizeof **epoch);
    tensors_to_int(tensor, 0, tensor->count, *epoch);
    bool rise = tensor->count > 0 && (*epoch)[0] == 0 &&
                (*epoch)[tensor->count - 1] <= (int64_t)cell->settings.epochs;
    for (size_t i = 1; i < tensor->count; i++)
        rise = rise && (*epoch)[i] > (*epoch)[i - 1];
    return rise ||
           fail(error, "%s: epochs do not rise from 0 to the last at most; %s", file->path, REMAKE);
}

/* Finds every tensor and checks its shape, before any memory is allocated for it: K, s, series and
 * parts, *count of them. */
static bool find_all(DocRepCell *cell, const TensorFile *file, const Tensor **found, int *count,
                     Error *error)
{
    const Tensor **first = found;
    const DocRepSettings *s = &cell->settings;
    Series list[SERIES];
    MemoryPart parts[PARTS];
    size_t states = s->epochs + 1;
    bool ok = tensors_want(file, "K", DTYPE_F32, 3, (size_t[]){states, s->documents, s->dimension},
                           found++, error) &&
              tensors_want(file, "s", DTYPE_F32, 3, (size_t[]){states, s->documents, s->entries},
                           found++, error);
    for (int i = 0, many = list_series(cell, list); ok && i < many; i++)
        ok = tensors_want(file, list[i].name, DTYPE_F64, list[i].rank, list[i].shape, found++,
                          error);
    for (int i = 0, many = list_parts(cell, parts); ok && i < many; i++)
        ok = tensors_want(file, parts[i].name, DTYPE_F32, parts[i].rank, parts[i].shape, found++,
                          error);
    *count = (int)(found - first);
    return ok;
}

static void copy_all(DocRepCell *cell, const Tensor *const *found)
{
    Series list[SERIES];
    MemoryPart parts[PARTS];
    size_t at = 0, vectors = cell->settings.documents * cell->settings.dimension;
    tensors_to_float(found[0], 0, found[0]->count, cell->vectors);
    tensors_to_float(found[1], 0, found[1]->count, cell->selections);
    found += 2;
    for (int i = 0, count = list_series(cell, list); i < count; i++, found++)
        memcpy(*list[i].values, (*found)->data, (*found)->bytes);
    for (int i = 0, count = list_parts(cell, parts); i < count; i++, found++)
        tensors_to_float(*found, 0, (*found)->count, part_values(cell, &parts[i], &at));
    memcpy(cell->selection.vectors, cell->vectors + cell->settings.epochs * vectors,
           vectors * sizeof *cell->vectors);
}

bool docrep_cell_read(DocRepCell *cell, const char *path, Error *error)
{
    TensorFile file;
    DocRepCell shape = {0};
    const Tensor *found[2 + SERIES + PARTS];
    int64_t *epoch = NULL;
    int count = 0;
    *cell = (DocRepCell){0};
    if (!tensors_open(&file, path, error))
        return false;
    bool ok = read_settings(&shape, &file, error) && read_epochs(&shape, &file, &epoch, error) &&
              find_all(&shape, &file, found, &count, error);
    for (int i = 0; ok && i < count; i++)
        ok = tensors_finite(found[i], error);
    if (ok) {
        docrep_cell_make(cell, &shape.settings, shape.width, shape.scored);
        memcpy(cell->epoch, epoch, shape.scored * sizeof *epoch);
        copy_all(cell, found);
    }
    free(epoch);
    tensors_close(&file);
    return ok;
}

bool docrep_cell_load(const DocRepCell *cell, const char *path, const Model *model, DocRep *docrep,
                      Error *error)
{
    if (cell->width != model->config.width || cell->settings.layer >= model->config.blocks)
        return fail(error,
                    "%s: trained after block %zu of a model of width %zu, not one of %zu blocks "
                    "of width %zu; give it the model it was trained on",
                    path, cell->settings.layer, cell->width, model->config.blocks,
                    model->config.width);
    docrep_begin(docrep, model, &cell->settings);
    memcpy(docrep->memory.parameters, cell->memory.parameters, cell->memory.count * sizeof(float));
    memcpy(docrep->selection.parameters, cell->selection.parameters,
           cell->selection.count * sizeof(float));
    if (cell->map)
        memcpy(docrep->context.map, cell->map,
               cell->settings.dimension * cell->width * sizeof *cell->map);
    return true;
}
