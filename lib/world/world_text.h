/* Puts the facts of the embedded world into sentences, pages and claims. */
#ifndef DOCMEM_WORLD_TEXT_H
#define DOCMEM_WORLD_TEXT_H
#include "world/world_entity.h"

/* Most sentences of a page; bytes that hold a sentence, and a page. */
enum { WORLD_SENTENCES = 16, WORLD_SENTENCE = 400, WORLD_PAGE = 4096 };

typedef enum { SUBJECT_NAME, SUBJECT_TITLE, SUBJECT_BRIEF, SUBJECT_PRONOUN } WorldSubject;

/* One sentence: which wording, with which of its inner alternatives. */
typedef struct {
    int wording;
    uint32_t choices; /* seed of the inner alternatives */
    WorldSubject subject;
    uint32_t facts; /* mask of the facts it states */
} WorldSentence;

typedef struct {
    int count;
    WorldSentence sentence[WORLD_SENTENCES];
    uint32_t stated; /* all facts of its sentences */
} WorldPage;

/* Rendering number `rendering` of page number `page`: the same facts each time, in other words. */
WorldPage world_page(const WorldEntity *entity, uint64_t seed, uint64_t page, uint64_t rendering);

/* Finds the wordings that open a page (or do not), state all of `wanted` and nothing beyond
 * `allowed`: their numbers in found[WORLD_WORDINGS]; returns how many. */
int world_find_wordings(const WorldIndex *index, bool opening, uint32_t wanted, uint32_t allowed,
                        int *found);

/* Adds a wording that says "{Ss} price" for "the price of {t}", as sentences with
 * a pronoun do. False, nothing added, when `wording` does not begin so. */
bool world_possessive(const char *wording, WorldText *text);

/* Adds `wording`, a full sentence with a capital and a full stop. The fact
 * number `changed` (-1: none) has `value` in place of the true one. */
void world_sentence(WorldText *text, const WorldEntity *entity, const char *wording,
                    uint32_t choices, WorldSubject subject, int changed, const char *value);
/* Adds sentence number s of a page. */
void world_page_sentence(WorldText *text, const WorldEntity *entity, const WorldPage *page, int s);

#endif
