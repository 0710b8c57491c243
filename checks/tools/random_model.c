/* random-model: write a checkpoint of a given shape with random weights, as Hugging Face would
 *
 * Speed and memory depend on a model's shape, not on what it has learned, so a model that cannot be
 * had is stood in for by one of its shape: config.json, and the tensors of the Llama or GPT-NeoX
 * family under their published names, in one file or in shards with their index. Weights and biases
 * have mean 0 and deviation 0.02; the scales of norms are 1. A weight is the sum of the four bytes
 * of one random word: nearly normal (its tails end at 3.45 deviations), and 1,021 values that are
 * converted once. Each tensor has a random stream of its own, so neither --dtype nor --shard-mib
 * changes which numbers it holds. Pieces are written as they are drawn; nothing large is held.
 *
 *   build/bin/random-model --shape data/shapes/pythia-1b.json --dtype F16 --out build/random
 */
#include "base/alloc.h"
#include "base/rng.h"
#include "file/safetensors.h"
#include "model/shape.h"
#include "run/stage.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const char *shape, *dtype, *out;
    int64_t seed, shard_mib;
    bool buffers;
} options = {.dtype = "F32", .seed = 1, .shard_mib = 9536};

static const Arg args[] = {
    {"shape", ARG_INPUT, &options.shape, "fields of config.json, as in data/shapes", true},
    {"seed", ARG_INT, &options.seed, "of the random weights", false},
    {"dtype", ARG_TEXT, &options.dtype, "F32, F16 or BF16", false},
    {"shard-mib", ARG_INT, &options.shard_mib, "MiB a file holds at most", false},
    {"buffers", ARG_FLAG, &options.buffers, "GPT-NeoX: the buffers old checkpoints have", false},
    {"out", ARG_OUTPUT, &options.out, "model folder", true},
    {0}};

/* The sizes tensors are made of; ONE ends a shape. */
typedef enum { ONE, WIDTH, HIDDEN, QUERY, KEY, FUSED, VOCABULARY, POSITIONS, TURNED, SIZES } Size;

typedef enum { RANDOM, ONES, CAUSAL, MASKED, FREQUENCIES } Content;

typedef struct {
    const char *name;
    Content content;
    Size rows, columns;
} Pattern;

static const Pattern llama_first[] = {{"model.embed_tokens.weight", RANDOM, VOCABULARY, WIDTH},
                                      {0}};
static const Pattern llama_block[] = {
    {"model.layers.%zu.input_layernorm.weight", ONES, WIDTH, ONE},
    {"model.layers.%zu.self_attn.q_proj.weight", RANDOM, QUERY, WIDTH},
    {"model.layers.%zu.self_attn.k_proj.weight", RANDOM, KEY, WIDTH},
    {"model.layers.%zu.self_attn.v_proj.weight", RANDOM, KEY, WIDTH},
    {"model.layers.%zu.self_attn.o_proj.weight", RANDOM, WIDTH, QUERY},
    {"model.layers.%zu.post_attention_layernorm.weight", ONES, WIDTH, ONE},
    {"model.layers.%zu.mlp.gate_proj.weight", RANDOM, HIDDEN, WIDTH},
    {"model.layers.%zu.mlp.up_proj.weight", RANDOM, HIDDEN, WIDTH},
    {"model.layers.%zu.mlp.down_proj.weight", RANDOM, WIDTH, HIDDEN},
    {0}};
static const Pattern llama_last[] = {
    {"model.norm.weight", ONES, WIDTH, ONE}, {"lm_head.weight", RANDOM, VOCABULARY, WIDTH}, {0}};

