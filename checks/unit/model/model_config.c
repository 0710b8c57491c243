/* The config.json of a model: what is supported, what is taken for granted, and every bad one. */
#include "model_files.h"

/* --- Llama, and what both families have ------------------------------------------ */

static void test_sound(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    accept("as it is");
    static const char *const optional[][2] = {
        {"num_key_value_heads", "1"},
        {"max_position_embeddings", "null"},
        {"hidden_act", NULL},
        {"rms_norm_eps", NULL},
        {"rope_theta", "null"},
        {"rope_scaling", "null"},
        {"rope_parameters", "null"},
        {"rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 5e5}"},
        {"rope_scaling", "{}"},
        {"rope_scaling", "{\"type\": \"default\"}"},
        {"rope_scaling", "{\"rope_type\": \"default\", \"type\": \"linear\"}"},
        {"rope_parameters", "{}"},
        {"rope_scaling", "{\"type\": \"linear\", \"factor\": 2}"},
        {"rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 1.0}"}, /* scales nothing */
        {"rope_parameters", "{\"type\": \"default\"}"},
        {"head_dim", "2"},
        {"head_dim", "null"},
        {"hidden_act", "\"swish\""},
        {"architectures", "null"},
        {"architectures", "[]"},
        {"architectures", "[\"LlamaForCausalLM\"]"},
        {"architectures", "[\"LLaMAForCausalLM\"]"},
        {"quantization_config", "null"},
        {"partial_rotary_factor", "0.5"}, /* as transformers, which looks among the rotary ones */
        {"max_position_embeddings", "200000"},
        {"sliding_window", "2"}, /* of no meaning here */
        {"tie_word_embeddings", "true"},
        {"attention_bias", "false"},
        {"mlp_bias", "null"},
        {"something_new", "[1, {}]"}};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        write_config(FAMILY_LLAMA, optional[i][0], optional[i][1]);
        accept(optional[i][0]);
    }
}

static void test_defaults(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    Model model;
    Error error;
    write_config(FAMILY_LLAMA, "max_position_embeddings", NULL);
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.positions == 2048 && model.config.rope_theta == 10000);
    assert_true(!model.config.tied && model.config.heads.size == 2);
    model_close(&model);
    write_config(FAMILY_LLAMA, "rope_parameters", "{\"rope_theta\": 123}");
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.rope_theta == 123);
    model_close(&model);
    write_config(FAMILY_LLAMA, "max_position_embeddings", "262144");
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.positions == 131072 && !*model.note.text);
    assert_true(model_fits(&model, 0, 131072, &error));
    assert_false(model_fits(&model, 0, 131073, &error));
    model_close(&model);
}

static void test_sizes(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const char *const fields[] = {
        "hidden_size", "intermediate_size",   "num_hidden_layers",       "num_attention_heads",
        "vocab_size",  "num_key_value_heads", "max_position_embeddings", "head_dim"};
    static const char *const values[] = {
        "0", "-1", "4.0", "\"4\"", "[4]", "true", "4294967296", "9223372036854775807", "1048577"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        bool positions = strcmp(fields[i], "max_position_embeddings") == 0;
        for (size_t k = 0; k < sizeof values / sizeof *values - positions; k++) {
            write_config(FAMILY_LLAMA, fields[i], values[k]);
            refuse("config.json", fields[i]);
        }
        if (i < 5) {
            write_config(FAMILY_LLAMA, fields[i], NULL);
            refuse("config.json", fields[i]);
            write_config(FAMILY_LLAMA, fields[i], "null");
            refuse("config.json", fields[i]);
        }
    }
}

static void test_heads(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    write_config(FAMILY_LLAMA, "num_key_value_heads", "3");
    refuse("config.json", "2 heads over 3 key-value heads");
    write_config(FAMILY_LLAMA, "head_dim", "3");
    refuse("config.json", "of size 3 do not fit");
    write_config(FAMILY_LLAMA, "num_attention_heads", "8"); /* more than columns */
    refuse("config.json", "of size 1 do not fit");
    write_config(FAMILY_LLAMA, "head_dim", "1048576");
    refuse("config.json", "do not fit");
}

