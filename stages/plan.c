/* plan: what a profile would cost: targets, operations, disk, memory and hours on this machine

   Reads the commands that =make all= would run, counts the matrix products of each by formulas
   from the model's shape, the layer and the tokens (lib/plan/cost.h), and divides them by three
   quarters of the rate at which this machine multiplies matrices of that shape, measured in about a
   second with the profile's kernels and threads; nothing else takes time. The corpus is the encoded
   one where it exists, else the profile's guess; the checkpoint need not be there;
   a tokenizer that is there is read, so that one which encode would refuse is refused before hours.
   =--format csv= writes exact numbers, and =--rate= gives an answer that no clock has touched.

   make plan PROFILE=llama2-7b-chat */
#include "base/human.h"
#include "plan/machine.h"
#include "plan/plan_grid.h"
#include "run/stage.h"
#include "tensor/gemm_bf16.h"
#include "tokenizer/tokenizer.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* What a whole job reaches of a product's rate: AMX leaves more to what is not a product. */
static double share(void)
{
    return gemm_bf16_on() ? 0.5 : 0.75;
}

static const char *shape_path, *grid_path, *encoded_path = "", *tokenizer_path = "", *folder = ".",
                                           *missing = "";
static const char *title = "plan", *format = "table";
static int64_t count[TEXT_KINDS], length[TEXT_KINDS], jobs = 1, threads = 1;
static int64_t float_budget_mib = 1024;
static double rate, open_share = 1;

static const Arg args[] = {
    {"shape", ARG_INPUT, &shape_path, "config.json, GGUF file, or a file of data/shapes", true},
    {"grid", ARG_INPUT, &grid_path, "the commands of the run, one a line", true},
    {"encoded", ARG_TEXT, &encoded_path, "encoded corpus; where it is not there, a guess:", false},
    {"tokenizer", ARG_TEXT, &tokenizer_path, "read where it is there, lest it be refused later",
     false},
    {"documents", ARG_INT, &count[TEXT_DOCUMENT], "how many [from 0 to 16777216]", false},
    {"document-tokens", ARG_INT, &length[TEXT_DOCUMENT], "of each [from 0 to 1048576]", false},
    {"templates", ARG_INT, &count[TEXT_TEMPLATE], "how many [from 0 to 16777216]", false},
    {"template-tokens", ARG_INT, &length[TEXT_TEMPLATE], "of each [from 0 to 1048576]", false},
    {"prompts", ARG_INT, &count[TEXT_PROMPT], "how many [from 0 to 16777216]", false},
    {"prompt-tokens", ARG_INT, &length[TEXT_PROMPT],
     "of each, three letters included [from 0 to 1048576]", false},
    {"claims", ARG_INT, &count[TEXT_CLAIM], "how many [from 0 to 16777216]", false},
    {"claim-tokens", ARG_INT, &length[TEXT_CLAIM], "of each [from 0 to 1048576]", false},
    {"open", ARG_REAL, &open_share, "share of prompts that a model is let go on [from 0 to 1]",
     false},
    {"jobs", ARG_INT, &jobs, "programs at once [from 1 to 1024]", false},
    {"threads", ARG_INT, &threads, "of each program [from 1 to 1024]", false},
    {"float-budget", ARG_INT, &float_budget_mib, "MiB of weights held as float32 [from 0 to 1e9]",
     false},
    {"title", ARG_TEXT, &title, "first words of the table", false},
    {"folder", ARG_TEXT, &folder, "on whose disk results go", false},
    {"missing", ARG_TEXT, &missing, "files that are not there yet", false},
    {"rate", ARG_REAL, &rate, "operations a second of a program, 0: measured [from 0 to 1e18]",
     false},
    {"format", ARG_TEXT, &format, "what is printed [table or csv]", false},
    {0},
};

static bool csv(void)
{
    return strcmp(format, "csv") == 0;
}

/* A tokenizer that encode would refuse is refused now. */
static void try_tokenizer(void)
{
    Error error;
    Tokenizer tokenizer;
    if (!*tokenizer_path || access(tokenizer_path, F_OK) != 0)
        return;
    if (!tokenizer_open(&tokenizer, tokenizer_path, &error))
        stage_die(&error);
    tokenizer_free(&tokenizer);
}

/* Whether the corpus is the encoded one. */
static bool read_corpus(PlanCorpus *corpus)
{
    Error error;
    size_t texts[TEXT_KINDS], tokens[TEXT_KINDS];
    if (access(encoded_path, F_OK) == 0) {
        if (!plan_corpus_read(corpus, encoded_path, &error))
            stage_die(&error);
        return true;
    }
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        texts[kind] = (size_t)count[kind], tokens[kind] = (size_t)length[kind];
    plan_corpus_guess(corpus, texts, tokens);
    return false;
}

/* ---- The table ---- */

/* Seconds of `operations`, shared out among the programs that can run at once. */
static double seconds(double operations, size_t targets)
{
    size_t programs = targets < (size_t)jobs ? targets : (size_t)jobs;
    return operations > 0 ? operations / (rate * share() * (double)programs) : 0;
}

