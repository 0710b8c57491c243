/* Effects: unit effects (units.h) of all questions at hand, and the contrasts that rules ask of
 * them.
 *
 * A cell is one condition with its epoch, measure and kind of unit, all of them keys; a run is what
 * one seed showed on its units. */
#ifndef DOCMEM_EFFECTS_H
#define DOCMEM_EFFECTS_H
#include "base/names.h"
#include "verdict/rules.h"

enum { EFFECT_KEYS = 48 };

typedef struct {
    int64_t seed; /* UNITS_NO_SEED: none, it stands for any */
    size_t count, capacity;
    int64_t *item, *document; /* (count) items ascend */
    double *value;            /* (count) */
} EffectRun;

typedef struct {
    char *text;                   /* key=value … */
    uint32_t values[EFFECT_KEYS]; /* by key: number of the value and one more, 0 where absent */
    EffectRun *runs;              /* by seed */
    size_t count, capacity;
} EffectCell;

/* Rules may have been tuned on the exploratory half of the documents, never on the other. */
typedef enum { HALF_CONFIRMATORY, HALF_EXPLORATORY, HALVES } Half;
extern const char *const half_names[HALVES];

/* Start from a zeroed one. */
typedef struct {
    Names keys, values;
    EffectCell *cells; /* by text */
    size_t count, capacity;
    uint8_t *half; /* (documents) by title; NULL: all units are in `whole` */
    size_t documents;
    Half whole;
    int64_t *claim; /* (claims) their numbers, ascending */
    size_t *same;   /* (claims) the place of the first claim of the same text */
    uint8_t *mixed; /* (claims) 1 where that text has two labels */
    size_t claims;
} Effects;

/* Reads `count` tables of unit effects, in any order; false with file and line, where a row is
 * none, a series stands there twice or its units do not ascend, or two conditions use more than
 * EFFECT_KEYS keys. The caller frees in any case. */
bool effects_read(Effects *effects, char *const *paths, size_t count, Error *error);
/* Halves documents by their titles, from the table document (document, title, claims): those whose
 * FNV-1a hash (32 bits) has bit 16 set are confirmatory. */
bool effects_halve(Effects *effects, const char *path, Error *error);
/* Makes one unit of the claims of one text, their mean, from the table fever_claim (claim,
 * fever_id, label, text). */
bool effects_join_claims(Effects *effects, const char *path, Error *error);
/* Gives cells that lack a key its default. */
bool effects_defaults(Effects *effects, const RuleTests *defaults, Error *error);
void effects_free(Effects *effects);
/* The place of a claim by its number, or SIZE_MAX. */
size_t effects_claim(const Effects *effects, int64_t number);

/* In a variant of a claim, the key whose tests are replaced by one value; key NULL: none. */
typedef struct {
    const char *key, *value;
} EffectVariant;

/* The cells (ascending places, *count of them; freed by the caller) that the part is about, of the
 * stage `question` unless it names another. */
size_t *effects_select(const Effects *effects, const RulePart *part, const char *question,
                       EffectVariant variant, size_t *count);
/* Whether the cell passes all tests, none of them one of the words that stand for numbers. */
bool effects_passes(const Effects *effects, size_t cell, const RuleTests *tests);
/* The value of a key as text; "" where the cell lacks it. */
const char *effects_value(const Effects *effects, size_t cell, const char *key);

/* What a part says of the cells chosen, unit by unit: values (seeds, units); seeds is 0 where no
 * cell has any, and there is one row. */
typedef struct {
    size_t seeds, units;
    double *values;
} EffectTable;

/* False, with nothing made and the reason in *error, where cells lack a partner, or share no seed
 * or no unit. */
bool effects_table(EffectTable *table, const Effects *effects, const RulePart *part,
                   const size_t *cells, size_t count, Half half, Error *error);
/* The mean of the part's scale on the same half; false with the reason. */
bool effects_scale(double *scale, const Effects *effects, const RulePart *part,
                   const char *question, EffectVariant variant, Half half, Error *error);

#endif
