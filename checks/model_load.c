/* Opening a model folder: every bad configuration, tensor and file is told in one line. */
#include "model.h"
#include "out.h"

#include <jansson.h>
#include <sys/stat.h>

#include "numbers.h"

/* --- a folder made for a test ------------------------------------------------ */

static const char *folder(void)
{
    return scratch("model-load");
}

static void write_file(const char *name, const void *bytes, size_t count)
{
    char path[600];
    Out out;
    Error error;
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, bytes, count);
    assert_true(out_commit(&out, &error));
}

static void write_text(const char *text)
{
    write_file("config.json", text, strlen(text));
}

/* A sound config.json, but with `field` (unless NULL) set to the JSON text `value`, or without it
 * where value is NULL. */
static void write_config(const char *field, const char *value)
{
    json_t *config =
        json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:i}", "model_type", "llama",
                  "hidden_act", "silu", "hidden_size", 4, "intermediate_size", 6,
                  "num_hidden_layers", 2, "num_attention_heads", 2, "num_key_value_heads", 1,
                  "vocab_size", 5, "rms_norm_eps", 1e-5, "max_position_embeddings", 16);
    if (field && value)
        json_object_set_new(config, field, json_loads(value, JSON_DECODE_ANY, NULL));
    else if (field)
        json_object_del(config, field);
    char *text = json_dumps(config, JSON_SORT_KEYS);
    write_text(text);
    free(text);
    json_decref(config);
}

/* How one tensor of model.safetensors departs from what the configuration promises. */
typedef struct {
    const char *name;
    bool absent;
    DType dtype; /* where rank is not 0: this type, rank and shape */
    int rank;
    size_t shape[3];
} Change;

static void add_tensor(TensorWriter *writer, const Change *change, const char *name, size_t rows,
                       size_t columns)
{
    static const float zeroes[64];
    bool changed = change && strcmp(change->name, name) == 0;
    size_t shape[2] = {rows, columns};
    if (changed && change->absent)
        return;
    if (changed)
        tensor_writer_add(writer, name, change->dtype, change->rank, change->shape, zeroes);
    else
        tensor_writer_add(writer, name, DTYPE_F32, columns ? 2 : 1, shape, zeroes);
}

static void write_tensors(const Change *change)
{
    static const struct {
        const char *name;
        size_t rows, columns;
    } inner[] = {{"input_layernorm", 4, 0},  {"post_attention_layernorm", 4, 0},
                 {"self_attn.q_proj", 4, 4}, {"self_attn.k_proj", 2, 4},
                 {"self_attn.v_proj", 2, 4}, {"self_attn.o_proj", 4, 4},
                 {"mlp.gate_proj", 6, 4},    {"mlp.up_proj", 6, 4},
                 {"mlp.down_proj", 4, 6}};
    TensorWriter writer = {0};
    Out out;
    Error error;
    char name[600];
    snprintf(name, sizeof name, "%s/model.safetensors", folder());
    assert_true(out_open(&out, name, &error));
    add_tensor(&writer, change, "model.embed_tokens.weight", 5, 4);
    add_tensor(&writer, change, "model.norm.weight", 4, 0);
    add_tensor(&writer, change, "lm_head.weight", 5, 4);
    for (int block = 0; block < 2; block++)
        for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
            snprintf(name, sizeof name, "model.layers.%d.%s.weight", block, inner[i].name);
            add_tensor(&writer, change, name, inner[i].rows, inner[i].columns);
        }
    assert_true(tensor_writer_write(&writer, &out, &error));
    assert_true(out_commit(&out, &error));
}

static void accept(const char *why)
{
    Model model;
    Error error = {""};
    if (!model_open(&model, folder(), SIZE_MAX, &error))
        fail_msg("%s: %s", why, error.text);
    model_close(&model);
}

