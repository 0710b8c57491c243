/* Checks of lib/verdict/grid.c: whole grids, and every way in which one
 * can be broken.
 */
#include "verdict/grid.h"

#include "check.h"
#include "grid_files.h"
#include "verdict/score.h"

#include <math.h>
#include <string.h>

enum { PATHS_LIMIT = 64 };

static const Planted small = {
    .layers = 3, .seeds = 2, .epochs = 3, .documents = 4, .claims = 10, .right = 0.6, .raised = -1};

/* A fresh grid of files, read with its last `count` paths changed by the caller. */
typedef struct {
    char *paths[PATHS_LIMIT];
    int count;
    Grid grid;
    Error error;
} Files;

static void begin(Files *files)
{
    *files = (Files){0};
    files->count = planted_write(&small, files->paths);
}

static bool read_all(Files *files)
{
    return grid_read(&files->grid, files->paths, (size_t)files->count, &files->error);
}

static void end(Files *files)
{
    grid_free(&files->grid);
    planted_free(files->paths, files->count);
}

/* Reading fails, the line names `file` and says `what`, and nothing is kept. */
static void expect_failure(Files *files, const char *file, const char *what)
{
    assert_false(read_all(files));
    if (!strstr(files->error.text, file) || !strstr(files->error.text, what))
        fail_msg("wanted '%s' and '%s' in: %s", file, what, files->error.text);
    assert_null(files->grid.prompts);
    assert_null(files->grid.layers);
    end(files);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) < 0, 0);
    assert_int_equal(fclose(file), 0);
}

/* Replaces the first `from` in a file by `to`. */
static void change(const char *path, const char *from, const char *to)
{
    static char text[1 << 16], changed[1 << 17];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    char *found = strstr(text, from);
    assert_non_null(found);
    *found = 0;
    snprintf(changed, sizeof changed, "%s%s%s", text, to, found + strlen(from));
    write_text(path, changed);
}

static void reads_a_grid(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    if (!read_all(&files))
        fail_msg("%s", files.error.text);
    const Grid *grid = &files.grid;
    assert_int_equal(grid->layers_count, 3);
    assert_int_equal(grid->seeds_count, 2);
    assert_int_equal(grid->epochs_count, 3);
    assert_int_equal(grid->epochs[2], 5);
    assert_int_equal(grid->documents, 4);
    assert_int_equal(grid->prompts_count, 12);
    assert_int_equal(grid->claims_count, 10);
    size_t at = grid_at(grid, 2, 1, 2);
    assert_true(grid->document_nll[at * 4 + 3] == planted_loss(&small, 2, 1, 2, 3));
    for (size_t i = 0; i < 12; i++) {
        int claim = (int)grid->prompts[i].claim - 7;
        assert_int_equal(grid->prompts[i].claim_index, claim);
        assert_int_equal(grid->choice[at * 12 + i], planted_answer(&small, 2, 1, 2, claim));
        assert_int_equal(grid->free[at * 12 + i],
                         claim % 10 == 9 ? SCORE_INVALID : planted_answer(&small, 2, 1, 2, claim));
    }
    end(&files);
}

static void order_of_files_does_not_matter(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    assert_true(read_all(&files));
    Grid first = files.grid;
    for (int i = 0; i < files.count / 2; i++) {
        char *path = files.paths[i];
        files.paths[i] = files.paths[files.count - 1 - i];
        files.paths[files.count - 1 - i] = path;
    }
    assert_true(read_all(&files));
    size_t places = grid_at(&first, first.layers_count, 0, 0);
    assert_memory_equal(first.document_nll, files.grid.document_nll, places * 4 * sizeof(double));
    assert_memory_equal(first.choice, files.grid.choice, places * 12);
    assert_memory_equal(first.prompts, files.grid.prompts, 12 * sizeof *first.prompts);
    grid_free(&first);
    end(&files);
}

static void refuses_half_a_command_line(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    assert_false(grid_read(&files.grid, files.paths, 1, &files.error));
    assert_non_null(strstr(files.error.text, "names 0 memory files and 1 predictions"));
    assert_false(grid_read(&files.grid, files.paths + 1, 1, &files.error));
    assert_non_null(strstr(files.error.text, "names 1 memory files and 0 predictions"));
    end(&files);
}

