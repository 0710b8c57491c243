/* Writes a trained model as a Hugging Face folder, whole or not at all. */
#include "model_write.h"

static void add_vector(TensorWriter *writer, const char *name, const float *values, size_t size)
{
    tensor_writer_add(writer, name, DTYPE_F32, 1, &size, values);
}

static void add_matrix(TensorWriter *writer, const char *name, const Matrix *matrix)
{
    size_t shape[2] = {matrix->rows, matrix->columns};
    tensor_writer_add(writer, name, DTYPE_F32, 2, shape, matrix->values);
}

static void add_block(TensorWriter *writer, const Block *b, size_t index, size_t d)
{
    const struct {
        const char *name;
        const Matrix *matrix;
    } matrices[] = {
        {"self_attn.q_proj", &b->query}, {"self_attn.k_proj", &b->key},
        {"self_attn.v_proj", &b->value}, {"self_attn.o_proj", &b->output},
        {"mlp.gate_proj", &b->gate},     {"mlp.up_proj", &b->up},
        {"mlp.down_proj", &b->down},
    };
    char name[96];
    snprintf(name, sizeof name, "model.layers.%zu.input_layernorm.weight", index);
    add_vector(writer, name, b->input_norm, d);
    snprintf(name, sizeof name, "model.layers.%zu.post_attention_layernorm.weight", index);
    add_vector(writer, name, b->mlp_norm, d);
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
        snprintf(name, sizeof name, "model.layers.%zu.%s.weight", index, matrices[i].name);
        add_matrix(writer, name, matrices[i].matrix);
    }
}

bool model_write_tensors(const Model *model, Out *out, Error *error)
{
    const ModelConfig *c = &model->config;
    TensorWriter writer = {0};
    tensor_writer_metadata(&writer, "format", "pt");
    add_matrix(&writer, "model.embed_tokens.weight", &model->embedding);
    if (!c->tied)
        add_matrix(&writer, "lm_head.weight", &model->unembedding);
    add_vector(&writer, "model.norm.weight", model->final_norm, c->width);
    for (size_t i = 0; i < c->blocks; i++)
        add_block(&writer, &model->block[i], i, c->width);
    return tensor_writer_write(&writer, out, error);
}

void model_write_config(const ModelConfig *c, Out *out)
{
    out_text(out,
             "{\n"
             "  \"architectures\": [\"LlamaForCausalLM\"],\n"
             "  \"model_type\": \"llama\",\n"
             "  \"hidden_size\": %zu,\n"
             "  \"intermediate_size\": %zu,\n"
             "  \"num_hidden_layers\": %zu,\n"
             "  \"num_attention_heads\": %zu,\n"
             "  \"num_key_value_heads\": %zu,\n"
             "  \"head_dim\": %zu,\n"
             "  \"vocab_size\": %zu,\n"
             "  \"max_position_embeddings\": %zu,\n"
             "  \"rms_norm_eps\": %g,\n"
             "  \"rope_theta\": %g,\n"
             "  \"hidden_act\": \"silu\",\n"
             "  \"tie_word_embeddings\": %s,\n"
             "  \"bos_token_id\": 1,\n"
             "  \"eos_token_id\": 2,\n"
             "  \"torch_dtype\": \"float32\"\n"
             "}\n",
             c->width, c->hidden, c->blocks, c->heads.heads, c->heads.kv_heads, c->heads.size,
             c->vocabulary, c->positions, (double)c->norm_eps, c->rope_theta,
             c->tied ? "true" : "false");
}
