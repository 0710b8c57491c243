/* pretrain: make the base model, a small Llama trained from nothing on the curriculum
 *
 * The embedded base model is a Llama-architecture transformer trained by
 * next-token prediction on the texts of the curriculum, each seen once and in
 * order, with AdamW (weight decay 0.05, gradient norm clipped to 1) under a
 * cosine schedule. An answer letter's loss counts =letter-weight= times that of
 * any other token, because one letter carries the whole verdict of a claim. Beside the
 * model lies =curve.csv=, the losses by kind of text as training went on, also on
 * held-out claims that are only ever scored.
 *
 *   pretrain --texts curriculum.jsonl --tokenizer tokenizer.json --out base
 */
#include "pretrain.h"
#include "curriculum_reader.h"
#include "mem.h"
#include "model_write.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

static const char *texts_path, *held_path, *tokenizer_path, *out_path;
static int64_t blocks = 6, width = 128, hidden = 352, heads = 4, kv_heads = 2, batch = 32;
static int64_t warmup = 200, seed = 1, report = 250, max_tokens = 256, steps;
static double lr = 2e-3, letter_weight = 5, decay = 0.05, beta2 = 0.98;

static const Arg args[] = {
    {"texts", ARG_INPUT, &texts_path, "curriculum, one {\"text\", \"kind\"} a line", true},
    {"held", ARG_INPUT, &held_path, "texts that are scored and never trained on", false},
    {"tokenizer", ARG_INPUT, &tokenizer_path, "tokenizer.json", true},
    {"out", ARG_OUTPUT, &out_path, "model folder", true},
    {"blocks", ARG_INT, &blocks, "transformer blocks", false},
    {"width", ARG_INT, &width, "residual stream", false},
    {"hidden", ARG_INT, &hidden, "MLP width", false},
    {"heads", ARG_INT, &heads, "query heads", false},
    {"kv-heads", ARG_INT, &kv_heads, "key-value heads", false},
    {"batch", ARG_INT, &batch, "texts a step", false},
    {"steps", ARG_INT, &steps, "steps to take", true},
    {"lr", ARG_REAL, &lr, "peak learning rate", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up", false},
    {"decay", ARG_REAL, &decay, "weight decay", false},
    {"beta2", ARG_REAL, &beta2, "AdamW's second beta", false},
    {"letter-weight", ARG_REAL, &letter_weight, "weight of an answer letter's loss", false},
    {"max-tokens", ARG_INT, &max_tokens, "longest text", false},
    {"report", ARG_INT, &report, "steps between rows of curve.csv", false},
    {"seed", ARG_INT, &seed, "seed of the first parameters", false},
    {0},
};

static void want_range(const char *name, int64_t value, int64_t low, int64_t high)
{
    if (value < low || value > high)
        stage_fail("--%s: %lld is not from %lld to %lld; choose another value", name,
                   (long long)value, (long long)low, (long long)high);
}

static ModelConfig config_from_args(size_t vocabulary)
{
    want_range("blocks", blocks, 1, 1024);
    want_range("width", width, 2, 65536);
    want_range("hidden", hidden, 1, 65536);
    want_range("heads", heads, 1, width / 2);
    want_range("kv-heads", kv_heads, 1, heads);
    want_range("batch", batch, 2, 4096);
    want_range("steps", steps, 1, 10000000);
    want_range("report", report, 1, steps);
    want_range("max-tokens", max_tokens, 2, 4096);
    if (width % (2 * heads) != 0 || heads % kv_heads != 0)
        stage_fail("--heads: width must be a multiple of twice the heads, and the heads one of "
                   "the key-value heads; choose other sizes");
    return (ModelConfig){.blocks = (size_t)blocks,
                         .width = (size_t)width,
                         .hidden = (size_t)hidden,
                         .vocabulary = vocabulary,
                         .positions = 512,
                         .heads = {(size_t)heads, (size_t)kv_heads, (size_t)(width / heads)},
                         .rope_theta = 10000,
                         .norm_eps = 1e-5f,
                         .tied = true};
}

/* Scores the held-out texts, if there are any, into the tally. */
static void score_held(Pretrain *pretrain, const Tokenizer *tokenizer, TextTally *tally)
{
    Error error;
    CurriculumReader reader;
    if (!held_path)
        return;
    if (!curriculum_open(&reader, held_path, tokenizer, (size_t)max_tokens, letter_weight, &error))
        stage_die(&error);
    for (;;) {
        size_t count = curriculum_next(&reader, (size_t)batch, &error);
        if (count == 0)
            break;
        if (!pretrain_step(pretrain, reader.texts, count, 0))
            stage_fail("%s: a loss of the held texts is not a finite number; choose a lower --lr",
                       out_path);
        text_tally_add(tally, &reader, count);
    }
    if (reader.failed)
        stage_die(&error);
    curriculum_close(&reader);
}

static void train(Pretrain *pretrain, const Tokenizer *tokenizer, CurriculumReader *reader,
                  Out *curve)
{
    Error error;
    TextTally tally = {0};
    text_tally_header(curve);
    for (int64_t step = 0; step < steps; step++) {
        size_t count = curriculum_next(reader, (size_t)batch, &error);
        if (reader->failed)
            stage_die(&error);
        if (count < (size_t)batch)
            stage_fail("%s: ends at step %lld of %lld; write more texts", texts_path,
                       (long long)step, (long long)steps);
        double rate =
            cosine_schedule(lr, (uint64_t)step + 1, (uint64_t)warmup, (uint64_t)steps + 1);
        if (!pretrain_step(pretrain, reader->texts, count, rate))
            stage_fail("%s: the loss or its gradient is no longer a finite number in step %lld; "
                       "choose a lower --lr",
                       out_path, (long long)step + 1);
        text_tally_add(&tally, reader, count);
        if ((step + 1) % report == 0 || step + 1 == steps) {
            score_held(pretrain, tokenizer, &tally);
            text_tally_report(&tally, curve, step + 1);
        }
        stage_progress("training", (double)step + 1, (double)steps);
    }
}

static void copy_tokenizer(Out *out)
{
    Error error;
    char chunk[1 << 14];
    size_t count;
    FILE *file = fopen(tokenizer_path, "rb");
    if (!file)
        stage_fail("%s: cannot be copied; check the file and its permissions", tokenizer_path);
    if (!out_member(out, "tokenizer.json", &error))
        stage_die(&error);
    while ((count = fread(chunk, 1, sizeof chunk, file)) > 0)
        out_bytes(out, chunk, count);
    if (ferror(file))
        stage_fail("%s: cannot be read; check the disk", tokenizer_path);
    fclose(file);
}

static void write_model(const Model *model, Out *out)
{
    Error error;
    if (!out_member(out, "config.json", &error))
        stage_die(&error);
    model_write_config(&model->config, out);
    if (!out_member(out, "model.safetensors", &error) || !model_write_tensors(model, out, &error))
        stage_die(&error);
    copy_tokenizer(out);
}

int main(int argc, char **argv)
{
    Error error;
    Tokenizer tokenizer;
    CurriculumReader reader;
    Pretrain pretrain;
    Model model;
    Out out;
    stage_begin("pretrain", "train the small base model from nothing", args, argc, argv);
    if (!tokenizer_load(&tokenizer, tokenizer_path, &error))
        stage_die(&error);
    ModelConfig config = config_from_args(tokenizer_size(&tokenizer));
    if (!curriculum_open(&reader, texts_path, &tokenizer, (size_t)max_tokens, letter_weight,
                         &error) ||
        !out_open_folder(&out, out_path, &error) || !out_member(&out, "curve.csv", &error))
        stage_die(&error);
    model_make(&model, &config);
    pretrain_draw(&model, (uint64_t)seed);
    pretrain_begin(&pretrain, &model, beta2, decay);
    train(&pretrain, &tokenizer, &reader, &out);
    write_model(&model, &out);
    stage_commit(&out);
    pretrain_free(&pretrain);
    model_close(&model);
    curriculum_close(&reader);
    tokenizer_free(&tokenizer);
    return 0;
}
