/* How near a model comes to its reference values: held to a bound, and told to whoever collects. */
#ifndef DOCMEM_PARITY_H
#define DOCMEM_PARITY_H
#include "model/model.h"

#include "numbers.h"

/* Fails the test unless `gap`, the largest difference as a share of the largest entry, is within
 * `bound`. Where the environment names a file in DOCMEM_PARITY, appends a line to it: model, dtype,
 * number of files, quantity, gap, bound (make parity). */
static inline void parity_hold(const Model *model, const char *quantity, double gap, double bound)
{
    const char *path = getenv("DOCMEM_PARITY"), *name = strrchr(model->file.path, '/') + 1;
    if (!(gap <= bound))
        fail_msg("%s: %s is %.2e of its largest entry away, more than %.0e", name, quantity, gap,
                 bound);
    if (!path)
        return;
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "%s,%s,%zu,%s,%.1e,%.0e\n", name, dtype_name(model->embedding.tensor->dtype),
            model->file.shards_count, quantity, gap, bound);
    assert_int_equal(fclose(file), 0);
}

#endif
