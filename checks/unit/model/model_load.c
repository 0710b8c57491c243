/* Opening a model folder: every bad tensor and file is told in one line. */
#include "model_files.h"

static void check_missing(Family family)
{
    make_folder(family);
    char name[128], words[192];
    for (const Named *t = tensors[family]; t < tensors[family] + NAMED && t->name; t++) {
        name_tensor(family, t, 1, name); /* in the last block */
        snprintf(words, sizeof words, "'%s': is missing", name);
        write_tensors(family, &(Change){.name = name, .absent = true});
        refuse("model-load", words);
    }
}

static void test_missing_tensors(void **state)
{
    (void)state;
    check_missing(FAMILY_LLAMA);
    write_tensors(FAMILY_LLAMA, &(Change){.name = "lm_head.weight", .absent = true});
    refuse("model-load", "is missing, and config.json does not say tie_word_embeddings");
    write_config(FAMILY_LLAMA, "tie_word_embeddings", "true");
    accept("a tied model needs no lm_head");
    check_missing(FAMILY_NEOX);
    write_tensors(FAMILY_NEOX, &(Change){.name = "embed_out.weight", .absent = true});
    write_config(FAMILY_NEOX, "tie_word_embeddings", "true");
    accept("a tied model needs no embed_out");
}

/* GPT-NeoX's unembedding under Llama's name, as transformers 5 may save it. */
static void test_other_unembedding(void **state)
{
    (void)state;
    static const Change head = {"lm_head.weight", false, DTYPE_F32, 2, {5, 8}};
    static const Change absent = {.name = "embed_out.weight", .absent = true};
    Model model;
    Error error;
    make_folder(FAMILY_NEOX);
    write_more(FAMILY_NEOX, &absent, &head, 1); /* ones */
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.unembedding.values[0] == 1 && model.embedding.values[0] == 0);
    model_close(&model);
    write_more(FAMILY_NEOX, NULL, &head, 1); /* under both */
    refuse("model-load", "1 tensor no parameter takes: 'lm_head.weight'");
}

static void refuse_tensors(Family family, const Change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char words[128];
        snprintf(words, sizeof words, "'%s': is ", changes[i].name);
        write_tensors(family, &changes[i]);
        refuse("model-load", words);
    }
}

static void test_wrong_tensors(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const Change changes[] = {
        {"model.embed_tokens.weight", false, DTYPE_F32, 2, {4, 5}},
        {"model.embed_tokens.weight", false, DTYPE_I32, 2, {5, 4}},
        {"model.norm.weight", false, DTYPE_F32, 2, {1, 4}},
        {"model.norm.weight", false, DTYPE_F32, 1, {5}},
        {"model.norm.weight", false, DTYPE_I64, 1, {4}},
        {"lm_head.weight", false, DTYPE_F32, 2, {6, 4}},
        {"model.layers.0.self_attn.k_proj.weight", false, DTYPE_F32, 2, {4, 4}},
        {"model.layers.1.self_attn.q_proj.weight", false, DTYPE_F32, 1, {16}},
        {"model.layers.1.mlp.down_proj.weight", false, DTYPE_F32, 2, {6, 4}},
        {"model.layers.1.mlp.up_proj.weight", false, DTYPE_F32, 3, {1, 6, 4}},
        {"model.layers.0.mlp.gate_proj.weight", false, DTYPE_U8, 2, {6, 4}},
        {"model.layers.0.mlp.gate_proj.weight", false, DTYPE_F32, 2, {0, 4}},
    };
    refuse_tensors(FAMILY_LLAMA, changes, sizeof changes / sizeof *changes);
    static const Change narrow[] = {
        {"model.norm.weight", false, DTYPE_BF16, 1, {4}},
        {"model.layers.0.mlp.up_proj.weight", false, DTYPE_F16, 2, {6, 4}},
    };
    for (size_t i = 0; i < 2; i++) { /* types may be mixed */
        write_tensors(FAMILY_LLAMA, &narrow[i]);
        accept(narrow[i].name);
    }
}

