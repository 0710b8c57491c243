/* Fuzz target: config.json of a Llama or GPT-NeoX model. */
#include "fuzz.h"
#include "model/model.h"

#include <math.h>

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    ModelConfig config;
    Error error;
    if (!model_config_read(&config, path, &error)) {
        fuzz_refused(&error, path);
        return;
    }
    const Heads *heads = &config.heads;
    size_t limit = 1 << 20, rotary = model_rotary(&config);
    fuzz_check(config.blocks >= 1 && config.blocks <= 1024 && config.family < FAMILIES);
    fuzz_check(config.width >= 1 && config.width <= limit && config.hidden >= 1 &&
               config.hidden <= limit && config.vocabulary >= 1 && config.vocabulary <= limit &&
               config.positions >= 1 && config.positions <= limit);
    fuzz_check(heads->heads >= 1 && heads->kv_heads >= 1 && heads->size >= 1 &&
               heads->heads * heads->size <= limit && heads->heads % heads->kv_heads == 0);
    fuzz_check(rotary >= 2 && rotary % 2 == 0 && rotary <= heads->size);
    fuzz_check(config.rope_theta > 0 && isfinite(config.rope_theta));
    fuzz_check(config.norm_eps > 0 && isfinite(config.norm_eps));
    fuzz_accepted("blocks", config.blocks);
    fuzz_accepted("rotary", rotary);
}

const FuzzTarget fuzz_target = {"config", run, 100000, 400, 50000, 40};