static void test_other_fields(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const struct {
        const char *field, *value, *words;
    } cases[] = {
        {"rms_norm_eps", "0", "rms_norm_eps"},
        {"rms_norm_eps", "-1e-5", "rms_norm_eps"},
        {"rms_norm_eps", "\"1e-5\"", "rms_norm_eps"},
        {"rope_theta", "0", "rope_theta"},
        {"rope_theta", "1e300", "rope_theta"},
        {"rope_theta", "{}", "rope_theta"},
        {"model_type", NULL, "neither model_type nor architectures"},
        {"rope_parameters", "5", "rope_parameters"},
        {"rope_parameters", "[]", "rope_parameters"},
        {"rope_parameters", "{\"rope_theta\": -1}", "rope_theta"},
        {"rope_parameters", "{\"rope_type\": \"llama3\"}", "factor is missing"},
        {"rope_parameters", "{\"type\": \"llama3\", \"factor\": 8}", "low_freq_factor is missing"},
        {"rope_parameters",
         "{\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 2, \"high_freq_factor\": 2, "
         "\"original_max_position_embeddings\": 64}",
         "high_freq_factor is not above"},
        {"rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2}", "rope_scaling.type is dynamic"},
        {"rope_scaling", "{\"type\": \"longrope\", \"factor\": 1}",
         "type is longrope, and only \"default\", \"linear\", \"llama3\" are"},
        {"rope_scaling", "{\"rope_type\": \"yarn\", \"type\": \"default\"}", "rope_type is yarn"},
        {"rope_parameters", "{\"type\": \"yarn\", \"factor\": 1, \"attention_factor\": 1.5}",
         "rope_parameters.type is yarn"},
        {"rope_parameters", "{\"partial_rotary_factor\": 0.5}", "turns whole heads"},
        {"rope_parameters", "{\"full_attention\": {\"rope_theta\": 5}}",
         "settings of its own for full"},
        {"architectures", "[\"BitnetForCausalLM\"]", "BitnetForCausalLM"},
        {"architectures", "[\"GPTNeoXForCausalLM\"]", "GPTNeoXForCausalLM"},
        {"architectures", "\"LlamaForCausalLM\"", "architectures is not a list of texts"},
        {"architectures", "[1]", "architectures is not a list of texts"},
        {"quantization_config", "{\"quant_method\": \"gptq\"}", "quantized (gptq)"},
        {"quantization_config", "{}", "says that the weights are quantized, and"},
        {"quantization", "{\"group_size\": 64, \"bits\": 4}", "quantized"},
        {"compression_config", "{}", "compression_config"},
        {"rope_parameters", "{\"rope_type\": 1}", "rope_type is not a text"},
        {"rope_scaling", "{\"type\": \"linear\", \"factor\": 0}", "factor"},
        {"rope_scaling", "\"linear\"", "rope_scaling"},
        {"model_type", "\"gpt2\"",
         "model_type is gpt2, and only \"llama\", \"mistral\", \"qwen2\" and"},
        {"model_type", "7", "model_type is not a text"},
        {"hidden_act", "\"gelu\"", "hidden_act is gelu"},
        {"tie_word_embeddings", "\"yes\"", "tie_word_embeddings"},
        {"tie_word_embeddings", "1", "tie_word_embeddings"},
        {"attention_bias", "0", "attention_bias"},
        {"model_type", "\"two\\nlines\"", "model_type is two?lines"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_config(FAMILY_LLAMA, cases[i].field, cases[i].value);
        refuse("config.json", cases[i].words);
    }
    write_config(FAMILY_LLAMA, "attention_bias", "true"); /* and the file has none */
    refuse("model-load", "q_proj.bias': is missing, and model_type, attention_bias or mlp_bias");
    write_config(FAMILY_LLAMA, "mlp_bias", "true");
    refuse("model-load", "gate_proj.bias': is missing");
}

static void test_config_file(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    char path[600];
    static const char *const texts[] = {"",
                                        " ",
                                        "{",
                                        "{\"model_type\": \"llama\"",
                                        "[1]x",
                                        "{\"a\": \"\xff\"}",
                                        "{\"a\": 1, \"a\": 2}",
                                        "{\"a\": 01}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(texts[i]);
        refuse("config.json:1: ", "config.json");
    }
    write_text("[1]");
    refuse("config.json", "not a JSON object");
    write_file("config.json", "{}\0{}", 5);
    refuse("config.json", "config.json");
    write_text("{}");
    refuse("config.json", "neither model_type nor architectures");
    write_text("{\"model_type\": \"llama\"}");
    refuse("config.json", "num_hidden_layers");
    size_t large = 8 << 20; /* sound JSON, but nobody's configuration */
    char *spaces = alloc_zeroed(large, 1);
    memset(spaces, ' ', large);
    memcpy(spaces, "{", 1), memcpy(spaces + large - 1, "}", 1);
    write_file("config.json", spaces, large);
    refuse("config.json", "too large");
    free(spaces);
    snprintf(path, sizeof path, "%s/config.json", folder());
    unlink(path);
    refuse("config.json", "cannot be read");
    assert_int_equal(mkdir(path, 0700), 0);
    refuse("config.json", "is not a file");
    rmdir(path);
}

/* Numbers that Python writes and JSON does not have harm only a field that is used. */
static void test_python_numbers(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const char rest[] =
        "\"model_type\": \"llama\", \"hidden_size\": 4, \"intermediate_size\": 6, "
        "\"num_hidden_layers\": 2, "
        "\"vocab_size\": 5, \"num_attention_heads\": 2, \"num_key_value_heads\": 1";
    static const struct {
        const char *field, *words; /* NULL: taken */
    } cases[] = {
        {"\"x\": NaN", NULL},
        {"\"x\": [0.0, Infinity, -Infinity]", NULL},
        {"\"x\": 1000000000000000019884624838656, \"y\": -10000000000000000000", NULL},
        {"\"x\": \"\\\" NaN\", \"y\": 0.1234567890123456789012345", NULL},
        {"\"x\": 12345678901234567890.5e-3", NULL},
        {"\"rms_norm_eps\": NaN", "rms_norm_eps is not a positive number"},
        {"\"rope_theta\": Infinity", "rope_theta is not a positive number"},
        {"\"head_dim\": -Infinity", "head_dim is not a whole number"},
        {"\"head_dim\": 1000000000000000019884624838656", "head_dim is not a whole number"},
        {"\"x\": NaNa", "config.json:1:"},
        {"\"x\": Inf", "config.json:1:"},
        {"\"x\": -", "config.json:1:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s{%s, %s}", i % 2 ? "\xef\xbb\xbf" : "", cases[i].field,
                 rest);
        write_text(text);
        if (cases[i].words)
            refuse("config.json", cases[i].words);
        else
            accept(cases[i].field);
    }
}

/* Where the context before a scaling is told, and which goes first. */
static void test_original(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const struct {
        const char *outside, *inside;
        double original;
    } cases[] = {
        {"", ", \"original_max_position_embeddings\": 16", 16},
        {"\"original_max_position_embeddings\": 32, ", "", 32},
        {"\"original_max_position_embeddings\": 32, ", ", \"original_max_position_embeddings\": 16",
         32},
        {"\"original_max_position_embeddings\": null, ",
         ", \"original_max_position_embeddings\": 16", 16},
        {"", "", 64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[640], path[600];
        ModelConfig config;
        Error error = {""};
        snprintf(text, sizeof text,
                 "{\"model_type\": \"llama\", %s\"rope_scaling\": {\"rope_type\": \"llama3\", "
                 "\"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4%s}, "
                 "\"hidden_size\": 64, \"intermediate_size\": 6, \"num_hidden_layers\": 2, "
                 "\"vocab_size\": 5, \"num_attention_heads\": 32, "
                 "\"max_position_embeddings\": 64}",
                 cases[i].outside, cases[i].inside);
        write_text(text);
        snprintf(path, sizeof path, "%s/config.json", folder());
        if (!model_config_read(&config, path, &error))
            fail_msg("%zu: %s", i, error.text);
        assert_true(config.rope_scaling.original == cases[i].original);
    }
}

/* A field that is absent means what transformers takes it for, which differs with the type. */
static void test_types(void **state)
{
    (void)state;
    make_folder(FAMILY_LLAMA);
    static const struct {
        const char *type, *fields;
        size_t kv_heads, positions, window;
        bool qkv, output, mlp;
    } cases[] = {
        {"mistral", "", 8, 4096, 4096, false, false, false},
        {"mistral", "\"sliding_window\": null, ", 8, 131072, 0, false, false, false},
        {"mistral", "\"sliding_window\": 64, ", 8, 64, 64, false, false, false},
        {"mistral", "\"attention_bias\": true, ", 8, 4096, 4096, false, false, false},
        {"mistral", "\"num_key_value_heads\": null, ", 32, 4096, 4096, false, false, false},
        {"qwen2", "", 32, 32768, 0, true, false, false},
        {"qwen2", "\"use_sliding_window\": true, \"max_window_layers\": 2, ", 32, 32768, 0, true,
         false, false},
        {"qwen2", "\"use_sliding_window\": true, \"max_window_layers\": 1, ", 32, 4096, 4096, true,
         false, false},
        {"qwen2", "\"sliding_window\": 64, ", 32, 32768, 0, true, false, false},
        {"qwen2",
         "\"use_sliding_window\": true, \"max_window_layers\": 0, \"layer_types\": "
         "[\"full_attention\", \"full_attention\"], ",
         32, 32768, 0, true, false, false},
        {"qwen2",
         "\"use_sliding_window\": true, \"layer_types\": "
         "[\"full_attention\", \"sliding_attention\"], ",
         32, 4096, 4096, true, false, false},
        {"llama", "\"attention_bias\": true, \"mlp_bias\": true, ", 32, 2048, 0, true, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512], path[600];
        ModelConfig config;
        Error error = {""};
        snprintf(text, sizeof text,
                 "{\"model_type\": \"%s\", %s\"hidden_size\": 64, \"intermediate_size\": 6, "
                 "\"num_hidden_layers\": 2, \"vocab_size\": 5, \"num_attention_heads\": 32}",
                 cases[i].type, cases[i].fields);
        write_text(text);
        snprintf(path, sizeof path, "%s/config.json", folder());
        if (!model_config_read(&config, path, &error))
            fail_msg("%zu: %s", i, error.text);
        assert_int_equal(config.heads.kv_heads, cases[i].kv_heads);
        assert_int_equal(config.positions, cases[i].positions);
        assert_int_equal(config.window, cases[i].window);
        assert_true(config.qkv_bias == cases[i].qkv && config.output_bias == cases[i].output);
        assert_true(config.mlp_bias == cases[i].mlp && config.family == FAMILY_LLAMA);
    }
}

/* --- GPT-NeoX ---------------------------------------------------------------- */

static void open_sound(Model *model)
{
    Error error = {""};
    if (!model_open(model, folder(), SIZE_MAX, &error))
        fail_msg("%s", error.text);
}

static void test_neox_sound(void **state)
{
    (void)state;
    make_folder(FAMILY_NEOX);
    accept("as it is");
    static const char *const optional[][2] = {
        {"max_position_embeddings", "null"},
        {"hidden_act", NULL},
        {"layer_norm_eps", NULL},
        {"rotary_emb_base", "null"},
        {"rotary_pct", "1"},
        {"rotary_pct", "1.0"},
        {"rope_scaling", "null"},
        {"rope_parameters", "null"},
        {"rope_parameters", "{\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}"},
        {"tie_word_embeddings", "true"},
        {"use_parallel_residual", "false"},
        {"attention_bias", "true"},
        {"attention_bias", "null"},
        {"hidden_act", "\"gelu_new\""},
        {"architectures", "[\"GPTNeoXForCausalLM\"]"},
        {"mlp_bias", "false"}, /* of no meaning here */
        {"rms_norm_eps", "7"}};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        write_config(FAMILY_NEOX, optional[i][0], optional[i][1]);
        accept(optional[i][0]);
    }
}

static void test_neox_defaults(void **state)
{
    (void)state;
    make_folder(FAMILY_NEOX);
    Model model;
    open_sound(&model);
    assert_true(model.config.family == FAMILY_NEOX && model.config.parallel);
    assert_true(model.config.rotary == 2 && model.config.heads.size == 4);
    assert_int_equal(model.config.heads.kv_heads, 2);
    model_close(&model);
    write_config(FAMILY_NEOX, "use_parallel_residual", NULL);
    open_sound(&model);
    assert_true(model.config.parallel && !model.config.tied);
    model_close(&model);
    write_config(FAMILY_NEOX, "use_parallel_residual", "false");
    open_sound(&model);
    assert_false(model.config.parallel);
    model_close(&model);
    /* What newer files say goes before what older ones said. */
    write_config(FAMILY_NEOX, "rope_parameters",
                 "{\"rope_theta\": 123, \"partial_rotary_factor\": 1.0}");
    open_sound(&model);
    assert_true(model.config.rotary == 4 && model.config.rope_theta == 123);
    model_close(&model);
    write_config(FAMILY_NEOX, "rotary_pct", NULL); /* a quarter, of four columns: one */
    refuse("config.json", "rotary_pct 0.25 of heads of size 4");
}

static void test_neox_fields(void **state)
{
    (void)state;
    make_folder(FAMILY_NEOX);
    static const struct {
        const char *field, *value, *words;
    } cases[] = {
        {"hidden_act", "\"quick_gelu\"", "hidden_act is quick_gelu"},
        {"hidden_act", "\"gelu_10\"", "hidden_act is gelu_10"},
        {"hidden_act", "\"silu\"", "hidden_act is silu"},
        {"hidden_act", "1", "hidden_act is not a text"},
        {"layer_norm_eps", "0", "layer_norm_eps"},
        {"layer_norm_eps", "\"1e-5\"", "layer_norm_eps"},
        {"rotary_emb_base", "-1", "rotary_emb_base"},
        {"rotary_emb_base", "true", "rotary_emb_base"},
        {"rotary_pct", "0", "rotary_pct"},
        {"rotary_pct", "\"half\"", "rotary_pct"},
        {"rotary_pct", "0.1", "rotary_pct 0.1 of heads of size 4"},
        {"rotary_pct", "0.75", "rotary_pct 0.75 of heads of size 4"}, /* three columns */
        {"rotary_pct", "1.5", "rotary_pct 1.5"},
        {"rotary_pct", "1e11", "rotary_pct 1e+11"},
        {"rope_parameters", "7", "rope_parameters"},
        {"rope_parameters", "{\"partial_rotary_factor\": 2}", "rotary_pct 2"},
        {"rope_parameters", "{\"partial_rotary_factor\": []}", "partial_rotary_factor"},
        {"rope_parameters", "{\"rope_theta\": 0}", "rope_theta"},
        {"rope_parameters", "{\"rope_type\": \"yarn\"}", "rope_type is yarn"},
        {"rope_scaling", "{\"type\": \"linear\", \"factor\": 0}", "factor"},
        {"num_attention_heads", "3", "a hidden_size of 8 is not 3 heads of one size"},
        {"num_attention_heads", "16", "a hidden_size of 8 is not 16 heads of one size"},
        {"num_attention_heads", "8", "of heads of size 1"},
        {"use_parallel_residual", "1", "use_parallel_residual"},
        {"use_parallel_residual", "\"yes\"", "use_parallel_residual"},
        {"tie_word_embeddings", "[]", "tie_word_embeddings"},
        {"attention_bias", "false", "the model has no such biases"},
        {"attention_bias", "0", "attention_bias is neither"},
        {"head_dim", "2", "head_dim is 2, and 2 heads of a hidden_size of 8 have 4"},
        {"head_dim", "8", "head_dim is 8, and 2 heads of a hidden_size of 8 have 4"},
        {"head_dim", "\"4\"", "head_dim is not a whole number"},
        {"vocab_size", "null", "vocab_size is missing"},
        {"model_type", "\"gpt_neox_japanese\"", "and \"gpt_neox\" are supported"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_config(FAMILY_NEOX, cases[i].field, cases[i].value);
        refuse("config.json", cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_other_fields), cmocka_unit_test(test_config_file),
        cmocka_unit_test(test_neox_sound),   cmocka_unit_test(test_neox_defaults),
        cmocka_unit_test(test_neox_fields),  cmocka_unit_test(test_python_numbers),
        cmocka_unit_test(test_types),        cmocka_unit_test(test_original),
    };
    return cmocka_run_group_tests_name("model_config", tests, NULL, NULL);
}
