/* The SQLite helper: the same bytes twice, values back, and each failure named. */
#include "file/db.h"
#include "base/alloc.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "check.h" /* last: cmocka has a macro called fail */

#define SCHEMA "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL, size REAL);"

/* Fills a database with `count` words; what SQLite's answer was. */
static bool fill(Db *db, int count, Error *error)
{
    Query query = {0};
    bool ok = db_exec(db, SCHEMA, error) &&
              db_prepare(db, &query, "INSERT INTO word VALUES(?, ?, ?)", error);
    for (int i = 0; ok && i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "기억 %d", i * 7919 % 1000);
        db_bind_int(&query, 1, i);
        db_bind_text(&query, 2, text);
        db_bind_real(&query, 3, i / 3.0);
        ok = db_run(&query, error);
    }
    db_finish(&query);
    return ok;
}

static void make(const char *path, int count)
{
    Db db;
    Out out;
    Error error;
    assert_true(out_open(&out, path, &error));
    assert_true(db_create(&db, &out, &error));
    assert_true(fill(&db, count, &error));
    assert_true(db_close(&db, &error));
    assert_int_not_equal(access(path, F_OK), 0); /* nothing there before the commit */
    assert_true(out_commit(&out, &error));
}

static char *slurp(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = alloc_zeroed(1 << 20, 1);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void test_same_bytes(void **state)
{
    (void)state;
    size_t size_a, size_b;
    unlink(scratch("a.db"));
    unlink(scratch("b.db"));
    make(scratch("a.db"), 5000);
    make(scratch("b.db"), 5000);
    char *a = slurp(scratch("a.db"), &size_a), *b = slurp(scratch("b.db"), &size_b);
    assert_true(size_a > 100000 && size_a < 1 << 20);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(a, b, size_a);
    assert_int_not_equal(access(scratch("a.db-journal"), F_OK), 0);
    free(a);
    free(b);
}

static void test_read_back(void **state)
{
    (void)state;
    Db db;
    Query query;
    Error error;
    bool row;
    unlink(scratch("back.db"));
    make(scratch("back.db"), 10);
    assert_true(db_open(&db, scratch("back.db"), &error));
    assert_true(
        db_prepare(&db, &query, "SELECT id, text, size, NULL FROM word WHERE id >= ?", &error));
    for (int first = 8; first < 10; first++) {
        db_bind_int(&query, 1, first);
        for (int i = first; i < 10; i++) {
            assert_true(db_step(&query, &row, &error) && row);
            assert_int_equal(db_int(&query, 0), i);
            assert_int_equal(strncmp(db_text(&query, 1), "기억 ", 7), 0);
            assert_null(db_text(&query, 3));
        }
        assert_true(db_step(&query, &row, &error) && !row);
    }
    db_finish(&query);
    assert_false(db_exec(&db, "DELETE FROM word", &error));
    assert_non_null(strstr(error.text, "back.db: attempt to write a readonly database; "));
    assert_true(db_close(&db, &error));
}

static void test_statements_that_fail(void **state)
{
    (void)state;
    Db db;
    Out out;
    Query query = {0};
    Error error;
    bool row;
    unlink(scratch("bad.db"));
    assert_true(out_open(&out, scratch("bad.db"), &error));
    assert_true(db_create(&db, &out, &error));
    assert_true(fill(&db, 2, &error));
    assert_false(db_exec(&db, "INSERT INTO word VALUES(1, 'x', 0)", &error));
    assert_non_null(strstr(error.text, "bad.db: UNIQUE constraint failed: word.id; "));
    assert_false(db_prepare(&db, &query, "SELECT lost FROM word", &error));
    assert_non_null(strstr(error.text, "bad.db: no such column: lost; "));
    db_finish(&query);
    assert_true(db_prepare(&db, &query, "INSERT INTO word VALUES(7, ?, 0)", &error));
    db_bind_text(&query, 1, NULL);
    assert_false(db_run(&query, &error));
    assert_non_null(strstr(error.text, "NOT NULL constraint failed: word.text"));
    db_finish(&query);
    assert_true(db_prepare(&db, &query, "SELECT 1", &error));
    db_bind_int(&query, 1, 5); /* there is no parameter */
    assert_false(db_step(&query, &row, &error));
    assert_non_null(strstr(error.text, "out of range"));
    db_finish(&query);
    db_abandon(&db);
    out_abandon(&out);
    assert_int_not_equal(access(scratch("bad.db"), F_OK), 0);
}

/* A limit on the size of files stands for a disk that is full. */
static void test_full_disk(void **state)
{
    (void)state;
    Db db;
    Out out;
    Error error = {""};
    struct rlimit before, small;
    unlink(scratch("full.db"));
    assert_true(out_open(&out, scratch("full.db"), &error));
    assert_true(db_create(&db, &out, &error));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 20000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool filled = fill(&db, 5000, &error), ok = db_close(&db, &error) && filled;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_false(ok);
    assert_non_null(strstr(error.text, "full.db: "));
    assert_non_null(strstr(error.text, "; check what is written to it, and the space left"));
    out_abandon(&out);
    assert_int_not_equal(access(scratch("full.db"), F_OK), 0);
}

static void refuse(const char *path, const char *words)
{
    Db db;
    Error error;
    assert_false(db_open(&db, path, &error));
    if (!strstr(error.text, words) || !strstr(error.text, path) || !strchr(error.text, ';'))
        fail_msg("'%s' does not say '%s'", error.text, words);
    assert_null(db.handle);
}

static void test_files_that_are_none(void **state)
{
    (void)state;
    Out out;
    Error error;
    size_t size;
    refuse("build/absent.db", "cannot be read");
    refuse("checks", "is not a file");
    assert_true(out_open(&out, scratch("empty.db"), &error) && out_commit(&out, &error));
    refuse(scratch("empty.db"), "is empty");
    refuse("checks/unit/file/db.c", "file is not a database");
    /* A database cut in its first page. */
    unlink(scratch("whole.db"));
    make(scratch("whole.db"), 5000);
    char *bytes = slurp(scratch("whole.db"), &size);
    assert_true(out_open(&out, scratch("cut.db"), &error));
    out_bytes(&out, bytes, 2000);
    assert_true(out_commit(&out, &error));
    refuse(scratch("cut.db"), "database");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),           cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_statements_that_fail), cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_files_that_are_none),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