static const Pattern neox_first[] = {{"gpt_neox.embed_in.weight", RANDOM, VOCABULARY, WIDTH}, {0}};
static const Pattern neox_block[] = {
    {"gpt_neox.layers.%zu.input_layernorm.weight", ONES, WIDTH, ONE},
    {"gpt_neox.layers.%zu.input_layernorm.bias", RANDOM, WIDTH, ONE},
    {"gpt_neox.layers.%zu.post_attention_layernorm.weight", ONES, WIDTH, ONE},
    {"gpt_neox.layers.%zu.post_attention_layernorm.bias", RANDOM, WIDTH, ONE},
    {"gpt_neox.layers.%zu.attention.query_key_value.weight", RANDOM, FUSED, WIDTH},
    {"gpt_neox.layers.%zu.attention.query_key_value.bias", RANDOM, FUSED, ONE},
    {"gpt_neox.layers.%zu.attention.dense.weight", RANDOM, WIDTH, WIDTH},
    {"gpt_neox.layers.%zu.attention.dense.bias", RANDOM, WIDTH, ONE},
    {"gpt_neox.layers.%zu.mlp.dense_h_to_4h.weight", RANDOM, HIDDEN, WIDTH},
    {"gpt_neox.layers.%zu.mlp.dense_h_to_4h.bias", RANDOM, HIDDEN, ONE},
    {"gpt_neox.layers.%zu.mlp.dense_4h_to_h.weight", RANDOM, WIDTH, HIDDEN},
    {"gpt_neox.layers.%zu.mlp.dense_4h_to_h.bias", RANDOM, WIDTH, ONE},
    {0}};
static const Pattern neox_buffers[] = {
    {"gpt_neox.layers.%zu.attention.rotary_emb.inv_freq", FREQUENCIES, TURNED, ONE},
    {"gpt_neox.layers.%zu.attention.masked_bias", MASKED, ONE, ONE},
    {"gpt_neox.layers.%zu.attention.bias", CAUSAL, POSITIONS, POSITIONS},
    {0}};
static const Pattern neox_last[] = {{"gpt_neox.final_layer_norm.weight", ONES, WIDTH, ONE},
                                    {"gpt_neox.final_layer_norm.bias", RANDOM, WIDTH, ONE},
                                    {"embed_out.weight", RANDOM, VOCABULARY, WIDTH},
                                    {0}};

/* One tensor to be written, and the file it goes to. */
typedef struct {
    char name[96];
    Content content;
    DType dtype;
    int rank;
    size_t shape[4], count, shard;
} Planned;

typedef struct {
    json_t *config;
    Shape shape;
    DType dtype;
    size_t size[SIZES];
    Planned *tensors;
    size_t count, capacity, shards, bytes;
} Plan;

enum { VALUES = 4 * 255 + 1 }; /* sums of four bytes */

/* ---- What to write ------------------------------------------------------------ */
static void read_shape(Plan *plan)
{
    Error error;
    Shape *shape = &plan->shape;
    if (!shape_read(shape, options.shape, &error))
        stage_die(&error);
    plan->config = json_load_file(options.shape, 0, NULL);
    if (!plan->config)
        stage_fail("%s: has just been changed; start again", options.shape);
    json_int_t positions =
        json_integer_value(json_object_get(plan->config, "max_position_embeddings"));
    double turned = json_number_value(json_object_get(plan->config, "rotary_pct"));
    size_t head = shape->query / shape->heads;
    const size_t size[SIZES] = {
        [ONE] = 1,
        [WIDTH] = shape->width,
        [HIDDEN] = shape->hidden,
        [QUERY] = shape->query,
        [KEY] = shape->key,
        [FUSED] = 3 * shape->width,
        [VOCABULARY] = shape->vocabulary,
        [POSITIONS] = positions > 0 && positions <= 1 << 17 ? (size_t)positions : 2048,
        [TURNED] = (size_t)((double)head * (turned > 0 && turned <= 1 ? turned : 1)) / 2,
    };
    memcpy(plan->size, size, sizeof size);
}

static void add_tensor(Plan *plan, const Pattern *pattern, size_t block)
{
    plan->tensors =
        alloc_grow(plan->tensors, &plan->capacity, plan->count + 1, sizeof *plan->tensors);
    Planned *tensor = &plan->tensors[plan->count++];
    size_t rows = plan->size[pattern->rows], columns = plan->size[pattern->columns];
    *tensor = (Planned){.content = pattern->content, .dtype = plan->dtype};
    snprintf(tensor->name, sizeof tensor->name, pattern->name, block);
    if (pattern->content == CAUSAL) { /* kept as (1, 1, positions, positions) */
        tensor->dtype = DTYPE_BOOL;
        tensor->shape[tensor->rank++] = 1;
        tensor->shape[tensor->rank++] = 1;
    }
    if (pattern->rows != ONE)
        tensor->shape[tensor->rank++] = rows;
    if (pattern->columns != ONE)
        tensor->shape[tensor->rank++] = columns;
    tensor->count = rows * columns;
}