/* Opening fails with one line that names the file, holds `words`, and says what to do. */
static void refuse(const char *file, const char *words)
{
    for (size_t budget = 0;; budget = SIZE_MAX) {
        Model model;
        Error error = {""};
        if (model_open(&model, folder(), budget, &error))
            fail_msg("was accepted, but: %s", words);
        if (!strstr(error.text, words) || !strstr(error.text, file))
            fail_msg("'%s' does not say '%s' of %s", error.text, words, file);
        if (!strchr(error.text, ';') || strchr(error.text, '\n') || strstr(error.text, ":-1"))
            fail_msg("'%s' is no line with a place and a cure", error.text);
        assert_null(model.block);
        assert_null(model.owned);
        model_close(&model);
        if (budget)
            return;
    }
}

static int make_folder(void **state)
{
    (void)state;
    write_config(NULL, NULL);
    write_tensors(NULL);
    return 0;
}

/* --- the configuration ------------------------------------------------------- */

static void test_sound(void **state)
{
    make_folder(state);
    accept("as it is");
    static const char *const optional[][2] = {
        {"num_key_value_heads", "1"},
        {"max_position_embeddings", "null"},
        {"model_type", NULL},
        {"hidden_act", NULL},
        {"rms_norm_eps", NULL},
        {"rope_theta", "null"},
        {"rope_scaling", "null"},
        {"rope_parameters", "null"},
        {"rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 5e5}"},
        {"head_dim", "2"},
        {"head_dim", "null"},
        {"tie_word_embeddings", "true"},
        {"attention_bias", "false"},
        {"mlp_bias", "null"},
        {"something_new", "[1, {}]"}};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        write_config(optional[i][0], optional[i][1]);
        accept(optional[i][0]);
    }
}

static void test_defaults(void **state)
{
    make_folder(state);
    Model model;
    Error error;
    write_config("max_position_embeddings", NULL);
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.positions == 2048 && model.config.rope_theta == 10000);
    assert_true(!model.config.tied && model.config.heads.size == 2);
    model_close(&model);
    write_config("rope_parameters", "{\"rope_theta\": 123}");
    assert_true(model_open(&model, folder(), SIZE_MAX, &error));
    assert_true(model.config.rope_theta == 123);
    model_close(&model);
}

static void test_sizes(void **state)
{
    make_folder(state);
    static const char *const fields[] = {
        "hidden_size", "intermediate_size",   "num_hidden_layers",       "num_attention_heads",
        "vocab_size",  "num_key_value_heads", "max_position_embeddings", "head_dim"};
    static const char *const values[] = {
        "0", "-1", "4.0", "\"4\"", "[4]", "true", "1048577", "4294967296", "9223372036854775807"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            write_config(fields[i], values[k]);
            refuse("config.json", fields[i]);
        }
        if (i < 5) {
            write_config(fields[i], NULL);
            refuse("config.json", fields[i]);
            write_config(fields[i], "null");
            refuse("config.json", fields[i]);
        }
    }
}

static void test_heads(void **state)
{
    make_folder(state);
    write_config("num_key_value_heads", "3");
    refuse("config.json", "2 heads over 3 key-value heads");
    write_config("head_dim", "3");
    refuse("config.json", "of size 3 do not fit");
    write_config("num_attention_heads", "8"); /* more than columns */
    refuse("config.json", "of size 1 do not fit");
    write_config("head_dim", "1048576");
    refuse("config.json", "do not fit");
}

