/* gates: measure what the embedded base model can do, and fail where it is not what the study needs
 *
 * A study of memories can only show that storing is or is not using where the base model could use
 * what it is told, does not know it already, and has something left to learn. So the embedded base
 * model must answer true against false claims about the pages under study with an accuracy of 0.85
 * behind the page and 0.90 behind the claim's evidence sentences, and of 0.60 to 0.80 behind
 * neither; must answer better by 0.10 about entities whose pages it has read than about others;
 * must lose at least 1.5 nats a token on pages under study, of which a plain memory leaves at most
 * half. Claims are the validation claims of the world's raw files, each behind a training claim of
 * its page; intervals are 95 % over pages, drawn anew. Accuracies of one of three letters stand
 * beside, bound by nothing. Both halves of what is under study are asked.
 *
 *   gates --model data/base --out gates.csv
 */
#include "gates/gate_table.h"
#include "run/stage.h"

#include <math.h>
#include <stdio.h>

static const char *model_path, *out_path;
static int64_t world_seed = 1, pages = 80, halves = 2, others = 150, background = 36;
static int64_t layer = 3, entries = 128, epochs = 48, batch = 4, warmup = 10, seed = 1;
static double lr = 1e-2, decay = 0.05, clip = 10;

static const Arg args[] = {
    {"model", ARG_INPUT, &model_path, "model folder", true},
    {"out", ARG_OUTPUT, &out_path, "table, CSV", true},
    {"world-seed", ARG_INT, &world_seed, "seed of the world", false},
    {"pages", ARG_INT, &pages, "pages under study in each half [from 1 to 1000]", false},
    {"halves", ARG_INT, &halves, "halves to ask about [1 or 2]", false},
    {"others", ARG_INT, &others, "pages it never read [from 2 to 2000]", false},
    {"background", ARG_INT, &background, "pages it has come to know [from 1 to 2000]", false},
    {"layer", ARG_INT, &layer, "block that the memory follows [0 or more]", false},
    {"entries", ARG_INT, &entries, "of the memory [from 1 to 1048576]", false},
    {"epochs", ARG_INT, &epochs, "passes over the pages [from 1 to 10000]", false},
    {"batch", ARG_INT, &batch, "pages a step [from 1 to 4096]", false},
    {"lr", ARG_REAL, &lr, "peak learning rate [above 0 to 1e6]", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up [0 or more]", false},
    {"decay", ARG_REAL, &decay, "decoupled weight decay [from 0 to 1e6]", false},
    {"clip", ARG_REAL, &clip, "largest gradient norm [above 0 to 1e300]", false},
    {"seed", ARG_INT, &seed, "of the memory", false},
    {0},
};
_Static_assert(WORLD_LIMIT == 2000 && WORLD_HALVES == 2, "as the help says");

static void write_bound(Out *out, double bound)
{
    if (isfinite(bound))
        out_text(out, ",%.2f", bound);
    else
        out_text(out, ",");
}

static void write_gates(const Gates *gates, Out *out)
{
    out_text(out, "gate,value,low,high,least,most,pages,items,holds,what\n");
    for (size_t i = 0; i < gates->count; i++) {
        const Gate *gate = &gates->gates[i];
        out_text(out, "%s,%.4f,%.4f,%.4f", gate->name, gate->value, gate->low, gate->high);
        write_bound(out, gate->least);
        write_bound(out, gate->most);
        out_text(out, ",%zu,%zu,%s,\"%s\"\n", gate->pages, gate->items,
                 !gate->gate        ? ""
                 : gate_holds(gate) ? "yes"
                                    : "no",
                 gate->what);
    }
}

/* Names every gate that is missed; returns how many are. */
static int name_missed(const Gates *gates)
{
    int missed = 0;
    for (size_t i = 0; i < gates->count; i++) {
        const Gate *gate = &gates->gates[i];
        if (gate_holds(gate))
            continue;
        fprintf(stderr, "docmem: gates: %s: %s is %.3f (%.3f to %.3f), not from %g to %g\n",
                model_path, gate->name, gate->value, gate->low, gate->high, gate->least,
                gate->most);
        missed++;
    }
    return missed;
}

int main(int argc, char **argv)
{
    Error error;
    Model model;
    Tokenizer tokenizer;
    Gates gates;
    Out out;
    char path[4096];
    stage_begin("gates", "measure what the embedded base model can do", args, argc, argv);
    snprintf(path, sizeof path, "%s/tokenizer.json", model_path);
    if (!model_open(&model, model_path, (size_t)1 << 30, &error) ||
        !tokenizer_load(&tokenizer, path, &error))
        stage_die(&error);
    stage_want((size_t)layer < model.config.blocks, "layer", "a block of the model");
    World world = world_make((uint64_t)world_seed, WORLD_HALVES * (size_t)pages, (size_t)others,
                             (size_t)background);
    GateMemory memory = {(size_t)layer, (size_t)entries,  (size_t)batch, (size_t)epochs, lr, decay,
                         clip,          (uint64_t)warmup, (uint64_t)seed};
    if (!gates_measure(&gates, &model, &tokenizer, &world, (int)halves, &memory, &error))
        stage_fail("%s: %s", model_path, error.text);
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    write_gates(&gates, &out);
    stage_commit(&out);
    world_free(&world);
    tokenizer_free(&tokenizer);
    model_close(&model);
    return name_missed(&gates) ? 1 : 0;
}