static void add_tensors(Plan *plan, const Pattern *patterns, size_t block)
{
    for (; patterns->name; patterns++)
        if (!plan->shape.tied || patterns->rows != VOCABULARY || plan->count == 0)
            add_tensor(plan, patterns, block);
}

/* All tensors in their order, each in the last shard or, where that would grow too large, a new
 * one. */
static void plan_tensors(Plan *plan)
{
    size_t filled = 0, limit = (size_t)options.shard_mib << 20;
    add_tensors(plan, plan->shape.neox ? neox_first : llama_first, 0);
    for (size_t i = 0; i < plan->shape.blocks; i++) {
        add_tensors(plan, plan->shape.neox ? neox_block : llama_block, i);
        if (plan->shape.neox && options.buffers)
            add_tensors(plan, neox_buffers, i);
    }
    add_tensors(plan, plan->shape.neox ? neox_last : llama_last, 0);
    for (size_t i = 0; i < plan->count; i++) {
        Planned *tensor = &plan->tensors[i];
        size_t bytes = tensor->count * dtype_size(tensor->dtype);
        if (plan->shards == 0 || filled + bytes > limit) {
            plan->shards++;
            filled = 0;
        }
        filled += bytes;
        plan->bytes += bytes;
        tensor->shard = plan->shards - 1;
    }
}

/* ---- Numbers as the checkpoint's type ---------------------------------------------- */
/* Nearest half-precision number; |x| < 65504. */
static uint16_t to_f16(float x)
{
    uint16_t sign = signbit(x) ? 0x8000 : 0;
    int exponent;
    float size = fabsf(x);
    (void)frexpf(size, &exponent);
    if (size < 0x1p-14F) /* subnormal: steps of 2^-24 */
        return sign | (uint16_t)rintf(ldexpf(size, 24));
    return (uint16_t)(sign | (((exponent + 13) << 10) + (int)rintf(ldexpf(size, 11 - exponent))));
}

/* Nearest bfloat16, ties to even. */
static uint16_t to_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static void store(DType dtype, void *out, size_t i, float x)
{
    switch (dtype) {
    case DTYPE_F32:
        ((float *)out)[i] = x;
        break;
    case DTYPE_F16:
        ((uint16_t *)out)[i] = to_f16(x);
        break;
    case DTYPE_BF16:
        ((uint16_t *)out)[i] = to_bf16(x);
        break;
    default: /* BOOL */
        ((uint8_t *)out)[i] = x != 0;
    }
}

/* ---- Writing -------------------------------------------------------------------------- */
static void draw(Rng *rng, DType dtype, const void *values, void *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word = rng_u32(rng);
        uint32_t sum = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24);
        if (dtype == DTYPE_F32)
            ((float *)out)[i] = ((const float *)values)[sum];
        else
            ((uint16_t *)out)[i] = ((const uint16_t *)values)[sum];
    }
}

/* Element i of a tensor that is not random. */
static float fixed_value(const Planned *tensor, size_t i)
{
    switch (tensor->content) {
    case CAUSAL:
        return i % tensor->shape[3] <= i / tensor->shape[3];
    case MASKED:
        return -1e4F;
    case FREQUENCIES:
        return powf(10000, -(float)i / (float)tensor->count);
    default:
        return 1;
    }
}

static void append_tensor(const Planned *tensor, const void *values, TensorWriter *writer, Out *out)
{
    enum { PIECE = 1 << 18 };
    Rng rng = rng_stream(tensor->name, (uint64_t)options.seed, 0);
    size_t wide = dtype_size(tensor->dtype);
    void *piece = alloc_scratch(PIECE, wide);
    for (size_t first = 0; first < tensor->count; first += PIECE) {
        size_t count = tensor->count - first < PIECE ? tensor->count - first : PIECE;
        if (tensor->content == RANDOM)
            draw(&rng, tensor->dtype, values, piece, count);
        else
            for (size_t i = 0; i < count; i++)
                store(tensor->dtype, piece, i, fixed_value(tensor, first + i));
        tensor_writer_append(writer, out, piece, count * wide);
    }
    free(piece);
}

