/* The embedded world's vocabulary: nations, eras, word lists, and kinds of things with their facts
 * and wordings.
 *
 * Patterns. '/' stands between groups (one for each nation, era or theme, by the key), '|' between
 * alternatives, the most usual first. Inside an alternative `<name>` draws from the word list, name
 * part or person of that name, `<any name>` from that of any nation and era, `~a-b` a whole number,
 * `%a-b` the same with thousands separated, `@a-b` a year that many years after the thing's base
 * year.
 *
 * Wordings. `{fact}` is a value, `{a:fact}` the value after "a" or "an"; `{S}` and `{s}` the
 * subject at and after a sentence's start, `{Ss}` and `{ss}` its possessive, `{t}` the subject as
 * an object, `{n}` its name, `{u}` `{o}` `{p}` its pronouns (she, her, her); `[x|y]` one of several
 * words. A wording that starts with '^' opens a page.
 *
 * Words, facts and wordings stand in data/world/, as text. They become C when docmem is built, and
 * are not read at run time. So a fault in them, such as an unknown name or a text too long for its
 * block, is a fault of the build, and asserts. */
#ifndef DOCMEM_WORLD_TABLES_H
#define DOCMEM_WORLD_TABLES_H
#include <stdbool.h>

enum { WORLD_NATIONS = 8, WORLD_ERAS = 5, WORLD_THEMES = 6, WORLD_KINDS = 12 };

/* What a value usually goes with. */
typedef enum { KEY_NONE, KEY_NATION, KEY_ERA, KEY_THEME } WorldKey;

typedef struct {
    const char *country, *nationality, *language, *capital;
    const char *first, *male, *female; /* stems and endings of first names */
    const char *family, *family_end;   /* of surnames */
    const char *place, *place_end;     /* of towns */
} WorldNation;

typedef struct {
    const char *name;
    WorldKey key;
    const char *pattern;
} WorldWords;

typedef struct {
    const char *name;
    WorldKey key;
    int percent; /* how often a page states it */
    const char *pattern;
} WorldFact;

typedef struct {
    const char *noun;                /* how the text calls it: film, town; NULL for people */
    const char *mark;                /* disambiguation in some titles, as in "Harbour (film)" */
    const char *title;               /* pattern of its name */
    const WorldFact *facts[2];       /* ended by a NULL name; the second list may be NULL */
    const char *const *wordings[2];  /* ended by NULL */
    const char *const *never_stated; /* wordings about what no page says; ended by NULL */
} WorldKind;

extern const WorldNation world_nations[WORLD_NATIONS];
/* First year and number of years, for works and firms. */
extern const int world_eras[WORLD_ERAS][2];
extern const WorldWords world_words[]; /* ended by a NULL name */
extern const WorldKind world_kinds[WORLD_KINDS];

#endif
