/* How strongly entries answer to texts: by hand, with a mask and without. */
#include "memory/activity.h"

#include "check.h"

#include <math.h>

enum { D = 2, M = 2 };

static double gelu(double x)
{
    return x * (1 + erf(x / sqrt(2))) / 2;
}

static void near(double found, double wanted)
{
    if (!(fabs(found - wanted) < 1e-6))
        fail_msg("found %.9g, wanted %.9g", found, wanted);
}

/* A memory whose entry j answers to coordinate j of the stream. */
static void make(Memory *memory)
{
    memory_make(memory, D, M, MEMORY_PLAIN);
    memory->up[0] = memory->up[3] = 1;
    memory->up_bias[1] = 0.5f;
}

static void test_means(void **state)
{
    (void)state;
    static const float h[] = {9, 9, 1, -2, 3, 0};
    static const int32_t ids[] = {1, 5, 6};
    const MemoryText texts[] = {{.ids = ids, .h = h, .length = 3},
                                {.ids = ids, .h = h, .length = 1, .document = 1}};
    Memory memory;
    double mean[2 * M];
    make(&memory);
    activity_mean(&memory, NULL, texts, 2, mean);
    near(mean[0], (gelu(1) + gelu(3)) / 2); /* the first row does not count */
    near(mean[1], (fabs(gelu(-1.5)) + gelu(0.5)) / 2);
    near(mean[2], 0); /* of one row */
    near(mean[3], 0);
    memory_free(&memory);
}

static void test_masked(void **state)
{
    (void)state;
    static const float h[] = {9, 9, 1, -2, 3, 0};
    static const int32_t ids[] = {1, 5, 6};
    const MemoryText texts[] = {{.ids = ids, .h = h, .length = 3},
                                {.ids = ids, .h = h, .length = 3, .document = 1}};
    uint8_t mask[] = {1, 0, 0, 1};
    const Allocation allocation = {
        .kind = ALLOCATION_DISJOINT, .documents = 2, .entries = M, .strength = 1, .mask = mask};
    Memory memory;
    double mean[2 * M];
    make(&memory);
    activity_mean(&memory, &allocation, texts, 2, mean);
    near(mean[0], (gelu(1) + gelu(3)) / 2);
    near(mean[1], 0); /* not its own */
    near(mean[2], 0);
    near(mean[3], (fabs(gelu(-1.5)) + gelu(0.5)) / 2);
    memory_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_masked),
    };
    return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}
