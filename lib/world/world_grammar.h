/* Draws words, names and numbers of the embedded world from the patterns of world_tables.h. */
#ifndef DOCMEM_WORLD_GRAMMAR_H
#define DOCMEM_WORLD_GRAMMAR_H
#include "base/rng.h"
#include "world/world_tables.h"

/* Text under construction in a caller's block; always NUL-terminated. Overflow is a fault of the
 * tables, not of an input: it asserts. */
typedef struct {
    char *text;
    size_t size, length;
} WorldText;

/* What an entity's values usually go with. */
typedef struct {
    int nation, era, theme; /* indices: nation, era, theme of its kind */
    int base;               /* the year '@' counts from */
    bool female;
    bool unusual; /* draw what is rarely drawn: for false values */
} WorldKeys;

/* True in `percent` of 100 draws; the number of a bit drawn uniformly from `mask`, not 0. */
bool grammar_chance(Rng *rng, uint32_t percent);
int grammar_bit(Rng *rng, uint32_t mask);

/* Starts an empty text in block (size bytes). */
WorldText words_begin(char *block, size_t size);
void words_add(WorldText *text, const char *bytes, size_t count);
void words_add_string(WorldText *text, const char *string);

/* Appends one draw from pattern's group for `key` to text. */
void grammar_draw(WorldText *text, Rng *rng, const WorldKeys *keys, WorldKey key,
                  const char *pattern);
/* Appends the pattern atom at *at (`<name>`, `~a-b`, `%a-b`, `@a-b` or one
 * plain byte) and moves *at behind it. */
void grammar_atom(WorldText *text, Rng *rng, const WorldKeys *keys, const char **at);

/* `keys` with the one that `key` names replaced by another, drawn uniformly; a new era moves the
 * base year, too. Unchanged for KEY_NONE. */
WorldKeys grammar_other(Rng *rng, const WorldKeys *keys, WorldKey key);

/* Part number `index` of the text from `text` to text_end, in which `separator` stands between
 * parts: returns where it starts, *end = where it ends. grammar_parts returns how many parts there
 * are. */
const char *grammar_part(const char *text, const char *text_end, char separator, size_t index,
                         const char **end);
size_t grammar_parts(const char *text, const char *text_end, char separator);

#endif
