/* probe: ask a checkpoint, a tokenizer or a data file one thing; JSON lines in, JSON lines out

   A reviewer's probe, for people and tests. The first three subcommands and =text= answer each line
   of standard input with one line.

   =probe tokens MODEL= turns {"text": …} into {"ids": […]}, the token ids without BOS, or with
   it under =--bos=; =probe text MODEL= turns {"ids": […]} back into {"text": …}, without
   special tokens. =probe logits MODEL= turns {"ids"} of length /n/ into {"nll", "logits_last"}:
   the /n/ − 1 losses of each id given those before it, in nats, and the logits of what would come
   next. =probe generate MODEL --tokens N= continues {"ids"}, or {"text"} with BOS before it, by
   the most probable id /N/ times, or until the tokenizer's end token or the model's longest
   context; {"ids", "text"} hold the whole sequence. A model folder without a tokenizer.json
   continues ids, replies without "text", and knows no end token.

   =--memory CELL= attaches a memory of the =memorize= stage to these two: its last state, or the
   one saved after =--epoch E= (0 is the model without it), after the block it was trained after. A
   =--layer L= that differs is obeyed: a memory can be looked at in another block's place. Where
   its entries belong to documents, each request names one of the corpus: {"ids": …, "document": 3}.

   =probe fever FILE…= answers each FEVER split with its counts: {"file", "claims", "rows",
   "evidence_sets", "several_item_sets", "pages"}; =probe tensors FILE= answers a safetensors or
   GGUF file or a model's folder with one line a tensor, {"name", "dtype", "shape"}, in the order of
   its data. Numbers have nine significant digits.

   echo '{"text": "Is it so?"}' | build/bin/probe tokens data/base */
#include "fever/fever.h"
#include "probe/probe_requests.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOKENS_LIMIT = 1 << 20 };

static bool bos;
static int64_t tokens = PROBE_DEFAULT;
static ProbeMemory memory = {.epoch = PROBE_DEFAULT, .layer = PROBE_DEFAULT};

static const Arg args[] = {
    {"bos", ARG_FLAG, &bos, "tokens: BOS before each text", false},
    {"tokens", ARG_INT, &tokens, "generate: ids to add", false},
    {"memory", ARG_INPUT, &memory.cell, "logits, generate: trained memory", false},
    {"layer", ARG_INT, &memory.layer, "block it follows; where it was trained if absent", false},
    {"epoch", ARG_INT, &memory.epoch, "its state after this epoch; the last if absent", false},
    {0},
};

/* Writes a reply about the file `path`. */
static void put(const char *path, json_t *reply)
{
    Error error;
    if (!reply)
        stage_fail("%s: its name is not UTF-8; rename the file", path);
    if (!json_lines_put(stdout, reply, &error))
        stage_die(&error);
}

static void show_fever(const char *path)
{
    FeverCounts counts;
    Error error;
    if (!fever_count(path, &counts, &error))
        stage_die(&error);
    put(path, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "file", path, "claims",
                        (json_int_t)counts.claims, "rows", (json_int_t)counts.rows, "evidence_sets",
                        (json_int_t)counts.evidence_sets, "several_item_sets",
                        (json_int_t)counts.several_item_sets, "pages", (json_int_t)counts.pages));
}

static void show_tensors(const char *path)
{
    TensorFile file;
    Error error;
    if (!tensors_open(&file, path, &error) || !tensors_complete(&file, NULL, &error))
        stage_die(&error);
    for (size_t i = 0; i < file.count; i++) {
        const Tensor *tensor = &file.tensors[i];
        json_t *shape = json_array();
        for (int j = 0; j < tensor->rank; j++)
            json_array_append_new(shape, json_integer((json_int_t)tensor->shape[j]));
        put(path, json_pack("{s:s, s:s, s:o}", "name", tensor->name, "dtype", tensor->type, "shape",
                            shape));
    }
    tensors_close(&file);
}

/* ---- The subcommands ---- */

/* The named arguments a subcommand takes. */
enum { TAKES_BOS = 1, TAKES_TOKENS = 2, TAKES_MEMORY = 4 };

/* It answers requests about a model's folder, opening these parts, or shows files. */
typedef struct {
    const char *name, *usage;
    int takes, parts;
    JsonAnswer *answer;
    void (*show)(const char *path);
    bool many; /* files; otherwise it wants exactly one word */
} Command;

static const Command commands[] = {
    {"tokens", "MODEL [--bos]", TAKES_BOS, PROBE_TOKENIZER, ask_tokens, NULL, false},
    {"text", "MODEL", 0, PROBE_TOKENIZER, ask_text, NULL, false},
    {"logits", "MODEL [--memory CELL [--layer L] [--epoch E]]", TAKES_MEMORY, PROBE_MODEL,
     ask_logits, NULL, false},
    {"generate", "MODEL --tokens N [--memory CELL [--layer L] [--epoch E]]",
     TAKES_TOKENS | TAKES_MEMORY, PROBE_MODEL | PROBE_TOKENIZER_IF_ANY, ask_generate, NULL, false},
    {"fever", "FILE…", 0, 0, NULL, show_fever, true},
    {"tensors", "FILE", 0, 0, NULL, show_tensors, false},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const Command *find_command(char **words, int count)
{
    for (int i = 0; count > 1 && i < COMMANDS; i++)
        if (strcmp(words[0], commands[i].name) == 0 && (count == 2 || commands[i].many))
            return &commands[i];
    fputs("docmem: probe: name one of its subcommands:\n", stderr);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(stderr, "  probe %s %s\n", commands[i].name, commands[i].usage);
    exit(2);
}

/* An argument that would have no effect is a mistake. */
static void check_arguments(const Command *command)
{
    bool placed = memory.layer != PROBE_DEFAULT || memory.epoch != PROBE_DEFAULT;
    int given = (bos ? TAKES_BOS : 0) | (tokens != PROBE_DEFAULT ? TAKES_TOKENS : 0) |
                (memory.cell || placed ? TAKES_MEMORY : 0);
    if (given & ~command->takes)
        stage_fail("%s: takes no such named argument; write it probe %s %s", command->name,
                   command->name, command->usage);
    if (placed && !memory.cell)
        stage_fail("--layer, --epoch: say nothing without a memory; name one with --memory");
    if (command->takes & TAKES_TOKENS && (tokens < 1 || tokens > TOKENS_LIMIT))
        stage_fail("--tokens: must be from 1 to %d; say how many ids to add", TOKENS_LIMIT);
}

static void answer_lines(const Command *command, const char *folder)
{
    Error error;
    ProbeRequests asks = {.add_bos = bos, .more = (size_t)tokens};
    if (!probe_requests_open(&asks, folder, command->parts, &memory, &error))
        stage_die(&error);
    if (bos && asks.tokenizer.bos < 0)
        stage_fail("%s: no file says which token begins a text; leave --bos out", folder);
    if (!json_lines_answer(STDIN_FILENO, "standard input", stdout, command->answer, &asks, &error))
        stage_die(&error);
    if (asks.has_tokenizer)
        stage_note(&asks.tokenizer.note);
    if (asks.has_model)
        stage_note(&asks.probe.model.note);
    probe_requests_close(&asks);
}

int main(int argc, char **argv)
{
    int count;
    stage_begin("probe", "ask a checkpoint, a tokenizer or a data file one thing", args, argc,
                argv);
    char **words = stage_words(&count);
    const Command *command = find_command(words, count);
    check_arguments(command);
    for (int i = 1; i < count; i++)
        if (command->answer)
            answer_lines(command, words[i]);
        else
            command->show(words[i]);
    return 0;
}