static void test_other_fields(void **state)
{
    make_folder(state);
    static const struct {
        const char *field, *value, *words;
    } cases[] = {
        {"rms_norm_eps", "0", "rms_norm_eps"},
        {"rms_norm_eps", "-1e-5", "rms_norm_eps"},
        {"rms_norm_eps", "\"1e-5\"", "rms_norm_eps"},
        {"rope_theta", "0", "rope_theta"},
        {"rope_theta", "1e300", "rope_theta"},
        {"rope_theta", "{}", "rope_theta"},
        {"rope_parameters", "5", "rope_parameters"},
        {"rope_parameters", "[]", "rope_parameters"},
        {"rope_parameters", "{\"rope_theta\": -1}", "rope_theta"},
        {"rope_parameters", "{\"rope_type\": \"llama3\"}", "rope_type is llama3"},
        {"rope_parameters", "{\"rope_type\": 1}", "rope_type is not a text"},
        {"rope_scaling", "{\"type\": \"linear\", \"factor\": 2}", "rope_scaling"},
        {"rope_scaling", "\"linear\"", "rope_scaling"},
        {"model_type", "\"gpt_neox\"", "model_type is gpt_neox"},
        {"model_type", "7", "model_type is not a text"},
        {"hidden_act", "\"gelu\"", "hidden_act is gelu"},
        {"tie_word_embeddings", "\"yes\"", "tie_word_embeddings"},
        {"tie_word_embeddings", "1", "tie_word_embeddings"},
        {"attention_bias", "true", "biases"},
        {"attention_bias", "0", "attention_bias"},
        {"mlp_bias", "true", "biases"},
        {"model_type", "\"two\\nlines\"", "model_type is two?lines"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_config(cases[i].field, cases[i].value);
        refuse("config.json", cases[i].words);
    }
}

static void test_config_file(void **state)
{
    make_folder(state);
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
    refuse("config.json", "num_hidden_layers");
    size_t large = 8 << 20; /* sound JSON, but nobody's configuration */
    char *spaces = mem_alloc(large, 1);
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

/* --- the tensors ------------------------------------------------------------- */

static void test_missing_tensors(void **state)
{
    make_folder(state);
    static const char *const names[] = {"model.embed_tokens.weight",
                                        "model.norm.weight",
                                        "lm_head.weight",
                                        "model.layers.0.input_layernorm.weight",
                                        "model.layers.1.mlp.down_proj.weight",
                                        "model.layers.1.post_attention_layernorm.weight",
                                        "model.layers.0.self_attn.q_proj.weight",
                                        "model.layers.0.self_attn.k_proj.weight",
                                        "model.layers.0.self_attn.v_proj.weight",
                                        "model.layers.1.self_attn.o_proj.weight",
                                        "model.layers.1.mlp.gate_proj.weight",
                                        "model.layers.1.mlp.up_proj.weight"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char words[128];
        snprintf(words, sizeof words, "'%s': is missing", names[i]);
        write_tensors(&(Change){.name = names[i], .absent = true});
        refuse("model-load", words);
    }
    write_tensors(&(Change){.name = "lm_head.weight", .absent = true});
    write_config("tie_word_embeddings", "true");
    accept("a tied model needs no lm_head");
}

static void test_wrong_tensors(void **state)
{
    make_folder(state);
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
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char words[128];
        snprintf(words, sizeof words, "'%s': is ", changes[i].name);
        write_tensors(&changes[i]);
        refuse("model-load", words);
    }
    static const Change narrow[] = {
        {"model.norm.weight", false, DTYPE_BF16, 1, {4}},
        {"model.layers.0.mlp.up_proj.weight", false, DTYPE_F16, 2, {6, 4}},
    };
    for (size_t i = 0; i < 2; i++) { /* types may be mixed */
        write_tensors(&narrow[i]);
        accept(narrow[i].name);
    }
}

static void test_absurd_sizes(void **state)
{
    make_folder(state);
    /* Within the limits of a field, far beyond the file: told, not allocated. */
    static const char *const fields[][2] = {{"hidden_size", "1048576"},
                                            {"vocab_size", "1048576"},
                                            {"intermediate_size", "1048576"},
                                            {"num_hidden_layers", "1024"},
                                            {"head_dim", "524288"}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        write_config(fields[i][0], fields[i][1]);
        refuse("model-load", "model.");
    }
}

static void test_files(void **state)
{
    make_folder(state);
    char path[600];
    snprintf(path, sizeof path, "%s/model.safetensors", folder());
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    for (off_t size = 0; size < file.st_size; size += file.st_size / 37 + 1) {
        assert_int_equal(truncate(path, size), 0); /* cut anywhere: told, and never read past */
        refuse("model.safetensors", "model.safetensors");
        write_tensors(NULL);
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
        cmocka_unit_test(test_sound),           cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_sizes),           cmocka_unit_test(test_heads),
        cmocka_unit_test(test_other_fields),    cmocka_unit_test(test_config_file),
        cmocka_unit_test(test_missing_tensors), cmocka_unit_test(test_wrong_tensors),
        cmocka_unit_test(test_absurd_sizes),    cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests_name("model_load", tests, make_folder, NULL);
}
