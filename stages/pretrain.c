/* pretrain: make the base model, a small Llama trained from nothing on the curriculum
 *
 * The embedded base model is a Llama-architecture transformer trained by
 * next-token prediction on the texts of the curriculum, each seen once and in
 * order, with AdamW (weight decay 0.05, gradient norm clipped to 1) under a
 * cosine schedule. The loss of a step is the mean over its answer letters plus
 * =other-weight= times the mean over all other tokens, because one letter carries the whole
 * verdict of a claim. The start is drawn, but holds the steps by which a model finds what it has
 * seen before (=lib/model/pretrain_step.c=). Beside the
 * model lies =curve.csv=, the losses by kind of text as training went on, also on
 * held-out claims that are only ever scored.
 *
 *   pretrain --texts curriculum.jsonl --tokenizer tokenizer.json --out base
 */
#include "base/alloc.h"
#include "model/model_write.h"
#include "model/pretrain_start.h"
#include "model/pretrain_step.h"
#include "run/stage.h"
#include "world/curriculum_reader.h"

#include <stdlib.h>
#include <string.h>

static const char *texts_path, *held_path, *tokenizer_path, *out_path;
static int64_t blocks = 4, width = 192, hidden = 512, heads = 3, kv_heads = 3, batch = 20;
static int64_t warmup = 200, seed = 1, report = 250, max_tokens = 384, steps;
static double lr = 1.2e-3, other_weight = 0.3, decay = 0.05, beta2 = 0.98;

static const Arg args[] = {
    {"texts", ARG_INPUT, &texts_path, "curriculum, one {\"text\", \"kind\"} a line", true},
    {"held", ARG_INPUT, &held_path, "texts that are scored and never trained on", false},
    {"tokenizer", ARG_INPUT, &tokenizer_path, "tokenizer.json", true},
    {"out", ARG_OUTPUT, &out_path, "model folder", true},
    {"blocks", ARG_INT, &blocks, "transformer blocks [from 1 to 1024]", false},
    {"width", ARG_INT, &width, "residual stream [from 2 to 65536]", false},
    {"hidden", ARG_INT, &hidden, "MLP width [from 1 to 65536]", false},
    {"heads", ARG_INT, &heads, "query heads [1 or more]", false},
    {"kv-heads", ARG_INT, &kv_heads, "key-value heads [1 or more]", false},
    {"batch", ARG_INT, &batch, "texts a step [from 2 to 4096]", false},
    {"steps", ARG_INT, &steps, "steps to take [from 1 to 10000000]", true},
    {"lr", ARG_REAL, &lr, "peak learning rate", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up", false},
    {"decay", ARG_REAL, &decay, "weight decay", false},
    {"beta2", ARG_REAL, &beta2, "AdamW's second beta", false},
    {"other-weight", ARG_REAL, &other_weight, "weight of what is no answer letter [0 or more]",
     false},
    {"max-tokens", ARG_INT, &max_tokens, "longest text [from 2 to 4096]", false},
    {"report", ARG_INT, &report, "steps between rows of curve.csv [1 or more]", false},
    {"seed", ARG_INT, &seed, "seed of the first parameters", false},
    {0},
};

static ModelConfig config_from_args(size_t vocabulary)
{
    stage_want(heads <= width / 2, "heads", "half of --width at most");
    stage_want(kv_heads <= heads, "kv-heads", "--heads at most");
    stage_want(report <= steps, "report", "--steps at most");
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
    if (!curriculum_open(&reader, held_path, tokenizer, (size_t)max_tokens, other_weight, &error))
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
    if (!curriculum_open(&reader, texts_path, &tokenizer, (size_t)max_tokens, other_weight,
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
