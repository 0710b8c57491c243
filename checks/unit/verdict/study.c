/* Checks of lib/verdict/study.c: whole studies, and every way in which files can fail to be one. */
#include "verdict/study.h"
#include "study_files.h"
#include "verdict/score.h"

#include <math.h>

/* Four conditions; `none` has seeds that others lack. */
static const Sown sown[] = {
    {{"none", "plain", "document", 1, 4}, 3, -0.9, 0.6},
    {{"simset-1-dim", "plain", "document", 1, 4}, 2, -0.7, 0.7},
    {{"simset-1-dim", "plain", "document", 0.5, 4}, 2, -0.8, 0.65},
    {{"none", "plain", "document", 1, 2}, 1, -0.5, 0.5},
};
enum { CONDITIONS = sizeof sown / sizeof *sown };

typedef struct {
    char *paths[SOWN_PATHS];
    int count;
    Study study;
    Error error;
} Files;

static void begin(Files *files)
{
    *files = (Files){0};
    files->count = sow(sown, CONDITIONS, files->paths);
}

static bool read_all(Files *files)
{
    return study_read(&files->study, files->paths, (size_t)files->count, &files->error);
}

static void begin_read(Files *files)
{
    begin(files);
    if (!read_all(files))
        fail_msg("%s", files->error.text);
}

static void end(Files *files)
{
    study_free(&files->study);
    for (int i = 0; i < files->count; i++)
        free(files->paths[i]);
}

/* Reading fails, the line names `file` and says `what` and what to do, and nothing is kept. */
static void expect_failure(Files *files, const char *file, const char *what)
{
    assert_false(read_all(files));
    if (!strstr(files->error.text, file) || !strstr(files->error.text, what) ||
        !strchr(files->error.text, ';'))
        fail_msg("wanted '%s' and '%s' in: %s", file, what, files->error.text);
    assert_null(files->study.cells);
    assert_null(files->study.prompts.items);
    end(files);
}

static const StudyCell *cell_of(const Files *files, const Sown *of)
{
    const StudyCell *cell = study_find(&files->study, &of->condition);
    assert_non_null(cell);
    return cell;
}

static void reads_a_study(void **state)
{
    (void)state;
    Files files;
    begin_read(&files);
    const Study *study = &files.study;
    assert_int_equal(study->count, CONDITIONS);
    assert_int_equal(study->prompts.claims_count, SOWN_CLAIMS);
    for (size_t i = 1; i < study->count; i++)
        assert_true(condition_compare(&study->cells[i - 1].condition, &study->cells[i].condition) <
                    0);
    const StudyCell *cell = cell_of(&files, &sown[1]);
    assert_int_equal(cell->grid.seeds_count, 2);
    assert_int_equal(cell->epoch, SOWN_LAST);
    assert_int_equal(cell->parameters, 1000);
    assert_true(cell->shared[1] == 0.25);
    for (int d = 0; d < SOWN_DOCUMENTS; d++) {
        assert_true(cell->grid.document_nll[SOWN_DOCUMENTS + d] == sown_loss(&sown[1], 2, d));
        assert_true(study->pretrained.grid.document_nll[d] == sown_start(d));
    }
    size_t prompts = study->prompts.count;
    for (size_t i = 0; i < prompts; i++) {
        int claim = (int)study->prompts.items[i].claim - 7,
            answer = sown_answer(&sown[1], 2, claim);
        int first = sown_answer(NULL, 1, claim);
        assert_int_equal(cell->grid.choice[prompts + i], answer);
        assert_int_equal(cell->grid.free[prompts + i], claim % 10 == 9 ? SCORE_INVALID : answer);
        assert_int_equal(study->pretrained.grid.choice[i], first);
    }
    Condition absent = sown[0].condition;
    absent.layer = 3;
    assert_null(study_find(study, &absent));
    end(&files);
}

static void order_of_files_does_not_matter(void **state)
{
    (void)state;
    Files files;
    begin_read(&files);
    Study first = files.study;
    for (int i = 0; i < files.count / 2; i++) {
        char *path = files.paths[i];
        files.paths[i] = files.paths[files.count - 1 - i];
        files.paths[files.count - 1 - i] = path;
    }
    assert_true(read_all(&files));
    for (size_t i = 0; i < first.count; i++) {
        const Grid *a = &first.cells[i].grid, *b = &files.study.cells[i].grid;
        assert_int_equal(a->seeds_count, b->seeds_count);
        assert_memory_equal(a->document_nll, b->document_nll,
                            a->seeds_count * SOWN_DOCUMENTS * sizeof(double));
        assert_memory_equal(a->choice, b->choice, a->seeds_count * a->prompts_count);
    }
    assert_memory_equal(first.pretrained.grid.choice, files.study.pretrained.grid.choice,
                        first.prompts.count);
    study_free(&first);
    end(&files);
}

