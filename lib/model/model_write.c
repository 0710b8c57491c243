/* Names and shapes come from family_walk, which loading uses too, so a written model is read back
 * by the same table. */
#include "model/model_write.h"

#include "model/family.h"

#include <assert.h>

typedef struct {
    const Model *model;
    TensorWriter writer;
} Writing;

static bool add_one(void *context, const Parameter *parameter, void *base, size_t index)
{
    Writing *writing = context;
    char name[PARAMETER_NAME];
    size_t shape[2] = {parameter->rows, parameter->columns};
    bool is_matrix = parameter->columns > 0;
    tensor_writer_add(&writing->writer, family_name(writing->model, parameter, index, name),
                      DTYPE_F32, is_matrix ? 2 : 1, shape,
                      is_matrix ? family_matrix(parameter, base)->values
                                : *family_vector(parameter, base));
    return true;
}

bool model_write_tensors(const Model *model, Out *out, Error *error)
{
    Model view = *model; /* family_walk takes no const Model; nothing is changed */
    Writing writing = {.model = model};
    tensor_writer_metadata(&writing.writer, "format", "pt");
    family_walk(&view, add_one, &writing);
    return tensor_writer_finite(&writing.writer, out, error) &&
           tensor_writer_write(&writing.writer, out, error);
}

void model_write_config(const ModelConfig *c, Out *out)
{
    assert(c->family == FAMILY_LLAMA);
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
