/* Losses of pages under a memory: of those it stored and of those it did not (held_out). */
#ifndef DOCMEM_PAGE_LOSSES_H
#define DOCMEM_PAGE_LOSSES_H
#include "verdict/condition.h"

/* The columns of a file of the held_out stage, NULL at the end. */
extern const char *const page_loss_columns[];

typedef struct {
    Condition condition;
    int64_t seed, epoch;
    bool other; /* a page that no claim cites */
    int64_t page, tokens;
    double nll, without; /* nats a token, with the memory and without */
} PageLoss;

/* A growing list; a zeroed one is empty. */
typedef struct {
    PageLoss *items;
    size_t count, capacity;
} PageLosses;

/* Whether the file begins with the header of such a file. */
bool page_losses_are(const char *path);
/* Adds the rows of a file. False with file and line. */
bool page_losses_read(PageLosses *losses, const char *path, Error *error);
/* Sorts by condition, epoch, kind of page, seed and page. */
void page_losses_sort(PageLosses *losses);
void page_losses_free(PageLosses *losses);

#endif
