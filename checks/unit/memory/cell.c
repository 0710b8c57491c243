/* Cells: written and read back, continued, and refused where they do not hold together. */
#include "memory/cell.h"
#include "base/alloc.h"
#include "base/rng.h"

#include <string.h>

#include "check.h"

enum { D = 6, M = 8, DOCUMENTS = 3, STATES = 3 };

/* A cell of random numbers, and an allocation of its own where `kind` is not none. */
static Cell make(MemoryVariant variant, AllocationKind kind)
{
    static const int32_t ids[] = {1, 5, 6, 7, 1, 6, 8, 1, 9, 5};
    static const int64_t offset[] = {0, 4, 7, 10};
    Error error;
    Memory memory;
    Cell cell;
    memory_make_like(&memory, &(Memory){.width = D,
                                        .entries = M,
                                        .variant = variant,
                                        .hidden = memory_tunes(variant) ? 2 * D : 0,
                                        .query = memory_tunes(variant) ? D : 0,
                                        .key = memory_tunes(variant) ? 3 : 0});
    cell_make(&cell, &memory, STATES, DOCUMENTS, 4);
    cell.layer = 2, cell.seed = 7, cell.target = alloc_text("document");
    cell.allocation = (Allocation){.kind = kind,
                                   .documents = DOCUMENTS,
                                   .entries = M,
                                   .bands = 2,
                                   .seed = 4,
                                   .strength = kind == ALLOCATION_NONE ? 1 : 0.9};
    assert_true(allocation_make(&cell.allocation, ids, offset, &error));
    for (size_t s = 0; s < STATES; s++) {
        cell.epoch[s] = (int64_t)(s * s);
        cell.nll[s] = 3.0 / (double)(s + 1);
    }
    for (size_t s = 1; s < STATES; s++) {
        Rng rng = rng_stream("cell", s, 0);
        for (size_t i = 0; i < memory.count; i++)
            memory.parameters[i] = (float)rng_normal(&rng);
        cell.parameters[s] = alloc_zeroed(memory.count, sizeof *memory.parameters);
        memcpy(cell.parameters[s], memory.parameters, memory.count * sizeof *memory.parameters);
    }
    memory_free(&memory);
    return cell;
}

static const char *write_cell(const Cell *cell)
{
    Error error;
    Out out;
    const char *path = scratch("cell.safetensors");
    assert_true(out_open(&out, path, &error) && cell_write(cell, &out, &error) &&
                out_commit(&out, &error));
    return path;
}

static void test_round_trip(void **state)
{
    (void)state;
    for (int variant = 0; variant < MEMORY_VARIANTS; variant++)
        for (int kind = 0; kind < (memory_tunes((MemoryVariant)variant) ? 1 : ALLOCATION_KINDS);
             kind++) {
            Error error;
            Cell cell = make((MemoryVariant)variant, (AllocationKind)kind), read;
            if (!cell_read(&read, write_cell(&cell), &error))
                fail_msg("%s", error.text);
            assert_true(allocation_equal(&cell.allocation, &read.allocation));
            assert_true(read.allocation.strength == cell.allocation.strength);
            assert_string_equal(read.target, "document");
            assert_int_equal(read.variant, variant);
            assert_memory_equal(read.parameters[2], cell.parameters[2],
                                cell_parameters(&cell) * sizeof(float));
            assert_true(cell_shared(&read) == cell_shared(&cell));
            TensorFile file;
            assert_true(tensors_open(&file, scratch("cell.safetensors"), &error));
            assert_string_equal(tensors_metadata(&file, "allocation"),
                                allocation_name((AllocationKind)kind));
            assert_int_equal(atoi(tensors_metadata(&file, "parameters")), cell_parameters(&cell));
            assert_true(strtod(tensors_metadata(&file, "shared"), NULL) == cell_shared(&cell));
            tensors_close(&file);
            cell_free(&cell), cell_free(&read);
        }
}