static void test_wrong_neox_tensors(void **state)
{
    (void)state;
    make_folder(FAMILY_NEOX);
    static const Change changes[] = {
        {"gpt_neox.embed_in.weight", false, DTYPE_F32, 2, {4, 8}},
        {"embed_out.weight", false, DTYPE_F32, 2, {5, 4}},
        {"gpt_neox.final_layer_norm.bias", false, DTYPE_F32, 1, {7}},
        {"gpt_neox.final_layer_norm.bias", false, DTYPE_BOOL, 1, {8}},
        {"gpt_neox.layers.0.attention.query_key_value.weight", false, DTYPE_F32, 2, {8, 8}},
        {"gpt_neox.layers.1.attention.query_key_value.bias", false, DTYPE_F32, 1, {8}},
        {"gpt_neox.layers.1.attention.dense.bias", false, DTYPE_F32, 2, {8, 1}},
        {"gpt_neox.layers.1.mlp.dense_h_to_4h.weight", false, DTYPE_F32, 2, {8, 6}},
        {"gpt_neox.layers.0.mlp.dense_4h_to_h.bias", false, DTYPE_I32, 1, {8}},
    };
    refuse_tensors(FAMILY_NEOX, changes, sizeof changes / sizeof *changes);
    static const Change narrow = {
        "gpt_neox.layers.1.attention.query_key_value.bias", false, DTYPE_F16, 1, {24}};
    write_tensors(FAMILY_NEOX, &narrow);
    accept("types may be mixed");
}

/* What no parameter takes is named, unless it is a buffer that published files have. */
static void test_leftover(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const struct {
        Change more;
        const char *words; /* NULL: taken */
    } cases[] = {
        {{"model.layers.0.self_attn.rotary_emb.inv_freq", false, DTYPE_F32, 1, {1}}, NULL},
        {{"model.layers.1.self_attn.rotary_emb.cos_cached", false, DTYPE_F16, 2, {2, 2}}, NULL},
        {{"model.layers.0.self_attn.inner_attn_ln.weight", false, DTYPE_F32, 1, {4}},
         "'model.layers.0.self_attn.inner_attn_ln.weight': it is of another architecture"},
        {{"model.layers.1.self_attn.q_norm.weight", false, DTYPE_F32, 1, {2}}, "norms of its own"},
        {{"model.layers.0.self_attn.q_proj.bias", false, DTYPE_F32, 1, {4}}, "attention_bias"},
        {{"model.layers.0.self_attn.q_proj.lora_A.weight", false, DTYPE_F32, 2, {1, 4}},
         "an adapter's"},
        {{"model.layers.2.input_layernorm.weight", false, DTYPE_F32, 1, {4}}, "fewer blocks"},
        {{"model.layers.99999999999999999999.x", false, DTYPE_F32, 1, {4}}, "fewer blocks"},
        {{"model.layers.0.mlp.up_proj.weight_scale_inv", false, DTYPE_F32, 1, {1}}, "quantized"},
        {{"model.layers.0.block_sparse_moe.experts.0.w1.weight", false, DTYPE_F32, 1, {4}},
         "experts"},
        {{"model.vision_tower.patch", false, DTYPE_F32, 1, {4}}, "more than config.json tells"},
        {{"lm_head.bias", false, DTYPE_F32, 1, {5}}, "more than config.json tells"},
        {{"v_head.summary.bias", false, DTYPE_F32, 1, {1}}, "a value head's"},
        {{"model.layers.0.mlp.up_proj.SCB", false, DTYPE_F32, 1, {4}}, "quantized"},
        {{"model.layers.0.mlp.up_proj.weight_format", false, DTYPE_F32, 1, {1}}, "quantized"},
        {{"model.rotary_emb.original_inv_freq", false, DTYPE_F32, 1, {1}}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_more(FAMILY_LLAMA, NULL, &cases[i].more, 1);
        if (cases[i].words)
            refuse("model-load", cases[i].words);
        else
            accept(cases[i].more.name);
    }
    Change many[10] = {{"a", false, DTYPE_F32, 1, {1}},
                       {"b", false, DTYPE_F32, 1, {1}},
                       {"c", false, DTYPE_F32, 1, {1}},
                       {"d", false, DTYPE_F32, 1, {1}},
                       {"e", false, DTYPE_F32, 1, {1}}};
    write_more(FAMILY_LLAMA, NULL, many, 5);
    refuse("model-load", "5 tensors no parameter takes: 'a', 'b', 'c', 'd': ");
    /* What the file has is told beside what it lacks, which may be there under another name. */
    static const Change lacking = {.name = "model.layers.0.mlp.up_proj.weight", .absent = true};
    write_more(FAMILY_LLAMA, &lacking, many, 1);
    refuse("model-load", "tensor 'model.layers.0.mlp.up_proj.weight' is missing or of another "
                         "form, and 1 tensor no parameter takes: 'a': these are not the names");
    Change codes = {"model.layers.0.mlp.up_proj.qweight", false, DTYPE_I32, 2, {1, 6}};
    write_more(FAMILY_LLAMA, &lacking, &codes, 1);
    refuse("model-load", "'model.layers.0.mlp.up_proj.qweight': the weights are quantized");
    write_more(FAMILY_LLAMA, NULL, many, 5);
    /* An architecture that is not ours is told together with what would be left out. */
    write_config(FAMILY_LLAMA, "architectures", "[\"OtherForCausalLM\"]");
    refuse("model-load", "OtherForCausalLM, which is not supported under its model_type, and no "
                         "parameter takes 'a'");
}

/* config.json says one table, the file holds two. */
static void test_tied(void **state)
{
    (void)state;
    static const Change head = {"lm_head.weight", false, DTYPE_F32, 2, {5, 4}};
    static const Change absent[] = {{.name = "lm_head.weight", .absent = true},
                                    {.name = "model.embed_tokens.weight", .absent = true}};
    Model model;
    Error error;
    make_folder(FAMILY_LLAMA);
    write_config(FAMILY_LLAMA, "tie_word_embeddings", "true");
    write_more(FAMILY_LLAMA, &absent[0], &head, 1); /* ones, and the embedding is of zeroes */
    for (size_t budget = 0; budget < 2; budget++) {
        assert_true(model_open(&model, folder(), budget ? SIZE_MAX : 0, &error));
        assert_false(model.config.tied);
        assert_non_null(strstr(model.note.text, "has a lm_head.weight of its own"));
        assert_true(model.unembedding.values[0] == 1 && model.embedding.values[0] == 0);
        model_close(&model);
    }
    write_tensors(FAMILY_LLAMA, NULL); /* a copy of the embedding */
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.tied && !*model.note.text);
    model_close(&model);
    write_tensors(FAMILY_LLAMA, &absent[1]); /* the one table under the other name */
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_ptr_equal(model.embedding.values, model.unembedding.values);
    model_close(&model);
    write_config(FAMILY_LLAMA, "tie_word_embeddings", "false");
    refuse("model-load", "'model.embed_tokens.weight': is missing");
}

