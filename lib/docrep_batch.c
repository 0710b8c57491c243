/* One batch of a DocRep memory: texts laid out with their targets, and each with its selection. */
#include "docrep_batch.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void free_rows(DocRep *docrep)
{
    free(docrep->packed), free(docrep->dh), free(docrep->mask), free(docrep->dmask);
    free(docrep->weight), free(docrep->target), free(docrep->nll);
}

static void free_vectors(DocRep *docrep)
{
    free(docrep->vectors), free(docrep->dvectors), free(docrep->chosen), free(docrep->dchosen);
}

void docrep_batch_free(DocRep *docrep)
{
    free_rows(docrep);
    free_vectors(docrep);
}

static void fit_rows(DocRep *docrep, size_t rows)
{
    size_t d = docrep->model->config.width, m = docrep->settings.entries;
    if (rows <= docrep->rows)
        return;
    free_rows(docrep);
    docrep->rows = rows;
    docrep->packed = mem_scratch(rows, d * sizeof(float));
    docrep->dh = mem_scratch(rows, d * sizeof(float));
    docrep->mask = mem_scratch(rows, m * sizeof(float));
    docrep->dmask = mem_scratch(rows, m * sizeof(float));
    docrep->weight = mem_scratch(rows, sizeof(float));
    docrep->target = mem_scratch(rows, sizeof *docrep->target);
    docrep->nll = mem_scratch(rows, sizeof *docrep->nll);
}

void docrep_batch_fit(DocRep *docrep, size_t texts)
{
    size_t k = docrep->settings.dimension, m = docrep->settings.entries;
    if (texts <= docrep->texts)
        return;
    free_vectors(docrep);
    docrep->texts = texts;
    docrep->vectors = mem_scratch(texts, k * sizeof(float));
    docrep->dvectors = mem_scratch(texts, k * sizeof(float));
    docrep->chosen = mem_scratch(texts, m * sizeof(float));
    docrep->dchosen = mem_scratch(texts, m * sizeof(float));
}

size_t docrep_batch_pack(DocRep *docrep, const MemoryText *const *texts, size_t count,
                         size_t period)
{
    pack_lay(&docrep->batch, texts, count, period);
    fit_rows(docrep, docrep->batch.rows);
    return pack_fill(&docrep->batch, texts, period, docrep->model->config.width, docrep->packed,
                     docrep->target);
}

void docrep_batch_choose(DocRep *docrep, size_t count)
{
    size_t m = docrep->settings.entries;
    selection_forward(&docrep->selection, docrep->chosen, docrep->vectors, count, &docrep->cache);
    memset(docrep->mask, 0, docrep->batch.rows * m * sizeof *docrep->mask);
    for (size_t r = 0; r < count; r++) {
        const Sequence *sequence = &docrep->batch.sequences[r];
        for (size_t t = 0; t < sequence->length; t++)
            memcpy(docrep->mask + (sequence->start + t) * m, docrep->chosen + r * m,
                   m * sizeof *docrep->mask);
    }
}

void docrep_batch_sum(DocRep *docrep, size_t count)
{
    size_t m = docrep->settings.entries;
    double *sum = mem_alloc(m, sizeof *sum);
    for (size_t r = 0; r < count; r++) {
        const Sequence *sequence = &docrep->batch.sequences[r];
        memset(sum, 0, m * sizeof *sum);
        for (size_t t = 0; t < sequence->length; t++)
            for (size_t j = 0; j < m; j++)
                sum[j] += (double)docrep->dmask[(sequence->start + t) * m + j];
        for (size_t j = 0; j < m; j++)
            docrep->dchosen[r * m + j] = (float)sum[j];
    }
    free(sum);
}

double docrep_batch_nll(const DocRep *docrep, size_t first, size_t count)
{
    double sum = 0;
    for (size_t i = first; i < first + count; i++)
        sum += docrep->nll[i];
    return sum;
}
