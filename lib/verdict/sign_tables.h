/* The tables that answer what the sign of a selection means (stages/memory_sign.c). */
#ifndef DOCMEM_SIGN_TABLES_H
#define DOCMEM_SIGN_TABLES_H
#include "file/csvfile.h"
#include "verdict/sign_set.h"
#include "verdict/stats.h"

/* The columns of each, NULL at the end; described in stages/results.sql. */
extern const char *const sign_measure_columns[], *const sign_pair_columns[];
extern const char *const sign_pool_columns[], *const sign_pool_word_columns[];
extern const char *const sign_layer_columns[];

/* Every measure of every group: its mean over memories and units (seed −1) with the 95 % bootstrap
 * interval over both, and that of each memory without. */
void sign_measures_write(const SignSet *set, Draws draws, CsvWriter *writer);
/* The same unit by unit, as unit effects (units.h). */
void sign_units_write(const SignSet *set, CsvWriter *writer);
/* Of every memory, whatever its layer, how often short lens and linear path tell which way a word's
 * logit moves at +1, with the 95 % bootstrap interval over its entries. */
void sign_layers_write(const SignSet *set, Draws draws, CsvWriter *writer);
/* The declared (entry, word) pairs of every memory. */
void sign_pairs_write(const SignSet *set, CsvWriter *writer);
/* What each document's pool does; `titles` (documents). */
void sign_pools_write(const SignSet *set, char *const *titles, CsvWriter *writer);
/* The words that each document's pool raises and lowers most, TOP_WORDS of each. */
void sign_pool_words_write(const SignSet *set, CsvWriter *writer);

#endif
