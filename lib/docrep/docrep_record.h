/* Fills a DocRepCell while its memory is trained. */
#ifndef DOCMEM_DOCREP_RECORD_H
#define DOCMEM_DOCREP_RECORD_H
#include "docrep/docrep_cell.h"

typedef struct {
    DocRep *docrep;          /* borrowed */
    const MemoryText *texts; /* (n) the documents', borrowed */
    DocRepCell cell;
    Memory first_memory; /* before training */
    Selection first_selection;
    size_t scored; /* so far */
} DocRepRecord;

/* Starts the record of a memory not yet trained, which will be scored at `scored` epochs, 0 among
 * them: keeps its vectors and selections, and scores it and the bare model. False if a loss is not
 * finite; *error names no file. docrep_record_free frees it, also after a failure. */
bool docrep_record_begin(DocRepRecord *record, DocRep *docrep, const MemoryText *texts,
                         size_t scored, Error *error);
void docrep_record_free(DocRepRecord *record);

/* Trains epoch `epoch` ≥ 1, keeps what it did and, if `score`, scores all documents. False as
 * docrep_record_begin. */
bool docrep_record_epoch(DocRepRecord *record, size_t epoch, bool score, Error *error);

/* Copies the last parameters into the cell and writes it to `out` (docrep_cell_write). */
bool docrep_record_write(DocRepRecord *record, Out *out, Error *error);

#endif
