/* The block's matrices are copied as places; those that are trained then point to weights made here
 * (LoRA) or to the memory's own parameters (mlp). */
#include "memory/tuned.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "tensor/gemm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a block has the matrices that a variant trains, in the order of the memory's parts. */
static int places_of(MemoryVariant variant, size_t places[TUNED_MATRICES])
{
    static const size_t attention[] = {offsetof(Block, query), offsetof(Block, key),
                                       offsetof(Block, value), offsetof(Block, output)};
    static const size_t mlp[] = {offsetof(Block, gate), offsetof(Block, up), offsetof(Block, down)};
    bool all = variant == MEMORY_LORA_ATTENTION;
    memcpy(places, all ? attention : mlp, all ? sizeof attention : sizeof mlp);
    return all ? 4 : 3;
}

static Matrix *matrix_at(Block *block, size_t place)
{
    return (Matrix *)(void *)((char *)block + place);
}

bool tuned_fits(const Model *model, Error *error)
{
    const ModelConfig *c = &model->config;
    return (c->family == FAMILY_LLAMA && !c->qkv_bias && !c->mlp_bias && !c->output_bias) ||
           fail(error, "weights of its blocks are not trained, which only those of a Llama without "
                       "biases are; choose another --variant");
}

/* A memory's shape for this model, without parameters. */
static Memory shape_of(const Model *model, size_t entries, MemoryVariant variant)
{
    const ModelConfig *c = &model->config;
    return (Memory){.width = c->width,
                    .entries = entries,
                    .variant = variant,
                    .hidden = c->hidden,
                    .query = c->heads.heads * c->heads.size,
                    .key = c->heads.kv_heads * c->heads.size};
}

static size_t size_of(const Memory *shape)
{
    MemoryPart parts[MEMORY_PARTS];
    size_t count = 0;
    for (int i = memory_parts_of(shape, parts); i-- > 0;)
        count += parts[i].count;
    return count;
}

void tuned_make(Memory *memory, const Model *model, size_t entries, MemoryVariant variant)
{
    Memory one = shape_of(model, 1, variant), plain = shape_of(model, entries, MEMORY_PLAIN);
    size_t each = size_of(&one), rank = (size_of(&plain) + each / 2) / each;
    one.entries = variant == MEMORY_MLP ? one.hidden : rank > 0 ? rank : 1;
    memory_make_like(memory, &one);
}

bool tuned_of_model(const Memory *memory, const Model *model)
{
    Memory own = shape_of(model, memory->entries, memory->variant);
    Error error;
    return tuned_fits(model, &error) && memory->width == own.width &&
           memory->hidden == own.hidden && memory->query == own.query && memory->key == own.key;
}

void tuned_draw(Memory *memory, const Model *model, size_t layer, uint64_t seed)
{
    size_t places[TUNED_MATRICES];
    int count = places_of(memory->variant, places);
    Rng rng = rng_stream("memory", seed, 0);
    memset(memory->parameters, 0, memory->count * sizeof *memory->parameters);
    for (int i = 0; i < count; i++) {
        const Matrix *weight = matrix_at(&model->block[layer], places[i]);
        size_t size = memory->entries * weight->columns;
        double most = 1 / sqrt((double)weight->columns);
        if (memory->variant == MEMORY_MLP)
            matrix_widen(memory->tuned[i], weight);
        else
            for (size_t j = 0; j < size; j++)
                memory->tuned[2 * i][j] = (float)(most * (2 * rng_uniform(&rng) - 1));
    }
}