static void test_parameters(void **state)
{
    (void)state;
    Cell cell = make(MEMORY_LM, ALLOCATION_DISJOINT);
    size_t own = M * (2 * D + 1), rest = D + D * D + D;
    assert_int_equal(cell_parameters(&cell), own + rest);
    cell.allocation.strength = 1;
    assert_true(cell_shared(&cell) == 1 - (double)own / (double)(own + rest));
    cell_free(&cell);
}

/* Which rows it acts on is recorded where they are not all; another word is refused. */
static void test_rows(void **state)
{
    (void)state;
    Error error;
    Memory memory;
    TensorFile file;
    char text[CELL_VARIANT_TEXT];
    Cell cell = make(MEMORY_NORM_GATE, ALLOCATION_NONE), read;
    assert_string_equal(cell_variant(&cell, text), "norm-gate");
    assert_true(tensors_open(&file, write_cell(&cell), &error));
    assert_null(tensors_metadata(&file, "rows"));
    tensors_close(&file);
    cell.without_first = true;
    assert_true(cell_read(&read, write_cell(&cell), &error) && read.without_first);
    assert_string_equal(cell_variant(&read, text), "norm-gate-without-first");
    cell_memory(&read, 2, &memory);
    assert_true(memory.without_first);
    memory_free(&memory);
    cell_free(&cell), cell_free(&read);
}

/* Continues a cell of this kind whose `change` has been made to it; NULL words: must work. */
static void check_continue(AllocationKind kind, void (*change)(Cell *), const char *words)
{
    Error error = {""};
    Memory memory;
    Cell start = make(MEMORY_PLAIN, kind), cell = make(MEMORY_PLAIN, kind);
    memory_make(&memory, D, M, MEMORY_PLAIN);
    free((char *)cell.target);
    cell.target = alloc_text("template");
    if (change)
        change(&start);
    bool ok = cell_continue(&cell, write_cell(&start), &memory, &error);
    if (ok != !words || (words && (!strstr(error.text, words) || !strchr(error.text, ';'))))
        fail_msg("not '%s': %s", words ? words : "", error.text);
    assert_string_equal(cell.target, ok ? "document-then-template" : "template");
    float first = memory.parameters[0];
    assert_true(ok ? first == start.parameters[STATES - 1][0] && first != start.parameters[1][0]
                   : first == 0);
    memory_free(&memory);
    cell_free(&start), cell_free(&cell);
}

static void other_rows(Cell *cell)
{
    cell->without_first = true;
}
static void another_layer(Cell *cell)
{
    cell->layer++;
}
static void another_seed(Cell *cell)
{
    cell->seed++;
}
static void another_strength(Cell *cell)
{
    cell->allocation.strength = 0.5;
}
static void another_hash(Cell *cell)
{
    cell->allocation.seed++;
}
static void another_mask(Cell *cell)
{
    cell->allocation.mask[5] ^= 1;
}
static void fewer_bands(Cell *cell)
{
    cell->allocation.bands = 1;
}
static void no_allocation(Cell *cell)
{
    allocation_free(&cell->allocation);
}

static void continued(Cell *cell)
{
    free((char *)cell->target);
    cell->target = alloc_text("document-then-template");
}

static void test_continue(void **state)
{
    (void)state;
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++)
        check_continue((AllocationKind)kind, NULL, NULL);
    static void (*const changes[])(Cell *) = {another_layer, another_seed, another_strength,
                                              another_hash,  another_mask, fewer_bands,
                                              no_allocation, other_rows};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        check_continue(ALLOCATION_SIMSET_1_DIM, changes[i], "differs in its target alone");
    check_continue(ALLOCATION_NONE, continued, "was itself started from a cell");
}

static void test_other_documents(void **state)
{
    (void)state;
    Error error;
    Cell cell = make(MEMORY_PLAIN, ALLOCATION_RANDOM), read;
    cell.allocation.documents--;
    assert_false(cell_read(&read, write_cell(&cell), &error));
    assert_non_null(strstr(error.text, "different documents"));
    cell.allocation.documents++;
    cell_free(&cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_other_documents),
    };
    return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