static void refuses_cells_that_do_not_match(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *what;
    } cases[] = {
        {"allocation", "", "allocation"},
        {"allocation", "a name that is much too long for it", "allocation"},
        {"strength", "1.5", "strength"},
        {"strength", "hard", "strength"},
        {"variant", "", "variant"},
        {"target", "", "target"},
        {"layer", "-1", "layer"},
        {"layer", "4.5", "layer"},
        {"seed", "one", "seed"},
        {"seed", "1", "is there twice"},
        {"seed", "7", ""}, /* then its predictions belong to no cell */
        {"shared", "1.01", "shared"},
        {"shared", "nan", "shared"},
        {"parameters", "", "parameters"},
        {"entries", "many", "entries"},
        {"parameters", "1001", "another size"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Files files;
        begin(&files);
        sow_memory(&sown[0], 2, cases[i].key, cases[i].value);
        expect_failure(&files, "none_1_plain_document_4_", cases[i].what);
    }
}

/* Replaces the first `from` in a file by `to`. */
static void change(const char *path, const char *from, const char *to)
{
    static char text[1 << 17];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    char *found = strstr(text, from);
    assert_non_null(found);
    file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text, 1, (size_t)(found - text), file);
    fputs(to, file);
    fputs(found + strlen(from), file);
    assert_int_equal(fclose(file), 0);
}

