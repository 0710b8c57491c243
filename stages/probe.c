/* probe: ask a checkpoint, a tokenizer or a data file one thing; JSON lines in, JSON lines out

   A reviewer's loupe, for people and tests. =probe tokens MODEL_DIR= reads lines {"text": …} from
   standard input and answers each with {"ids": […]}, the token ids without BOS, or with it under
   =--bos=; =probe text MODEL_DIR= turns {"ids": […]} back into {"text": …}, without special
   tokens.

   =probe fever FILE…= reads FEVER splits and answers each with its counts: {"file", "claims",
   "rows", "evidence_sets", "several_item_sets", "pages"}.

   echo '{"text": "Is it so?"}' | build/bin/probe tokens data/base-model */
#include "fever.h"
#include "mem.h"
#include "stage.h"
#include "tokenizer.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The named arguments, for the subcommands that know them. */
typedef struct {
    bool bos;
} Options;

typedef struct {
    const char *name, *usage;
    int words; /* how many must follow the name; -1 for one or more */
    void (*run)(const Options *options, char **words, int count);
} Command;

/* ---- JSON lines ---- */

/* Returns the reply to one request, both objects; `where` names the line in messages. */
typedef json_t *Answer(void *context, const json_t *request, const char *where);

/* Answers each line of standard input with one on standard output. */
static void answer_lines(Answer *answer, void *context)
{
    char *line = NULL, where[48];
    size_t capacity = 0;
    ssize_t length;
    for (long long number = 1; (length = getline(&line, &capacity, stdin)) >= 0; number++) {
        json_error_t problem;
        snprintf(where, sizeof where, "standard input:%lld", number);
        json_t *request = json_loadb(line, (size_t)length, JSON_ALLOW_NUL, &problem);
        if (!json_is_object(request))
            stage_fail("%s: not a JSON object (%s); give one a line", where,
                       request ? "another value" : problem.text);
        json_t *reply = answer(context, request, where);
        char *text = json_dumps(reply, JSON_COMPACT | JSON_REAL_PRECISION(9));
        if (!text || puts(text) < 0)
            stage_fail("standard output: cannot be written; check where it leads");
        free(text);
        json_decref(reply);
        json_decref(request);
    }
    if (ferror(stdin))
        stage_fail("standard input: cannot be read to its end; check where it comes from");
    free(line);
}

/* The path of a file in a folder; freed by the caller. */
static char *path_in(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* ---- tokens and text ---- */

typedef struct {
    Tokenizer tokenizer;
    bool bos;
} TokensContext;

static json_t *answer_tokens(void *context, const json_t *request, const char *where)
{
    const TokensContext *tokens = context;
    const json_t *text = json_object_get(request, "text");
    Tokens ids = {0};
    Error error;
    if (!json_is_string(text))
        stage_fail("%s: no string \"text\"; give {\"text\": …}", where);
    if (!tokenizer_encode(&tokens->tokenizer, json_string_value(text), json_string_length(text),
                          tokens->bos, &ids, &error))
        stage_fail("%s: %s", where, error.text);
    json_t *list = json_array();
    for (size_t i = 0; i < ids.count; i++)
        json_array_append_new(list, json_integer(ids.ids[i]));
    tokens_free(&ids);
    return json_pack("{s:o}", "ids", list);
}

static json_t *answer_text(void *context, const json_t *request, const char *where)
{
    const TokensContext *tokens = context;
    const json_t *list = json_object_get(request, "ids");
    Tokens ids = {0};
    Text text = {0};
    if (!json_is_array(list))
        stage_fail("%s: no list \"ids\"; give {\"ids\": […]}", where);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        if (!json_is_integer(json_array_get(list, i)) || id < 0 || id > INT32_MAX)
            stage_fail("%s: ids[%zu] is not a token id; give numbers from 0", where, i);
        tokens_push(&ids, (int32_t)id);
    }
    tokenizer_decode(&tokens->tokenizer, ids.ids, ids.count, true, &text);
    json_t *reply = json_pack("{s:o}", "text", json_stringn(text.length ? text.bytes : "",
                                                            text.length));
    tokens_free(&ids);
    text_free(&text);
    return reply;
}

static void answer_with_tokenizer(const Options *options, const char *folder, Answer *answer)
{
    TokensContext context = {.bos = options->bos};
    Error error;
    char *path = path_in(folder, "tokenizer.json");
    if (!tokenizer_load(&context.tokenizer, path, &error))
        stage_die(&error);
    answer_lines(answer, &context);
    tokenizer_free(&context.tokenizer);
    free(path);
}

static void run_tokens(const Options *options, char **words, int count)
{
    (void)count;
    answer_with_tokenizer(options, words[0], answer_tokens);
}

static void run_text(const Options *options, char **words, int count)
{
    (void)count;
    answer_with_tokenizer(options, words[0], answer_text);
}

/* ---- fever ---- */

static void run_fever(const Options *options, char **words, int count)
{
    (void)options;
    for (int i = 0; i < count; i++) {
        FeverCounts counts;
        Error error;
        if (!fever_count(words[i], &counts, &error))
            stage_die(&error);
        json_t *reply = json_pack("{s:s%, s:I, s:I, s:I, s:I, s:I}", "file", words[i],
                                  strlen(words[i]), "claims", (json_int_t)counts.claims, "rows",
                                  (json_int_t)counts.rows, "evidence_sets",
                                  (json_int_t)counts.evidence_sets, "several_item_sets",
                                  (json_int_t)counts.several_item_sets, "pages",
                                  (json_int_t)counts.pages);
        char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;
        if (!text)
            stage_fail("%s: its name is not UTF-8; rename the file", words[i]);
        if (puts(text) < 0)
            stage_fail("standard output: cannot be written; check where it leads");
        free(text);
        json_decref(reply);
    }
}

/* ---- The subcommands ---- */

static const Command commands[] = {
    {"tokens", "MODEL_DIR [--bos]  {\"text\"} to {\"ids\"}", 1, run_tokens},
    {"text", "MODEL_DIR            {\"ids\"} to {\"text\"}", 1, run_text},
    {"fever", "FILE…               counts of FEVER splits", -1, run_fever},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

int main(int argc, char **argv)
{
    Options options = {0};
    const Arg args[] = {{"bos", ARG_FLAG, &options.bos, "tokens: BOS before each text", false},
                        {0}};
    stage_begin("probe", "ask a checkpoint, a tokenizer or a data file one thing", args, argc,
                argv);
    int count;
    char **words = stage_words(&count);
    for (int i = 0; count > 0 && i < COMMANDS; i++) {
        const Command *command = &commands[i];
        int given = count - 1;
        if (strcmp(words[0], command->name) != 0 ||
            (command->words >= 0 ? given != command->words : given < 1))
            continue;
        command->run(&options, words + 1, given);
        if (fflush(stdout) != 0)
            stage_fail("standard output: cannot be written; check where it leads");
        return 0;
    }
    fputs("docmem: probe: name one of its subcommands:\n", stderr);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(stderr, "  probe %s %s\n", commands[i].name, commands[i].usage);
    return 2;
}
