/* Traces: scripts read and run, the rows a result rests on, records read again, rows and their
 * cells. */
#include "trace/trace_record.h"
#include "trace/trace_walk.h"

#include "file/out.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

static const char *write_text(const char *name, const char *text)
{
    Error error;
    const char *path = scratch(name);
    assert_true(out_make_parents(path, &error));
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* --- scripts ------------------------------------------------------------------------- */

static void count_rows(void *user, size_t number, const Query *query)
{
    (void)number;
    *(int64_t *)user = 100 * *(int64_t *)user + db_int(query, trace_columns(query) - 1);
}

static void test_scripts(void **state)
{
    (void)state;
    Error error;
    TraceScript script;
    char imported[512], text[2048];
    snprintf(imported, sizeof imported, "%s",
             write_text("trace/words.csv", "a,b\n1,\"x;y\"\n2,z\n"));
    snprintf(text, sizeof text,
             "-- a comment; with a semicolon\n.mode tabs\n.import --csv --schema temp %s words\n"
             "create temp view twice as\n    select 2 * a as a from words; -- no ';' here\n\n"
             "create temp table other as select 'x;' as x;\n"
             "select a from twice\norder by a;\n.print words\nselect count(*) from words;\n",
             imported);
    assert_true(trace_script_read(&script, write_text("trace/script.sql", text), &error));
    assert_int_equal(script.count, 5);
    assert_string_equal(script.statements[0].import_file, imported);
    assert_string_equal(script.statements[0].makes, "words");
    assert_string_equal(script.statements[1].makes, "twice");
    assert_int_equal(script.statements[1].line, 4);
    assert_string_equal(script.statements[2].makes, "other");
    assert_null(script.statements[3].makes);
    assert_int_equal(script.statements[3].line, 8);
    assert_int_equal(script.statements[4].line, 11);
    assert_true(trace_script_needs(&script, 3, 0)); /* through the view */
    assert_true(trace_script_needs(&script, 3, 1));
    assert_false(trace_script_needs(&script, 3, 2));
    assert_false(trace_script_needs(&script, 4, 1));
    trace_script_free(&script);
    /* A script that reads another, and one that reads itself. */
    const char *other = write_text("trace/other.sql", "select 1;\n");
    snprintf(text, sizeof text, "select 0;\n.read %s\nselect 2;\n", other);
    assert_true(trace_script_read(&script, write_text("trace/script.sql", text), &error));
    assert_int_equal(script.count, 3);
    assert_non_null(strstr(script.statements[1].text, "select 1"));
    trace_script_free(&script);
    snprintf(text, sizeof text, ".read %s\n", scratch("trace/round.sql"));
    assert_false(trace_script_read(&script, write_text("trace/round.sql", text), &error));
    assert_non_null(strstr(error.text, "round.sql: is read within itself; "));
    assert_false(trace_script_read(&script, scratch("trace/none.sql"), &error));
    assert_non_null(strstr(error.text, "none.sql: cannot be read ("));
}

static void test_scripts_of_scripts(void **state)
{
    (void)state;
    Error error;
    TraceScript script;
    char inner[512], text[2048];
    snprintf(inner, sizeof inner, "%s",
             write_text("trace/inner.sql", ".mode list\nselect :phi;\n"));
    snprintf(text, sizeof text,
             "select 1;\n.parameter set :phi \"'tanh'\"\n.parameter set :odd 3\n.read %s\n", inner);
    assert_true(trace_script_read(&script, write_text("trace/outer.sql", text), &error));
    assert_int_equal(script.count, 2);
    assert_string_equal(script.statements[1].text, "select :phi;\n");
    assert_int_equal(script.parameters_count, 2);
    assert_string_equal(script.parameters[0], ":phi");
    assert_string_equal(script.parameters[1], "tanh");
    trace_script_free(&script);
    assert_false(
        trace_script_read(&script, write_text("trace/lost.sql", ".read none/here\n"), &error));
    assert_non_null(strstr(error.text, "none/here: cannot be read ("));
    trace_script_free(&script);
    snprintf(text, sizeof text, ".read %s\n", scratch("trace/self.sql"));
    assert_false(trace_script_read(&script, write_text("trace/self.sql", text), &error));
    assert_non_null(strstr(error.text, "self.sql: is read within itself; "));
    trace_script_free(&script);
}

/* Of 130 letters, more than a name is noted with. */
#define TEN "abcdefghij"
#define LONG_NAME TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* A database of two tables, each from a file, and two that nothing is in. */
static void make_database(Db *db, char *const *files)
{
    Error error;
    Out out;
    Db made;
    Query query;
    static const char schema[] =
        "CREATE TABLE layer(profile TEXT NOT NULL, layer INTEGER NOT NULL, value REAL NOT NULL, "
        "PRIMARY KEY(profile, layer)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE word(profile TEXT NOT NULL, word TEXT NOT NULL, said TEXT NOT NULL, "
        "PRIMARY KEY(profile, word)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE relayer(x INTEGER) STRICT; CREATE TABLE " LONG_NAME "(x INTEGER) STRICT;"
        "INSERT INTO layer VALUES('p', 0, 0.5), ('p', 1, 0.25), ('p', 2, 0.75), ('q', 1, 9);"
        "INSERT INTO word VALUES('p', 'one', 'yes'), ('p', 'two', 'no');";
    assert_true(out_open(&out, scratch("trace/results.db"), &error));
    assert_true(db_create(&made, &out, &error) && db_exec(&made, schema, &error));
    assert_true(db_close(&made, &error) && out_commit(&out, &error));
    snprintf(files[0], 512, "%s",
             write_text("trace/p/layers/a.csv", "layer,value\n0,0.5\n2,0.75\n"));
    snprintf(files[1], 512, "%s", write_text("trace/p/layers/b.csv", "layer,value\n1,0.25\n"));
    snprintf(files[2], 512, "%s", write_text("trace/p/word.csv", "word,said\none,yes\ntwo,no\n"));
    assert_true(trace_database(db, scratch("trace/results.db"), "p", &error));
    assert_true(db_prepare(db, &query, "SELECT count(*) FROM the", &error));
    db_finish(&query);
}

static void test_runs(void **state)
{
    (void)state;
    Error error;
    Db db;
    TraceScript script;
    Text names = {0};
    int64_t seen = 0;
    char paths[3][512], *files[] = {paths[0], paths[1], paths[2]};
    make_database(&db, files);
    assert_true(trace_script_read(
        &script,
        write_text("trace/run.sql", "create temp table kept as select * from layer where "
                                    "profile = :profile;\nupdate kept set value = 8;\n"
                                    "select sum(value) from kept;\nselect count(*) from word;\n"),
        &error));
    for (int i = 0; i < 2; i++) { /* what one run made is gone at the next */
        seen = 0;
        assert_true(trace_script_run(&script, &db, "p", TRACE_ALL, count_rows, &seen, &error));
        assert_int_equal(seen, 2402);
    }
    assert_true(trace_script_tables(&script, &db, "p", 2, &names, &error));
    assert_string_equal(names.bytes, "layer\n");
    text_free(&names);
    trace_script_free(&script);
    assert_true(
        trace_script_read(&script, write_text("trace/bad.sql", "select 1;\nselect x;\n"), &error));
    assert_false(trace_script_run(&script, &db, "p", TRACE_ALL, count_rows, &seen, &error));
    assert_non_null(strstr(error.text, "bad.sql:2: "));
    trace_script_free(&script);
    db_abandon(&db);
}

/* What a script reads, by its own words. */
static const char *reads(Db *db, const char *sql)
{
    static char said[256];
    Error error;
    TraceScript script;
    Text names = {0};
    assert_true(trace_script_read(&script, write_text("trace/reads.sql", sql), &error));
    assert_true(trace_script_tables(&script, db, "p", TRACE_ALL, &names, &error));
    snprintf(said, sizeof said, "%s", names.bytes);
    text_free(&names);
    trace_script_free(&script);
    return said;
}

static void test_tables_read(void **state)
{
    (void)state;
    Db db;
    char paths[3][512], *files[] = {paths[0], paths[1], paths[2]};
    make_database(&db, files);
    assert_string_equal(reads(&db, "select x from relayer;\nselect value from layer, relayer;\n"),
                        "relayer\nlayer\n");
    assert_string_equal(
        reads(&db, "select count(*) from sqlite_schema;\nselect profile from the;\n"), "");
    assert_string_equal(reads(&db, "select x from " LONG_NAME ";\n"), "");
    assert_string_equal(
        reads(&db, "select (select count(*) from word),\n.5;\n"
                   "select max(word) from word;\n"),
        "word\n"); /* a line that starts with a point inside of a query is its own */
    db_abandon(&db);
}

/* Tables that a script makes of files, for those after it. */
static void test_imports(void **state)
{
    (void)state;
    Error error;
    Db db;
    TraceScript script;
    int64_t seen = 0;
    char paths[3][512], *files[] = {paths[0], paths[1], paths[2]}, text[2048], good[512];
    make_database(&db, files);
    snprintf(good, sizeof good, "%s", write_text("trace/in.csv", "a,\"b c\"\n1,it's\n2,\n"));
    snprintf(
        text, sizeof text,
        "create temp view twice as select 2 * a as a from words;\n.import --csv  %s words\n"
        ".import alone\n.import --schema temp\n.headers on\n"
        "select count(*) from words where \"b c\" in ('it''s', '');\nselect max(a) from twice;\n",
        good);
    assert_true(trace_script_read(&script, write_text("trace/import.sql", text), &error));
    assert_int_equal(script.count, 4);
    for (int i = 0; i < 2; i++) { /* again, instead of the first */
        seen = 0;
        assert_true(trace_script_import(&script, &db, &error));
        assert_true(trace_script_run(&script, &db, "p", TRACE_ALL, count_rows, &seen, &error));
        assert_int_equal(seen, 204);
    }
    assert_false(trace_script_needs(&script, 2, 0));
    assert_true(trace_script_needs(&script, 2, 1));
    assert_true(trace_script_needs(&script, TRACE_ALL, 0));
    trace_script_free(&script);
    static const char *const faults[][2] = {
        {"a,a\n1,2\n", "duplicate column name"}, {"a,b\n1\n", "in.csv:2: "}, {"", "in.csv: "}};
    for (int i = 0; i < 3; i++) {
        write_text("trace/in.csv", faults[i][0]);
        snprintf(text, sizeof text, ".import %s words\n.import %s others\n", good, good);
        assert_true(trace_script_read(&script, write_text("trace/import.sql", text), &error));
        assert_false(trace_script_import(&script, &db, &error));
        assert_non_null(strstr(error.text, faults[i][1]));
        trace_script_free(&script);
    }
    assert_true(trace_script_read(
        &script,
        write_text("trace/late.sql",
                   "select abs(x) from (select -9223372036854775807 - 1 as x);\n"),
        &error));
    assert_false(trace_script_run(&script, &db, "p", TRACE_ALL, NULL, NULL, &error));
    assert_non_null(strstr(error.text, "late.sql:1: integer overflow"));
    trace_script_free(&script);
    db_abandon(&db);
}

static void test_databases_that_are_none(void **state)
{
    (void)state;
    Error error;
    Db db;
    TraceScript script;
    assert_false(trace_database(&db, scratch("trace/absent.db"), "p", &error));
    assert_non_null(strstr(error.text, "absent.db: "));
    assert_false(
        trace_database(&db,
                       write_text("trace/none.db", "no database, but a text of some length"
                                                   " that is none by its first bytes either, "
                                                   "and longer than a page's header is"),
                       "p", &error));
    assert_non_null(strstr(error.text, "none.db: "));
    assert_false(trace_script_read(&script, "checks", &error));
    assert_non_null(strstr(error.text, "checks: cannot be read whole; "));
    trace_script_free(&script);
}

/* --- rows ---------------------------------------------------------------------------- */

/* The rows that the query, of one row `key, value`, rests on, as FILE:FIRST-LAST, with blanks. */
static const char *rests_on(const char *sql)
{
    static char said[1024];
    Error error;
    Db db;
    TraceRows rows;
    char paths[3][512], *files[] = {paths[0], paths[1], paths[2]}, script[512];
    make_database(&db, files);
    snprintf(script, sizeof script, "%s", write_text("trace/rows.sql", sql));
    TraceResult result = {
        .kind = TRACE_NUMBER, .script = script, .key = (char[]){"key"}, .keys = 1, .column = 1};
    assert_true(trace_rows_find(&rows, &db, &result, "p", scratch("trace/p"), files, 3, &error));
    said[0] = 0;
    for (size_t i = 0; i < rows.count; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s:%zu-%zu", i ? " " : "",
                 strrchr(rows.rows[i].file, '/') + 1, rows.rows[i].first, rows.rows[i].last);
    if (rows.count && rows.rows[0].count) {
        assert_string_equal(rows.rows[0].columns[0],
                            strcmp(rows.rows[0].table, "word") ? "layer" : "word");
        assert_int_equal(rows.rows[0].count, 2);
    }
    trace_rows_free(&rows);
    db_abandon(&db);
    return said;
}

static void test_rows(void **state)
{
    (void)state;
    assert_string_equal(
        rests_on("select 'key', value from layer where profile = :profile and layer = 1;"),
        "b.csv:1-1");
    assert_string_equal(
        rests_on("select 'key', printf('%.2f', avg(value)) from layer where profile = :profile;"),
        "a.csv:1-1 a.csv:2-2 b.csv:1-1");
    assert_string_equal(rests_on("select 'key', said from word where word = 'two';"),
                        "word.csv:2-2");
    /* The least decides; the others would if they were less. */
    assert_string_equal(rests_on("select 'key', min(value) from layer where layer in (0, 2);"),
                        "a.csv:1-1 a.csv:2-2");
    /* Whether there is any: no row decides by itself, all do. */
    assert_string_equal(rests_on("select 'key', count(*) > 0 from word;"), "word.csv:1-2");
    assert_string_equal(rests_on("select 'key', 7;"), "");
    /* Of another profile. */
    assert_string_equal(rests_on("select 'key', value from layer where profile = 'q';"), "");
}

static void test_tables_of_files(void **state)
{
    (void)state;
    Db db;
    char paths[3][512], *files[] = {paths[0], paths[1], paths[2]}, folder[512], *table;
    make_database(&db, files);
    snprintf(folder, sizeof folder, "%s", scratch("trace/p"));
    assert_string_equal(table = trace_table_of(&db, files[0], folder), "layer");
    free(table);
    assert_string_equal(table = trace_table_of(&db, files[2], folder), "word");
    free(table);
    assert_null(trace_table_of(&db, files[2], "elsewhere"));
    assert_null(trace_table_of(&db, scratch("trace/p/none.csv"), folder));
    db_abandon(&db);
}

/* --- rows and their cells --------------------------------------------------------------- */

/* A file of the name with a record of its making; its path. */
static const char *recorded(const char *name, const char *program, const char *lines)
{
    static char paths[8][256];
    static size_t next;
    char record[300], text[2048];
    char *path = paths[next++ % 8];
    snprintf(path, sizeof *paths, "%s", write_text(name, ""));
    snprintf(record, sizeof record, "%s.prov", name);
    snprintf(text, sizeof text, "program %s 0\n%s", program, lines);
    write_text(record, text);
    return path;
}

static const char *memory(const char *name, const char *strength, int layer, const char *inputs)
{
    char lines[1024];
    snprintf(lines, sizeof lines,
             "argument strength %s\nargument variant plain\nargument target document\n"
             "argument layer %d\nargument seed 1\n%s",
             strength, layer, inputs);
    return recorded(name, "memorize", lines);
}

static const char *vector(const char *name, const char *phi, const char *alpha)
{
    char lines[1024];
    snprintf(lines, sizeof lines,
             "argument phi %s\nargument alpha %s\nargument negative other\nargument seed 1\n", phi,
             alpha);
    return recorded(name, "document_vectors", lines);
}

static void test_rows_of_cells(void **state)
{
    (void)state;
    char *columns[] = {"layer", "seed", "allocation", "strength", "target"},
         *mean[] = {"4", "-1", "none", "1.0", "document"},
         *one[] = {"4", "2", "none", "1.0", "document"},
         *pretrained[] = {"-1", "-1", "pretrained", "0.0", "none"},
         *simset[] = {"4", "1", "simset-1-dim", "1.0", "document"},
         *then[] = {"4", "1", "none", "1.0", "document-then-document"}, lines[600];
    TraceRow row = {.columns = columns, .values = mean, .count = 5};
    const char *cell = memory("trace/cell", "1", 4, ""), *other = memory("trace/l3", "1", 3, "");
    const char *half = memory("trace/half", "0.5", 4, "");
    snprintf(lines, sizeof lines, "input cell 0 %s\nargument seed 7\n", cell);
    const char *answers = recorded("trace/answers", "answer", lines);
    snprintf(lines, sizeof lines, "input allocation 0 %s\n",
             recorded("trace/owned", "allocate", "argument kind simset-1-dim\nargument seed 1\n"));
    const char *allocated = memory("trace/allocated", "1", 4, lines);
    snprintf(lines, sizeof lines, "input start 0 %s\n", cell);
    const char *continued = memory("trace/continued", "1", 4, lines);
    assert_true(trace_row_of(&row, cell));
    assert_true(trace_row_of(&row, answers));
    assert_false(trace_row_of(&row, other));
    assert_false(trace_row_of(&row, half));
    assert_false(trace_row_of(&row, allocated));
    assert_false(trace_row_of(&row, continued));
    assert_true(trace_row_of(&row, scratch("trace/no.db")));
    row.values = simset;
    assert_true(trace_row_of(&row, allocated));
    assert_false(trace_row_of(&row, answers));
    row.values = then;
    assert_true(trace_row_of(&row, continued));
    assert_false(trace_row_of(&row, cell));
    row.values = one;
    assert_false(trace_row_of(&row, answers));
    row.values = pretrained;
    assert_true(trace_row_of(&row, cell));
    char *vector_columns[] = {"phi", "alpha", "negative"}, *none[] = {"tanh", "0", "none"};
    TraceRow drift = {.columns = vector_columns, .values = none, .count = 3};
    assert_true(trace_row_of(&drift, vector("trace/v1", "tanh", "0")));
    assert_false(trace_row_of(&drift, vector("trace/v2", "tanh", "0.5")));
    assert_false(trace_row_of(&drift, vector("trace/v3", "relu", "0")));
}

/* --- names ------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    (void)state;
    TraceResult results[] = {{.kind = TRACE_CELL, .name = "table: simset-1-dim 4: accuracy"},
                             {.kind = TRACE_CELL, .name = "table: simset-1-dim 4: free accuracy"},
                             {.kind = TRACE_FIGURE, .name = "figure layer_loss"},
                             {.kind = TRACE_NUMBER, .name = "C1"},
                             {.kind = TRACE_NUMBER, .name = "C1-verdict"}};
    TraceResults names = {.results = results, .count = 5};
    const TraceResult *near[2];
    bool matches[5];
    assert_null(trace_names_find(&names, "simset-1 dim accuracy", matches));
    assert_true(matches[0] && matches[1] && !matches[2]);
    assert_ptr_equal(trace_names_find(&names, "FREE simset", matches), &results[1]);
    assert_ptr_equal(trace_names_find(&names, "table: simset-1-dim 4: accuracy", matches),
                     &results[0]);
    assert_ptr_equal(trace_names_find(&names, "c1", matches), &results[3]);
    assert_ptr_equal(trace_names_find(&names, "figures/layer_loss.svg", matches), &results[2]);
    assert_ptr_equal(trace_names_find(&names, "layer_loss", matches), &results[2]);
    assert_null(trace_names_find(&names, "nothing", matches));
    assert_null(trace_names_find(&names, "  ", matches));
    assert_int_equal(trace_names_near(&names, "C1-verdikt", near, 2), 2);
    assert_ptr_equal(near[0], &results[4]);
    assert_int_equal(trace_names_near(&names, "dim lost", near, 2), 2);
    assert_ptr_equal(near[0], &results[0]);
}

/* --- records ------------------------------------------------------------------------------ */

static void test_records(void **state)
{
    (void)state;
    Record record;
    Error error;
    char path[512];
    write_text("trace/made.prov", "program world 12\ncompiler x\nblas y z\nargument seed 1\n"
                                  "argument lr 0.10000000000000001\nargument list 1,2\n"
                                  "input word 34 a file\noutput 56 elsewhere\n");
    snprintf(path, sizeof path, "%s", scratch("trace/made/deep/file"));
    assert_true(record_read(&record, path, &error)); /* that of a folder above */
    assert_string_equal(record.program, "world");
    assert_string_equal(record.program_hash, "12");
    assert_string_equal(record.blas, "y z");
    assert_string_equal(record.arguments[0], "--seed 1");
    assert_string_equal(record.arguments[1], "--lr 0.1");
    assert_string_equal(record.arguments[2], "--list 1,2");
    assert_string_equal(record.inputs[0].path, "a file");
    assert_string_equal(record.inputs[0].hash, "34");
    assert_null(record.output);
    record_free(&record);
    write_text("trace/twice.prov", "program world 12\nprogram ingest 13\nblas y z\nblas w\n");
    assert_true(record_read(&record, scratch("trace/twice"), &error)); /* the first of two counts */
    assert_string_equal(record.program, "world");
    assert_string_equal(record.blas, "y z");
    record_free(&record);
    write_text("trace/own.prov", "program world 12\noutput 56 elsewhere\n");
    snprintf(path, sizeof path, "%s", scratch("trace/own"));
    FILE *file = fopen(scratch("trace/own.prov"), "ab");
    assert_non_null(file);
    fprintf(file, "output 78 %s\noutput 79 %s\n", path, path);
    fclose(file);
    assert_true(record_read(&record, path, &error));
    assert_string_equal(record.output, "78");
    record_free(&record);
    assert_false(record_read(&record, "/no-such-file-at-all", &error));
    assert_false(record_read(&record, "", &error));
    write_text("trace/empty.prov", "");
    assert_false(record_read(&record, scratch("trace/empty"), &error));
    write_text("trace/odd.prov", "program\ninput\noutput x\nargument\n\n");
    if (record_read(&record, scratch("trace/odd"),
                    &error)) /* a damaged record is none, or names no file */
        record_free(&record);
    assert_false(record_read(&record, scratch("none/at/all"), &error));
    assert_false(record_read(&record, "/none/at/all", &error)); /* nor is there one of the root */
    assert_false(record_read(&record, "none", &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_scripts_of_scripts),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_tables_of_files),
        cmocka_unit_test(test_rows_of_cells),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_tables_read),
        cmocka_unit_test(test_imports),
        cmocka_unit_test(test_databases_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