static void shard_name(const Plan *plan, size_t shard, char name[64])
{
    if (plan->shards == 1)
        snprintf(name, 64, "model.safetensors");
    else
        snprintf(name, 64, "model-%05zu-of-%05zu.safetensors", shard + 1, plan->shards);
}

/* values (VALUES): what a sum of four bytes stands for, in the checkpoint's type. */
static void write_shard(const Plan *plan, size_t shard, const void *values, size_t *done, Out *out)
{
    Error error;
    TensorWriter writer = {0};
    char name[64];
    shard_name(plan, shard, name);
    tensor_writer_metadata(&writer, "format", "pt");
    for (size_t i = 0; i < plan->count; i++) {
        const Planned *tensor = &plan->tensors[i];
        if (tensor->shard == shard)
            tensor_writer_add(&writer, tensor->name, tensor->dtype, tensor->rank, tensor->shape,
                              NULL);
    }
    if (!out_member(out, name, &error) || !tensor_writer_begin(&writer, out, &error))
        stage_die(&error);
    for (size_t i = 0; i < plan->count; i++) {
        const Planned *tensor = &plan->tensors[i];
        if (tensor->shard != shard)
            continue;
        append_tensor(tensor, values, &writer, out);
        *done += tensor->count * dtype_size(tensor->dtype);
        stage_progress("bytes", (double)*done, (double)plan->bytes);
    }
    tensor_writer_end(&writer);
}

static void write_json(Out *out, const char *name, const json_t *json)
{
    Error error;
    char *text = json_dumps(json, JSON_INDENT(2));
    if (!out_member(out, name, &error))
        stage_die(&error);
    out_text(out, "%s\n", text);
    free(text);
}

static void write_index(const Plan *plan, Out *out)
{
    char name[64];
    json_t *map = json_object();
    for (size_t i = 0; i < plan->count; i++) {
        shard_name(plan, plan->tensors[i].shard, name);
        json_object_set_new(map, plan->tensors[i].name, json_string(name));
    }
    json_t *index = json_pack("{s:{s:I},s:o}", "metadata", "total_size", (json_int_t)plan->bytes,
                              "weight_map", map);
    write_json(out, "model.safetensors.index.json", index);
    json_decref(index);
}

static void write_model(const Plan *plan, Out *out)
{
    const char *types[] = {
        [DTYPE_F32] = "float32", [DTYPE_F16] = "float16", [DTYPE_BF16] = "bfloat16"};
    size_t done = 0;
    void *values = alloc_zeroed(VALUES, sizeof(float));
    double deviation = sqrt(4 * (256 * 256 - 1) / 12.0); /* of the sum of four bytes */
    for (int sum = 0; sum < VALUES; sum++)
        store(plan->dtype, values, (size_t)sum, (float)(0.02 * (sum - 510) / deviation));
    for (size_t shard = 0; shard < plan->shards; shard++)
        write_shard(plan, shard, values, &done, out);
    free(values);
    if (plan->shards > 1)
        write_index(plan, out);
    json_object_set_new(plan->config, "torch_dtype", json_string(types[plan->dtype]));
    json_object_set_new(
        plan->config, "architectures",
        json_pack("[s]", plan->shape.neox ? "GPTNeoXForCausalLM" : "LlamaForCausalLM"));
    write_json(out, "config.json", plan->config);
}

int main(int argc, char **argv)
{
    Error error;
    Out out;
    Plan plan = {0};
    stage_begin("random-model", "write a random checkpoint of a given shape", args, argc, argv);
    stage_want(options.seed >= 0, "seed", "0 or more");
    stage_want(options.shard_mib >= 1 && options.shard_mib <= 1 << 20, "shard-mib",
               "from 1 to 1048576");
    plan.dtype = dtype_parse(options.dtype);
    stage_want(plan.dtype == DTYPE_F32 || plan.dtype == DTYPE_F16 || plan.dtype == DTYPE_BF16,
               "dtype", "F32, F16 or BF16");
    read_shape(&plan);
    plan_tensors(&plan);
    if (!out_open_folder(&out, options.out, &error))
        stage_die(&error);
    write_model(&plan, &out);
    stage_commit(&out);
    free(plan.tensors);
    json_decref(plan.config);
    return 0;
}