/* Room for the whole weights of LoRA, and for their gradients; base is what the model has. */
static void make_whole(Tuned *tuned, const size_t *places, int count, bool train)
{
    Block *block = &tuned->blocks[tuned->layer];
    size_t size = 0, at = 0;
    for (int i = 0; i < count; i++)
        size += matrix_at(block, places[i])->rows * matrix_at(block, places[i])->columns;
    tuned->whole = alloc_scratch(2 * size, sizeof *tuned->whole);
    tuned->dwhole = train ? alloc_zeroed(size, sizeof *tuned->dwhole) : NULL;
    for (int i = 0; i < count; i++) {
        Matrix *weight = matrix_at(block, places[i]);
        tuned->base[i] = tuned->whole + size + at;
        matrix_widen(tuned->base[i], weight);
        *weight = (Matrix){tuned->whole + at, NULL, weight->rows, weight->columns, NULL};
        if (train)
            matrix_at(&tuned->gradient_blocks[tuned->layer], places[i])->values =
                tuned->dwhole + at;
        at += weight->rows * weight->columns;
    }
}

void tuned_begin(Tuned *tuned, const Model *model, const Memory *memory, size_t layer, bool train)
{
    size_t N = model->config.blocks, places[TUNED_MATRICES];
    *tuned = (Tuned){.model = *model, .layer = layer};
    if (!memory || !memory_tunes(memory->variant))
        return;
    tuned->memory = memory;
    tuned->blocks = alloc_zeroed(N, sizeof *tuned->blocks);
    tuned->gradient_blocks = alloc_zeroed(N, sizeof *tuned->gradient_blocks);
    memcpy(tuned->blocks, model->block, N * sizeof *tuned->blocks);
    tuned->model.block = tuned->blocks;
    tuned->gradients.block = tuned->gradient_blocks;
    int count = places_of(memory->variant, places);
    if (memory->variant != MEMORY_MLP) {
        make_whole(tuned, places, count, train);
        return;
    }
    for (int i = 0; i < count; i++) {
        Matrix *weight = matrix_at(&tuned->blocks[layer], places[i]);
        *weight = (Matrix){memory->tuned[i], NULL, weight->rows, weight->columns, NULL};
    }
}

void tuned_update(Tuned *tuned)
{
    size_t places[TUNED_MATRICES];
    if (!tuned->memory || !tuned->whole)
        return;
    for (int i = places_of(tuned->memory->variant, places); i-- > 0;) {
        const Matrix *weight = matrix_at(&tuned->blocks[tuned->layer], places[i]);
        const float *a = tuned->memory->tuned[2 * i], *b = tuned->memory->tuned[2 * i + 1];
        memcpy(weight->values, tuned->base[i],
               weight->rows * weight->columns * sizeof *weight->values);
        gemm_nn(weight->values, b, a, weight->rows, weight->columns, tuned->memory->entries, 1);
    }
}

void tuned_gradients(Tuned *tuned, Memory *gradients)
{
    size_t places[TUNED_MATRICES];
    int count = places_of(tuned->memory->variant, places);
    for (int i = 0; i < count; i++) {
        const Matrix *weight = matrix_at(&tuned->blocks[tuned->layer], places[i]);
        Matrix *gradient = matrix_at(&tuned->gradient_blocks[tuned->layer], places[i]);
        if (tuned->memory->variant == MEMORY_MLP)
            gradient->values = gradients->tuned[i];
        else
            memset(gradient->values, 0, weight->rows * weight->columns * sizeof(float));
    }
}

void tuned_gather(const Tuned *tuned, Memory *gradients)
{
    size_t places[TUNED_MATRICES], r = tuned->memory->entries;
    if (!tuned->whole)
        return;
    for (int i = places_of(tuned->memory->variant, places); i-- > 0;) {
        const Matrix *weight = matrix_at(&tuned->blocks[tuned->layer], places[i]);
        const float *whole = matrix_at(&tuned->gradient_blocks[tuned->layer], places[i])->values;
        const float *a = tuned->memory->tuned[2 * i], *b = tuned->memory->tuned[2 * i + 1];
        size_t rows = weight->rows, columns = weight->columns;
        gemm_tn(gradients->tuned[2 * i], b, whole, r, columns, rows, 1);
        gemm_nt(gradients->tuned[2 * i + 1], whole, a, rows, r, columns, 1);
    }
}

void tuned_free(Tuned *tuned)
{
    free(tuned->blocks), free(tuned->gradient_blocks);
    free(tuned->whole), free(tuned->dwhole);
    *tuned = (Tuned){0};
}