static void refuses_predictions_that_do_not_match(void **state)
{
    (void)state;
#define ROW "simset-1-dim,1,plain,document,4,2,40,0,7,0,a,1,1,"
#define ROW7 "simset-1-dim,1,plain,document,4,2,7,0,7,0,a,1,1,"
    static const struct {
        const char *from, *to, *what;
    } cases[] = {
        {ROW, "simset-1-dim,1,plain,document,4,9,40,0,7,0,a,1,1,", "is in no memory file"},
        {ROW, "simset-1-dim,0.25,plain,document,4,2,40,0,7,0,a,1,1,", "is in no memory file"},
        {ROW, "simset-1-dim,1,plain,template,4,2,40,0,7,0,a,1,1,", "is in no memory file"},
        {ROW, "simset-1-dim,1,plain,document,4,2,40,999,7,0,a,1,1,", "another prompt"},
        {ROW, "simset-1-dim,1,plain,document,4,2,40,0,8,0,a,1,1,", "another prompt"},
        {ROW, "simset-1-dim,1,plain,document,4,2,40,0,7,0,b,1,1,", "another prompt"},
        {ROW, "simset-1-dim,1,plain,document,4,2,40,1,7,0,a,1,0,", "answered twice"},
        {ROW, "simset-1-dim,1,plain,document,4,2,39,0,7,0,a,1,1,", ""}, /* lacks one */
        {ROW, "simset-1-dim,1,plain,document,4,2,forty,0,7,0,a,1,1,", "epoch"},
        {ROW, "simset-1-dim,x,plain,document,4,2,40,0,7,0,a,1,1,", "strength"},
        {ROW, ",1,plain,document,4,2,40,0,7,0,a,1,1,", "allocation"},
        {ROW, "simset-1-dim,1,plain,document,4,2,40,0,7,0,a,1,1,d", ""},
        {"variant,target", "target,variant", "column"},
        {ROW7, "simset-1-dim,1,plain,document,4,2,0,0,7,0,a,1,1,", "seed 2, epoch 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Files files;
        begin(&files);
        change(sown_path(&sown[1], 2, "csv"), cases[i].from, cases[i].to);
        expect_failure(&files, "study/", cases[i].what);
    }
}

static void refuses_half_a_study(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    assert_false(study_read(&files.study, files.paths, 1, &files.error));
    assert_non_null(strstr(files.error.text, "names 0 memory files and 1 predictions"));
    assert_false(study_read(&files.study, files.paths, 0, &files.error));
    assert_int_equal(truncate(sown_path(&sown[3], 1, "safetensors"), 300), 0);
    expect_failure(&files, "none_1_plain_document_2_1.safetensors", "");
    begin(&files);
    assert_int_equal(unlink(sown_path(&sown[3], 1, "csv")), 0);
    expect_failure(&files, "none_1_plain_document_2_1.csv", "");
    begin(&files);
    free(files.paths[0]);
    files.paths[0] = strdup(files.paths[2]);
    expect_failure(&files, "study/", "answered twice");
}

/* Two files that tell different answers of the model without a memory, or none that tells any. */
static void pretrained_model_is_one(void **state)
{
    (void)state;
    Files files;
    begin(&files);
    change(sown_path(&sown[1], 1, "csv"), ",0,0,7,0,a,1,1,", ",0,0,7,0,a,1,1,c,c,0,0,0\nx");
    expect_failure(&files, "study/", "");
    begin(&files); /* a prompt that epoch 0 tells twice, another not at all */
    change(sown_path(&sown[1], 1, "csv"), ",0,0,7,0,a,1,1,", ",0,1,7,0,a,1,0,");
    expect_failure(&files, "study/", "answered twice");
    begin(&files);
    change(sown_path(&sown[1], 1, "csv"), ",1,0,2,8,1,b,2,1,", ",1,7,2,8,1,b,2,1,");
    expect_failure(&files, "study/", "seed 1, epoch 0");
    begin(&files);
    sow_predictions(&sown[1], 2, true);
    assert_true(read_all(&files));
    study_free(&files.study);
    int first = sown_answer(NULL, 1, 0);
    char from[64], to[64];
    snprintf(from, sizeof from, ",0,0,7,0,a,1,1,%c", 'a' + first);
    snprintf(to, sizeof to, ",0,0,7,0,a,1,1,%c", 'a' + (first + 1) % 3);
    change(sown_path(&sown[1], 2, "csv"), from, to);
    expect_failure(&files, "study/", "conflicting epoch-0 answers");
    begin(&files);
    for (int i = 0; i < CONDITIONS; i++)
        sow_predictions(&sown[i], 1, false);
    expect_failure(&files, "study/", "lacks an answer for pretrained");
}

/* The answers of epoch 0 to claims 0 … count-1 are changed; each fifth has two prompts. */
static void change_start(const Sown *of, int seed, int count)
{
    for (int c = 0; c < count; c++)
        for (int second = 0; second <= (c % 5 == 0); second++) {
            int answer = sown_answer(NULL, seed, c);
            char from[64], to[64];
            const char *format = ",0,%d,%d,%d,%c,%d,%d,%c";
            snprintf(from, sizeof from, format, 2 * c + second, c + 7, c % SOWN_DOCUMENTS,
                     'a' + c % 3, 1 + c % 2, !second, 'a' + answer);
            snprintf(to, sizeof to, format, 2 * c + second, c + 7, c % SOWN_DOCUMENTS, 'a' + c % 3,
                     1 + c % 2, !second, 'a' + (answer + 1) % 3);
            change(sown_path(of, seed, "csv"), from, to);
        }
}

/* With a stream in BF16 cells of another layer may answer four of 360 prompts otherwise, cells of
 * the same layer none. */
static void a_rounded_stream_moves_layers(void **state)
{
    (void)state;
    static const struct {
        int changed, claims; /* the condition whose answers are changed, to so many claims */
        int unmarked;        /* the condition whose cells are not marked, or -1 */
        const char *what;    /* NULL: all is well */
    } cases[] = {{3, 0, -1, NULL},
                 {3, 3, -1, NULL},
                 {3, 4, -1, "conflicting epoch-0 answers to 5 prompts"},
                 {1, 1, -1, "conflicting epoch-0 answers to 2 prompts"},
                 {3, 0, 3, "at epoch 0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Files files;
        begin(&files);
        for (int s = 0; s < CONDITIONS; s++)
            for (int seed = 1; s != cases[i].unmarked && seed <= sown[s].seeds; seed++)
                sow_memory(&sown[s], seed, "stream", "bf16");
        change_start(&sown[cases[i].changed], 1, cases[i].claims);
        if (cases[i].what) {
            expect_failure(&files, "study/", cases[i].what);
            continue;
        }
        if (!read_all(&files))
            fail_msg("case %zu: %s", i, files.error.text);
        end(&files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_study),
        cmocka_unit_test(order_of_files_does_not_matter),
        cmocka_unit_test(refuses_cells_that_do_not_match),
        cmocka_unit_test(refuses_predictions_that_do_not_match),
        cmocka_unit_test(refuses_half_a_study),
        cmocka_unit_test(pretrained_model_is_one),
        cmocka_unit_test(a_rounded_stream_moves_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