static void refuses_unreadable_and_damaged_files(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    assert_int_equal(unlink(planted_memory(1, 1)), 0);
    expect_failure(&files, "cell-1-1.safetensors", "");
    begin(&files);
    assert_int_equal(truncate(planted_memory(1, 1), 100), 0);
    expect_failure(&files, "cell-1-1.safetensors", "");
    begin(&files);
    assert_int_equal(unlink(planted_predictions(2, 0)), 0);
    expect_failure(&files, "cell-2-0.csv", "");
    begin(&files);
    write_text(planted_predictions(0, 0), "");
    expect_failure(&files, "cell-0-0.csv", "");
    begin(&files);
    change(planted_predictions(0, 0), "variant,target", "target,variant");
    expect_failure(&files, "cell-0-0.csv:1", "");
}

static void refuses_bad_fields(void **state)
{
    (void)state;
#define ROW "\nnone,1,plain,document,"
    static const struct {
        const char *from, *to, *place, *what;
    } cases[] = {
        {ROW "0,0,0,0,7,0,a,", ROW "0,0,0,0,7,0,d,", ":2", "label is 'd'"},
        {ROW "0,0,0,0,7,0,a,", ROW "0,0,0,0,7,0,-,", ":2", "label is '-'"},
        {ROW "0,0,0,0,7,0,a,", ROW "0,0,0,0,7,0,,", ":2", "label is ''"},
        {ROW "0,0,0,0,7,0,a,1,1", ROW "0,0,0,0,7,0,a,0,1", ":2", "rows 1 to"},
        {ROW "0,0,0,0,7,0,a,1,1", ROW "0,0,0,0,7,0,a,1,2", ":2", "main must be"},
        {ROW "0,0,0,0,7,0,a,1,1", ROW "0,0,0,0,7,0,a,1,0", "", "claim 7 has no main"},
        {ROW "0,0,0,1,7,0,a,1,0", ROW "0,0,0,1,7,0,a,1,1", "", "claim 7 has two main"},
        {ROW "0,0,0,0,7", ROW "0,0,0,x,7", ":2", ""},
        {ROW "0,0,0,0,7", ROW "9,0,0,0,7", ":2", "layer 9, seed 0, epoch 0"},
        {ROW "0,0,0,0,7", "\n,1,plain,document,0,0,0,0,7", ":2", "allocation is ''"},
        {ROW "0,0,0,0,7", "\nnone,1,lm,document,0,0,0,0,7", ":2", "none 1 lm document, layer 0"},
        {ROW "0,0,0,0,7", "\nnone,half,plain,document,0,0,0,0,7", ":2", "strength"},
        {ROW "0,0,1,0,7", ROW "0,0,2,0,7", ":14", "epoch 2"},
        {ROW "0,0,1,0,7", ROW "0,0,1,1,7", ":14", "another prompt"},
        {ROW "0,0,1,0,7", ROW "0,0,1,99,7", ":14", "another prompt"},
        {ROW "0,0,1,1,7,", ROW "0,0,1,0,7,", ":15", "another prompt"},
        {"0.2" ROW "0,0,1,0,7", "0.2" ROW "0,0,0,0,7", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Files files;
        char place[64];
        begin(&files);
        change(planted_predictions(0, 0), cases[i].from, cases[i].to);
        snprintf(place, sizeof place, "cell-0-0.csv%s", cases[i].place);
        expect_failure(&files, place, cases[i].what);
    }
}

static void refuses_missing_and_double_answers(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    write_text(planted_predictions(2, 1),
               "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,"
               "main,choice,free,p_a,p_b,p_c\n");
    expect_failure(&files, "cell-", "lacks an answer for layer 2, seed 1, epoch 0");
    begin(&files);
    free(files.paths[2]);
    files.paths[2] = strdup(files.paths[0]);
    expect_failure(&files, "cell-0-0.csv:2", "answered twice");
}

static void refuses_incomplete_grids(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    free(files.paths[--files.count]); /* the memory of layer 2, seed 1 */
    expect_failure(&files, "cell-", "different seeds");
    begin(&files);
    free(files.paths[3]);
    files.paths[3] = strdup(files.paths[1]);
    expect_failure(&files, "cell-0-0.safetensors", "there twice");
}

static void refuses_cells_that_do_not_match(void **state)
{
    (void)state;
    Files files;
    Planted other = small;
    begin(&files);
    other.documents = 5;
    planted_write_memory(&other, 1, 0);
    expect_failure(&files, "cell-1-0.safetensors", "other epochs or documents");
    begin(&files);
    other = small;
    other.epochs = 2;
    planted_write_memory(&other, 1, 0);
    expect_failure(&files, "cell-1-0.safetensors", "other epochs or documents");
    begin(&files);
    other.epochs = 1;
    planted_write_memory(&other, 1, 0);
    expect_failure(&files, "cell-1-0.safetensors", "1 saved epochs");
    begin(&files);
    other = small;
    other.at_last = NAN;
    planted_write_memory(&other, 1, 0);
    expect_failure(&files, "cell-1-0.safetensors", "epoch 5 is not finite");
}

static void refuses_two_pretrained_models(void **state)
{
    (void)state;
    Files files;
    Planted other = small;
    begin(&files);
    other.right = 0.2;
    planted_write_predictions(&other, 2, 1);
    expect_failure(&files, "cell-", "layer 2 with seed 1 differs from the pretrained model");
}

/* Answers to the first `count` of three claims at epoch 0 of a cell are changed. */
static void flip(int layer, int seed, int count)
{
    for (int claim = 8; claim < 8 + count; claim++) { /* with one prompt each */
        char from[64], to[64];
        int c = claim - 7, answer = planted_answer(&small, layer, seed, 0, c);
        const char *format = ",%d,%d,0,%d,%d,%d,%c,%d,1,%c,%c,";
        snprintf(from, sizeof from, format, layer, seed, 2 * c, claim, c % 4, 'a' + c % 3,
                 1 + c % 2, 'a' + answer, 'a' + answer);
        answer = (answer + 1) % 3;
        snprintf(to, sizeof to, format, layer, seed, 2 * c, claim, c % 4, 'a' + c % 3, 1 + c % 2,
                 'a' + answer, 'a' + answer);
        change(planted_predictions(layer, seed), from, to);
    }
}

/* A stream in BF16 moves the pretrained model a little from layer to layer, in all cells of the
 * layer alike; any other stream moves it nowhere. Here cells of layer 2 differ from those of 0
 * and 1. */
static void a_rounded_stream_moves_layers(void **state)
{
    (void)state;
    static const struct {
        bool rounded, other; /* the stream of layers 0 and 1; of layer 2 */
        int seeds;           /* of layer 2 that are moved, the last ones */
        double moved;
        int flips;
        bool accepted;
    } cases[] = {
        {true, true, 2, 0, 0, true},      {true, true, 2, 0.007, 0, true},
        {true, true, 2, -0.007, 1, true}, {true, true, 2, 0.009, 0, false},
        {true, true, 2, 0, 2, false},     {true, true, 1, 1e-12, 0, false},
        {true, true, 1, 0, 1, false},     {false, false, 2, 0.00015, 0, false},
        {false, false, 2, 0, 1, false},   {true, false, 2, 0, 0, false},
        {false, true, 2, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Files files = {0};
        Planted plan = small, other = small;
        plan.rounded = cases[i].rounded;
        files.count = planted_write(&plan, files.paths);
        other.rounded = cases[i].other;
        for (int seed = 0; seed < 2; seed++) {
            bool moves = seed >= 2 - cases[i].seeds;
            other.moved = moves ? cases[i].moved : 0;
            planted_write_memory(&other, 2, seed);
            flip(2, seed, moves ? cases[i].flips : 0);
        }
        if (!cases[i].accepted) {
            expect_failure(&files, "cell-2-", "layer 2 with seed");
            continue;
        }
        if (!read_all(&files))
            fail_msg("case %zu: %s", i, files.error.text);
        assert_non_null(strstr(files.grid.note.text, cases[i].flips ? "1 of 12" : "0 of 12"));
        end(&files);
    }
    Files files;
    begin(&files);
    assert_true(read_all(&files));
    assert_string_equal(files.grid.note.text, "");
    end(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_grid),
        cmocka_unit_test(order_of_files_does_not_matter),
        cmocka_unit_test(refuses_half_a_command_line),
        cmocka_unit_test(refuses_unreadable_and_damaged_files),
        cmocka_unit_test(refuses_bad_fields),
        cmocka_unit_test(refuses_missing_and_double_answers),
        cmocka_unit_test(refuses_incomplete_grids),
        cmocka_unit_test(refuses_cells_that_do_not_match),
        cmocka_unit_test(refuses_two_pretrained_models),
        cmocka_unit_test(a_rounded_stream_moves_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