static void put_row(const PlanRow *row, double whole, double left)
{
    char t[6][HUMAN_TEXT];
    if (csv())
        printf("%s,%zu,%zu,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.3f,%.3f\n", row->name, row->targets,
               row->done, row->tokens, row->operations, row->left, row->disk, row->disk_left,
               row->memory, whole, left);
    else
        printf("%-22s %7zu %5zu %6s %6s %7s %7s %6s %6s\n", row->name, row->targets, row->done,
               human_number(t[0], row->tokens, ""), human_number(t[1], row->operations, ""),
               human_number(t[2], row->disk, "B"), human_number(t[3], row->memory, "B"),
               human_time(t[4], whole), human_time(t[5], left));
}

/* All rows and their total; returns that. */
static PlanRow put_rows(const Plan *plan)
{
    PlanRow total = plan_total(plan);
    double whole = 0, left = 0;
    puts(csv()
             ? "step,targets,done,tokens,operations,left,disk,disk_left,memory,seconds,seconds_left"
             : "step                   targets  done tokens    ops    disk  memory   time   left");
    for (size_t i = 0; i < plan->count; i++) {
        const PlanRow *row = &plan->rows[i];
        double all = seconds(row->operations, row->targets);
        double rest = seconds(row->left, row->targets - row->done);
        put_row(row, all, rest);
        whole += all, left += rest;
    }
    put_row(&total, whole, left);
    return total;
}

/* ---- What stands around it ---- */

static void put_head(const PlanSettings *settings, bool encoded)
{
    char t[2][HUMAN_TEXT];
    const Shape *shape = &settings->shape;
    const size_t *texts = settings->corpus.count;
    printf("%s\n%s: %zu blocks of width %zu, %s parameters\n", title, shape_path, shape->blocks,
           shape->width, human_number(t[0], shape_parameters(shape), ""));
    printf("%s: %zu documents, %zu templates, %zu prompts, %zu claims\n",
           encoded ? encoded_path : "guessed until it is encoded", texts[TEXT_DOCUMENT],
           texts[TEXT_TEMPLATE], texts[TEXT_PROMPT], texts[TEXT_CLAIM]);
    printf("%s operations a second in each of %lld program%s at once;\n"
           "times count on %.0f %% of that (ops: operations)\n\n",
           human_number(t[1], rate, ""), (long long)jobs, jobs == 1 ? "" : "s", 100 * share());
}

/* Warns in plain words where something does not suffice. */
static void put_machine(const PlanSettings *settings, const PlanRow *total)
{
    char t[4][HUMAN_TEXT];
    double disk = machine_disk(folder), memory = machine_memory();
    double weights = shape_parameters(&settings->shape) * settings->shape.weight_size;
    double fetched = strstr(missing, ".safetensors") ? weights : 0;
    double wanted = total->disk_left + fetched, at_once = total->memory * (double)jobs;
    printf("\ndisk:   %s to write%s, %s free\n",
           wanted > 0 ? human_number(t[0], wanted, "B") : "nothing",
           fetched > 0 ? ", the checkpoint among it" : "", human_number(t[1], disk, "B"));
    printf("memory: %s at most, %s free; the checkpoint of %s is mapped beside it\n",
           human_number(t[0], at_once, "B"), human_number(t[1], memory, "B"),
           human_number(t[2], weights, "B"));
    printf("steps:  on a cluster RUN='srun -N1 -n1 -c%lld --mem=%.0fM' suffices\n",
           (long long)threads, ceil((1.1 * total->memory + weights) / (1 << 20)) + 64);
    if (*missing)
        printf("files:  not here yet; make fetch brings them, DATA= and MODELS= name copies\n");
    for (const char *file = missing; *file; file += strspn(file, " ")) {
        int size = (int)strcspn(file, " ");
        printf("        %.*s\n", size, file);
        file += size;
    }
    if (wanted > disk)
        printf("WARNING: the disk does not suffice; choose fewer LAYERS or documents (INGEST),\n"
               "         or build on another disk\n");
    if (at_once > memory)
        printf("WARNING: the memory does not suffice; choose fewer JOBS, a smaller FLOAT_BUDGET\n"
               "         or fewer documents (INGEST)\n");
}

int main(int argc, char **argv)
{
    Error error;
    Plan plan;
    PlanSettings settings = {0};
    stage_begin("plan", "what a profile would cost on this machine", args, argc, argv);
    settings.budget = (double)float_budget_mib * (1 << 20), settings.open = open_share;
    if (!shape_read(&settings.shape, shape_path, &error))
        stage_die(&error);
    try_tokenizer();
    bool encoded = read_corpus(&settings.corpus);
    if (!plan_read(&plan, &settings, grid_path, &error) ||
        (rate == 0 &&
         !machine_rate(&rate, (size_t)jobs, settings.shape.hidden, settings.shape.width, &error)))
        stage_die(&error);
    if (!csv())
        put_head(&settings, encoded);
    PlanRow total = put_rows(&plan);
    if (!csv())
        put_machine(&settings, &total);
    plan_corpus_free(&settings.corpus);
    stage_printed();
    return 0;
}