static void test_absurd_sizes(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    /* Within the limits of a field, far beyond the file: told, not allocated. */
    static const char *const fields[][2] = {{"hidden_size", "1048576"},
                                            {"vocab_size", "1048576"},
                                            {"intermediate_size", "1048576"},
                                            {"num_hidden_layers", "1024"},
                                            {"head_dim", "524288"}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        write_config(FAMILY_LLAMA, fields[i][0], fields[i][1]);
        refuse("model-load", "model.");
    }
}

static void test_files(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    char path[600];
    snprintf(path, sizeof path, "%s/model.safetensors", folder());
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    for (off_t size = 0; size < file.st_size; size += file.st_size / 37 + 1) {
        assert_int_equal(truncate(path, size), 0); /* cut anywhere: told, and never read past */
        refuse("model.safetensors", "model.safetensors");
        write_tensors(FAMILY_LLAMA, NULL);
    }
    unlink(path);
    refuse("model-load", "model.safetensors");
    Model model;
    Error error;
    assert_false(model_open(&model, scratch("no-such-folder"), 0, &error));
    assert_non_null(strstr(error.text, "no-such-folder/config.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_tensors),
        cmocka_unit_test(test_wrong_tensors),
        cmocka_unit_test(test_wrong_neox_tensors),
        cmocka_unit_test(test_leftover),
        cmocka_unit_test(test_tied),
        cmocka_unit_test(test_other_unembedding),
        cmocka_unit_test(test_absurd_sizes),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests_name("model_load", tests, NULL, NULL);
}
