/* The first parameters are kept beside the trained ones, since drift and distances are measured
 * from them. */
#include "docrep/docrep_record.h"

#include <math.h>
#include <string.h>

/* ‖K_t − K_0‖ / ‖K_0‖ of each document's vector into drift (n). */
static void measure_drift(const DocRepRecord *record, double *drift)
{
    const Selection *now = &record->docrep->selection, *first = &record->first_selection;
    size_t k = now->dimension;
    for (size_t i = 0; i < now->documents; i++) {
        double moved = 0, start = 0;
        for (size_t j = i * k; j < (i + 1) * k; j++) {
            double from = (double)first->vectors[j], by = (double)now->vectors[j] - from;
            moved += by * by, start += from * from;
        }
        drift[i] = sqrt(moved / start);
    }
}

/* Keeps the vectors, selections and distances of an epoch. */
static void keep(DocRepRecord *record, size_t epoch)
{
    DocRepCell *cell = &record->cell;
    const DocRepSettings *s = &cell->settings;
    const DocRep *d = record->docrep;
    size_t vectors = s->documents * s->dimension, chosen = s->documents * s->entries;
    memcpy(cell->vectors + epoch * vectors, d->selection.vectors, vectors * sizeof(float));
    measure_drift(record, cell->drift + epoch * s->documents);
    cell->dead[epoch] = docrep_select(record->docrep, cell->selections + epoch * chosen);
    for (int w = 0; w < DOCREP_WEIGHTS; w++) {
        DocRepWeight weight = (DocRepWeight)w;
        const Memory *first = &record->first_memory;
        const Selection *selection = &record->first_selection;
        if (cell->distance[w])
            cell->distance[w][epoch] =
                docrep_weight_distance(weight, &d->memory, &d->selection, first, selection) /
                docrep_weight_distance(weight, first, selection, NULL, NULL);
    }
}

/* Sets nll (n) of the documents, in nats a token. */
static bool score_one(DocRepRecord *record, DocRepScore way, double *nll, Error *error)
{
    docrep_score(record->docrep, record->texts, way, nll);
    for (size_t i = 0; i < record->cell.settings.documents; i++) {
        nll[i] /= (double)(record->texts[i].length - 1);
        if (!isfinite(nll[i]))
            return fail(error, "document %zu has a loss that is not a finite number; %s", i,
                        way == DOCREP_DETACHED
                            ? "check the checkpoint's weights, or make the prefix again"
                            : "choose a lower --lr");
    }
    return true;
}

static bool score(DocRepRecord *record, size_t epoch, Error *error)
{
    DocRepCell *cell = &record->cell;
    size_t at = record->scored++, n = cell->settings.documents;
    cell->epoch[at] = (int64_t)epoch;
    return score_one(record, DOCREP_OWN, cell->document_nll + at * n, error) &&
           score_one(record, DOCREP_NEGATIVE, cell->negative_nll + at * n, error);
}

bool docrep_record_begin(DocRepRecord *record, DocRep *docrep, const MemoryText *texts,
                         size_t scored, Error *error)
{
    const Memory *memory = &docrep->memory;
    const Selection *selection = &docrep->selection;
    *record = (DocRepRecord){.docrep = docrep, .texts = texts};
    docrep_cell_make(&record->cell, &docrep->settings, memory->width, scored);
    memory_make(&record->first_memory, memory->width, memory->entries, memory->variant);
    selection_make(&record->first_selection, selection->documents, selection->dimension,
                   selection->entries, selection->kind, selection->phi);
    memcpy(record->first_memory.parameters, memory->parameters, memory->count * sizeof(float));
    memcpy(record->first_selection.parameters, selection->parameters,
           selection->count * sizeof(float));
    keep(record, 0);
    return score_one(record, DOCREP_DETACHED, record->cell.base_nll, error) &&
           score(record, 0, error);
}

void docrep_record_free(DocRepRecord *record)
{
    docrep_cell_free(&record->cell);
    memory_free(&record->first_memory);
    selection_free(&record->first_selection);
    *record = (DocRepRecord){0};
}

bool docrep_record_epoch(DocRepRecord *record, size_t epoch, bool scores, Error *error)
{
    DocRepCell *cell = &record->cell;
    DocRepStep mean;
    if (!docrep_epoch(record->docrep, record->texts, epoch, &mean, error))
        return false;
    cell->loss[epoch - 1] = mean.loss;
    cell->loss_pos[epoch - 1] = mean.positive;
    if (cell->loss_neg) {
        cell->loss_neg[epoch - 1] = mean.negative;
        cell->forgot[epoch - 1] = mean.dnegative;
    }
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        if (cell->gradient[g])
            cell->gradient[g][epoch - 1] = mean.gradient[g];
    keep(record, epoch);
    return !scores || score(record, epoch, error);
}

bool docrep_record_write(DocRepRecord *record, Out *out, Error *error)
{
    const DocRep *d = record->docrep;
    DocRepCell *cell = &record->cell;
    memcpy(cell->memory.parameters, d->memory.parameters, d->memory.count * sizeof(float));
    memcpy(cell->selection.parameters, d->selection.parameters, d->selection.count * sizeof(float));
    if (cell->map)
        memcpy(cell->map, d->context.map,
               cell->settings.dimension * cell->width * sizeof *cell->map);
    return docrep_cell_write(cell, out, error);
}
