/* Fuzz target: a GGUF file: settings, tensors, the configuration, the tokenizer inside. */
#include "file/gguf.h"

#include "model/model.h"
#include "tensors.h"
#include "tokenizer/tokenizer.h"

/* Every value of every setting can be read. */
static void check_settings(const Gguf *gguf)
{
    for (size_t i = 0; i < gguf->count; i++) {
        const GgufSetting *setting = &gguf->settings[i];
        const char *at = setting->data;
        size_t length, bytes = 0;
        fuzz_check(gguf_find(gguf, setting->key) && fuzz_is_text(setting->key));
        json_decref(gguf_json(setting));
        for (size_t n = 0; setting->type == GGUF_TEXT && n < setting->count; n++)
            bytes += (size_t)(gguf_next_text(&at, &length)[0] == 'x') * (length > 0);
        fuzz_check(bytes <= setting->count);
    }
    fuzz_accepted("settings", gguf->count);
}

/* Whether the model's tables, which are as long as the file says, are small. */
static bool check_config(const char *path)
{
    ModelConfig config;
    Error error;
    if (!model_config_read(&config, path, &error)) {
        fuzz_refused(&error, path);
        return false;
    }
    fuzz_check(config.heads.heads >= 1 && config.heads.heads % config.heads.kv_heads == 0);
    fuzz_check(model_rotary(&config) % 2 == 0 && model_rotary(&config) <= config.heads.size);
    fuzz_accepted("blocks", config.blocks);
    return config.blocks <= 8 && config.positions * model_rotary(&config) <= 1 << 14;
}

static void check_tokenizer(const char *path)
{
    static const char text[] = "ab <s>12 caf\xc3\xa9 \xe2\x96\x81 x\n";
    Tokenizer tokenizer;
    Tokens ids = {0};
    Text back = {0};
    Error error;
    if (!tokenizer_load(&tokenizer, path, &error)) {
        fuzz_refused(&error, path);
        return;
    }
    fuzz_check(tokenizer_encode(&tokenizer, text, sizeof text - 1, true, &ids, &error));
    for (size_t i = 0; i < ids.count; i++)
        fuzz_check(ids.ids[i] >= 0 && (size_t)ids.ids[i] < tokenizer_size(&tokenizer));
    tokenizer_decode(&tokenizer, ids.ids, ids.count, false, &back);
    fuzz_check(utf8_valid(back.bytes, back.length) == back.length);
    fuzz_accepted("ids", ids.count);
    text_free(&back);
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
}

static void check_model(const char *path)
{
    Model model;
    Error error;
    if (model_open(&model, path, 0, &error)) {
        fuzz_accepted("owned", model.owned_count);
        model_close(&model);
    } else {
        fuzz_refused(&error, path);
    }
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    TensorFile file;
    Error error;
    if (size < 4 || memcmp(data, "GGUF", 4) != 0)
        return;
    if (!tensors_open(&file, path, &error)) {
        fuzz_check(!file.shards && !file.tensors && !file.path);
        fuzz_refused(&error, path);
        return;
    }
    fuzz_accepted("tensors", file.count);
    fuzz_accepted("bytes", tensors_check(&file));
    check_settings(gguf_of(&file));
    tensors_close(&file);
    check_tokenizer(path);
    if (check_config(path))
        check_model(path);
}

const FuzzTarget fuzz_target = {"gguf", run, 400000, 1600, 100000, 100};
