/* prefix: run the frozen model below the memory, once for all cells
 *
 * The base model is frozen, so the residual stream below the lowest memory is the
 * same in every cell of the grid. This stage carries all documents, templates, prompts and claims,
 * or those kinds of them that =--texts= lists, through the model block by block, so that each
 * weight is read once, and keeps the stream after each block a memory may follow. Each prompt is
 * followed by its three possible answers, which share the prompt's rows and do not see each other.
 * What no cell trains on or asks need not be carried: all training claims of 119 pages of FEVER are
 * half a million tokens. With =--stream bf16= the file has half the size: the stream is carried on
 * in float32, and rounded where it is kept.
 *
 *   prefix --model base --encoded encoded.safetensors --layers 0-5 --out prefix.safetensors
 */
#include "base/alloc.h"
#include "memory/frozen.h"
#include "run/stage.h"
#include "tensor/gemm_bf16.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static FrozenPaths from = {.float_budget = 1024};
static const char *layers_text, *texts, *stream, *out_path;
static int64_t batch_rows = 2048;

static const Arg args[] = {
    CORPUS_ARGS(from),
    {"layers", ARG_TEXT, &layers_text, "blocks a memory may follow, like 0,2,4-5", true},
    {"texts", ARG_TEXT, &texts, "kinds carried, of document,template,prompt,claim; all if absent",
     false},
    {"stream", ARG_TEXT, &stream, "what is kept: float32 [that] or bf16", false},
    {"out", ARG_OUTPUT, &out_path, "safetensors with h.<layer> (rows, width)", true},
    {"batch-rows", ARG_INT, &batch_rows,
     "tokens carried through a block at once [from 1 to 1048576]", false},
    BUDGET_ARG(from),
    {0},
};

/* Texts first … of the corpus, as many as fit in batch_rows (one at least). */
static size_t pack(const Encoded *encoded, size_t first, Batch *batch)
{
    size_t i = first;
    EncodedText before;
    batch_clear(batch);
    for (; i < encoded_total(encoded); i++) {
        EncodedText text = encoded_any(encoded, i);
        if (i > first && batch->rows + text.length > (size_t)batch_rows)
            break;
        encoded_batch_behind(&text, i > first ? &before : NULL, SIZE_MAX, batch);
        before = text;
    }
    return i;
}

static void embed(const Model *model, const Encoded *encoded, size_t first, const Batch *batch,
                  float *packed)
{
    int32_t *ids = alloc_zeroed(batch->rows, sizeof *ids);
    for (size_t s = 0; s < batch->count; s++) {
        EncodedText text = encoded_any(encoded, first + s);
        for (size_t t = batch->sequences[s].shared; t < text.length; t++)
            ids[batch_row(batch, s, t)] = encoded_id(encoded, &text, t);
    }
    model_embed(model, packed, ids, batch);
    free(ids);
}

static void scatter(const Encoded *encoded, size_t first, const Batch *batch, const float *packed,
                    float *all, size_t d)
{
    for (size_t s = 0; s < batch->count; s++) {
        EncodedText text = encoded_any(encoded, first + s);
        for (size_t t = 0; t < text.length; t++)
            memcpy(all + (text.first_row + t) * d, packed + batch_row(batch, s, t) * d,
                   d * sizeof *all);
    }
}

/* all (rows,d): the stream before block `layer` becomes the one after it. */
static void carry(const Model *model, const Encoded *encoded, size_t layer, float *all,
                  BlockCache *cache)
{
    Batch batch = {0};
    size_t d = model->config.width, total = encoded_total(encoded);
    for (size_t first = 0, next; first < total; first = next) {
        next = pack(encoded, first, &batch);
        float *in = alloc_scratch(batch.rows, d * sizeof *in);
        float *out = alloc_scratch(batch.rows, d * sizeof *out);
        if (layer == 0)
            embed(model, encoded, first, &batch, in);
        for (size_t s = 0; layer > 0 && s < batch.count; s++)
            batch_gather(&batch, s, in, all + encoded_any(encoded, first + s).first_row * d, d);
        block_forward(model, layer, &batch, out, in, cache);
        scatter(encoded, first, &batch, out, all, d);
        free(in);
        free(out);
    }
    batch_free(&batch);
}

static void check_finite(const float *all, size_t count, size_t d, size_t layer)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(all[i]))
            stage_fail("%s: block %zu gives a number that is not finite at row %zu, column %zu; "
                       "check the checkpoint's weights",
                       from.model, layer, i / d, i % d);
}

/* Whether the stream is kept in BF16. */
static bool keeps_bf16(void)
{
    bool bf16 = stream && strcmp(stream, "bf16") == 0;
    if (stream && !bf16 && strcmp(stream, "float32") != 0)
        stage_fail("--stream: there is no %s; choose float32 or bf16", stream);
    return bf16;
}

/* The stream is worked on where it will stay: in the file, in the place of the layer that is wanted
 * next, so that a corpus larger than memory goes through. One that is rounded is worked on in
 * memory. */
static void run(const Model *model, const Encoded *encoded, const int64_t *layers, size_t count,
                bool bf16, Out *out)
{
    Error error;
    TensorWriter writer = {0};
    BlockCache cache = {0};
    size_t d = model->config.width, shape[2] = {encoded->rows, d}, size = encoded->rows * d;
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "h.%lld", (long long)layers[i]);
        tensor_writer_add(&writer, name, bf16 ? DTYPE_BF16 : DTYPE_F32, 2, shape, NULL);
    }
    if (texts)
        tensor_writer_metadata(&writer, "texts", texts);
    frozen_add_stream(&writer, bf16);
    if (!tensor_writer_begin(&writer, out, &error))
        stage_die(&error);
    void *file = tensor_writer_map(&writer, out, &error);
    if (!file)
        stage_die(&error);
    float *work = bf16 ? alloc_scratch(size, sizeof *work) : NULL, *all = work ? work : file;
    uint16_t *kept = file;
    for (size_t layer = 0, next = 0; next < count; layer++) {
        carry(model, encoded, layer, all, &cache);
        check_finite(all, size, d, layer);
        stage_progress("blocks", (double)layer + 1, (double)layers[count - 1] + 1);
        if ((size_t)layers[next] != layer)
            continue;
        if (bf16)
            gemm_bf16_round(kept + next * size, all, size);
        if (++next < count && !bf16) {
            memcpy(all + size, all, size * sizeof *all);
            all += size;
        }
    }
    free(work);
    tensor_writer_end(&writer);
    block_cache_free(&cache);
}

int main(int argc, char **argv)
{
    Error error;
    Frozen frozen;
    Out out;
    int64_t *layers;
    size_t count;
    stage_begin("prefix", "run the frozen model below the memory", args, argc, argv);
    bool bf16 = keeps_bf16();
    if (!frozen_open(&frozen, &from, &error) ||
        (texts && !encoded_keep(&frozen.encoded, texts, &error)) ||
        !model_finite(&frozen.model, &error) ||
        !stage_list("layers", layers_text, 0, (int64_t)frozen.model.config.blocks - 1, &layers,
                    &count, &error) ||
        !out_open(&out, out_path, &error))
        stage_die(&error);
    for (size_t i = 1; i < count; i++)
        if (layers[i] <= layers[i - 1])
            stage_fail("--layers: %s does not rise; write each block once, lowest first",
                       layers_text);
    run(&frozen.model, &frozen.encoded, layers, count, bf16, &out);
    stage_commit(&out);
    stage_note(&frozen.model.note);
    free(layers);
    frozen_close(&frozen);
    return 0;
}
