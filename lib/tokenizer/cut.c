/* First the text is split into matches and the text between them. Then the behaviour drops pieces
 * or joins them to a neighbour. */
#include "tokenizer/cut.h"

#include "base/alloc.h"
#include "tokenizer/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "tokenizer/cut_pattern.h"

CutBehaviour cut_behaviour(const char *name)
{
    static const char *const names[] = {"Removed", "Isolated", "MergedWithPrevious",
                                        "MergedWithNext", "Contiguous"};
    int behaviour = 0;
    while (behaviour < CUT_BEHAVIOURS && strcmp(name, names[behaviour]) != 0)
        behaviour++;
    return (CutBehaviour)behaviour;
}

bool cut_compile(Cut *cut, const char *pattern, bool literal, char why[128])
{
    Text text = {0};
    int code = 0;
    PCRE2_SIZE place = 0;
    bool ok = literal ? cut_literal(pattern, &text) : cut_translate(pattern, &text, why);
    /* A callout before each item of the pattern counts the steps. There is no JIT: its code would
     * have other limits of stack and time. */
    if (ok)
        cut->pattern =
            pcre2_compile((PCRE2_SPTR)text.bytes, text.length,
                          PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT, &code, &place, NULL);
    if (ok && !cut->pattern) {
        if (code == PCRE2_ERROR_HEAP_FAILED)
            alloc_exhausted();
        snprintf(why, 128, "a pattern that PCRE2 does not take (error %d)", code);
    }
    text_free(&text);
    return cut->pattern != NULL;
}

void cut_free(Cut *cut)
{
    pcre2_code_free(cut->pattern);
    *cut = (Cut){0};
}

static void add(CutPieces *pieces, size_t from, size_t to, bool match)
{
    pieces->items =
        alloc_grow(pieces->items, &pieces->capacity, pieces->count + 1, sizeof *pieces->items);
    pieces->items[pieces->count++] = (CutPiece){from, to, match};
}

/* ---- Matches, and the text between ---- */

static void find_numbers(const char *bytes, size_t length, CutPieces *pieces)
{
    size_t begun = 0;
    for (size_t at = 0, next; at < length; at = next) {
        next = at + utf8_width(bytes[at]);
        if (!unicode_is_number(utf8_code(bytes + at)))
            continue;
        if (at > begun)
            add(pieces, begun, at, false);
        add(pieces, at, begun = next, true);
    }
    if (begun < length)
        add(pieces, begun, length, false);
}

static int count_step(pcre2_callout_block *block, void *steps)
{
    uint64_t *left = steps;
    (void)block;
    return *left > 0 ? (--*left, 0) : PCRE2_ERROR_CALLOUT;
}

/* The next match at or after *at, as Oniguruma finds it: an empty match right behind the last one,
 * which ended at `last`, does not count. Returns pcre2_match's result. */
static int next_match(const Cut *cut, const char *bytes, size_t length, size_t *at, size_t last,
                      pcre2_match_data *data, pcre2_match_context *context)
{
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(data);
    while (*at <= length) {
        int result = pcre2_match(cut->pattern, (PCRE2_SPTR)bytes, length, *at, PCRE2_NO_UTF_CHECK,
                                 data, context);
        if (result <= 0 || place[0] != place[1] || place[0] != last)
            return result;
        *at += *at < length ? utf8_width(bytes[*at]) : 1;
    }
    return PCRE2_ERROR_NOMATCH;
}

static bool find_matches(const Cut *cut, const char *bytes, size_t length, CutPieces *pieces,
                         uint64_t *steps, Error *error)
{
    enum { HEAP = 1 << 16 }; /* KiB */
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    size_t at = 0, begun = 0, last = SIZE_MAX;
    int result;
    if (!data || !context)
        alloc_exhausted();
    pcre2_set_callout(context, count_step, steps);
    pcre2_set_heap_limit(context, HEAP);
    while ((result = next_match(cut, bytes, length, &at, last, data, context)) >= 0) {
        const PCRE2_SIZE *place = pcre2_get_ovector_pointer(data);
        if (place[0] > begun)
            add(pieces, begun, place[0], false);
        add(pieces, place[0], place[1], true);
        at = begun = last = place[1];
    }
    if (begun < length)
        add(pieces, begun, length, false);
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    return result == PCRE2_ERROR_NOMATCH ||
           fail(
               error,
               "text at byte %zu: the tokenizer's pattern finds no end here (%d); cut the text, or "
               "take another tokenizer",
               at, result);
}

/* ---- Behaviours ---- */

/* Whether a piece (`match`: it is a match) joins its neighbour, the one handled before it
 * (`previous`: that is a match). `any` says that there is one. */
static bool joins(CutBehaviour behaviour, bool match, bool previous, bool any)
{
    if (!any || behaviour == CUT_ISOLATED || behaviour == CUT_REMOVED)
        return false;
    return behaviour == CUT_CONTIGUOUS ? match == previous : match && !previous;
}

/* Joins or drops pieces as the behaviour says, in place. It goes from first to last, and for
 * CUT_WITH_NEXT from last to first, so that the same rule joins a match to the piece after it. */
static void join(CutBehaviour behaviour, CutPieces *pieces)
{
    size_t count = pieces->count, kept = 0;
    bool back = behaviour == CUT_WITH_NEXT, previous = false;
    for (size_t i = 0; i < count; i++) {
        CutPiece piece = pieces->items[back ? count - 1 - i : i];
        CutPiece *into = &pieces->items[back ? count - 1 - kept : kept];
        if (joins(behaviour, piece.match, previous, kept > 0)) {
            into = &pieces->items[back ? count - kept : kept - 1];
            *(back ? &into->from : &into->to) = back ? piece.from : piece.to;
        } else if (behaviour != CUT_REMOVED || !piece.match) {
            *into = piece;
            kept++;
        }
        previous = piece.match;
    }
    if (back)
        memmove(pieces->items, pieces->items + (count - kept), kept * sizeof *pieces->items);
    pieces->count = kept;
}

uint64_t cut_steps(size_t length)
{
    return 4096 + 256 * (uint64_t)length; /* GPT-4's pattern takes about 20 per byte */
}

bool cut_apply(const Cut *cut, const char *bytes, size_t length, CutPieces *pieces, uint64_t *steps,
               Error *error)
{
    size_t kept = 0;
    pieces->count = 0;
    if (!cut->pattern)
        find_numbers(bytes, length, pieces);
    else if (!find_matches(cut, bytes, length, pieces, steps, error))
        return false;
    for (size_t i = 0; i < pieces->count; i++)
        pieces->items[i].match ^= cut->invert;
    join(cut->behaviour, pieces);
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->items[i].to > pieces->items[i].from)
            pieces->items[kept++] = pieces->items[i];
    pieces->count = kept;
    return true;
}
