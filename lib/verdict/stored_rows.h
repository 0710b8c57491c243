/* What memories have stored, of all pages or of one half each, as rows of the table of scores.
 *
 *   pages_without  the loss of all pages without a memory, nats a token, mean of pages
 *   pages          with the memory that stored the page, at the last epoch
 *   pages_other    with the one that stored the other half
 *
 * under the target halves; of memories of all pages, under the target document, the first two. */
#ifndef DOCMEM_STORED_ROWS_H
#define DOCMEM_STORED_ROWS_H
#include "verdict/cell_losses.h"
#include "verdict/stats.h"

/* Rows of each condition's cells (count, sorted, as cell_losses_read_all has them) with the targets
 * half-1 and half-2, of which a seed has both, or document: of each seed, without intervals, and
 * the mean over seeds (-1) with those of stats_bootstrap over seeds and pages. half (documents): 0
 * or 1, the half of each page. Other cells have none. */
void stored_rows_write(const CellLosses *cells, size_t count, const int32_t *half,
                       CsvWriter *writer, Draws draws);

#endif
