/* How strongly each entry of a memory answers to each text: which entries serve which pages. */
#ifndef DOCMEM_ACTIVITY_H
#define DOCMEM_ACTIVITY_H
#include "memory/allocation.h"
#include "memory/memory.h"
#include "memory/pack.h"

/* mean (count, entries): over the rows of a text but its first, BOS, the mean of |mask × gelu(up ·
 * h
 * + up_bias)| of each entry, in the units of the activation; 0 of a text of one row. Of a memory
 * that is added to the stream; the texts' h is what enters it; allocation as in TrainSettings. */
void activity_mean(const Memory *memory, const Allocation *allocation, const MemoryText *texts,
                   size_t count, double *mean);

#endif
