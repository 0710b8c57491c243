/* Tokens are sorted by first byte, then longest first. So at each place of the text the first token
 * that matches is the longest one. */
#include "tokenizer/added.h"

#include "base/alloc.h"
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <string.h>

/* By first byte, then longest first, then by id. */
static int by_search_order(const void *a, const void *b)
{
    const AddedToken *x = *(AddedToken *const *)a, *y = *(AddedToken *const *)b;
    unsigned char x_byte = (unsigned char)x->pattern[0], y_byte = (unsigned char)y->pattern[0];
    size_t x_length = strlen(x->pattern), y_length = strlen(y->pattern);
    if (x_byte != y_byte)
        return x_byte < y_byte ? -1 : 1;
    if (x_length != y_length)
        return x_length > y_length ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

void added_search_begin(AddedSearch *search, const AddedToken *tokens, size_t count,
                        bool normalized)
{
    *search = (AddedSearch){.tokens = alloc_zeroed(count, sizeof *search->tokens)};
    for (size_t i = 0; i < count; i++)
        if (tokens[i].normalized == normalized && tokens[i].pattern[0])
            search->tokens[search->count++] = &tokens[i];
    qsort(search->tokens, search->count, sizeof *search->tokens, by_search_order);
    for (size_t byte = 0, i = 0; byte <= 256; byte++) {
        while (i < search->count && (unsigned char)search->tokens[i]->pattern[0] < byte)
            i++;
        search->begin[byte] = i;
    }
}

static const AddedToken *token_at(const AddedSearch *search, const char *text, size_t length)
{
    unsigned char first = (unsigned char)text[0];
    for (size_t i = search->begin[first]; i < search->begin[first + 1]; i++) {
        size_t wanted = strlen(search->tokens[i]->pattern);
        if (wanted <= length && memcmp(search->tokens[i]->pattern, text, wanted) == 0)
            return search->tokens[i];
    }
    return NULL;
}

/* Start of the character that ends before `at`; `at` is above 0. */
static size_t previous_character(const char *text, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80);
    return at;
}

static bool touches_word(const char *text, size_t length, size_t start, size_t end)
{
    return (start > 0 && unicode_is_word(utf8_code(text + previous_character(text, start)))) ||
           (end < length && unicode_is_word(utf8_code(text + end)));
}

static void take_spaces(const char *text, size_t length, size_t taken, AddedHit *hit)
{
    if (hit->token->lstrip) {
        if (hit->start < taken) /* the match before took spaces that begin this token */
            hit->start = taken;
        while (hit->start > taken) {
            size_t before = previous_character(text, hit->start);
            if (!unicode_is_space(utf8_code(text + before)))
                break;
            hit->start = before;
        }
    }
    if (hit->token->rstrip)
        while (hit->end < length && unicode_is_space(utf8_code(text + hit->end)))
            hit->end += utf8_width(text[hit->end]);
}

bool added_search_next(const AddedSearch *search, const char *text, size_t length, size_t taken,
                       size_t *at, AddedHit *hit)
{
    if (search->count == 0)
        return false;
    while (*at < length) {
        const AddedToken *token = token_at(search, text + *at, length - *at);
        if (!token) {
            ++*at;
            continue;
        }
        *hit = (AddedHit){*at, *at + strlen(token->pattern), token};
        *at = hit->end;
        if (token->single_word && touches_word(text, length, hit->start, hit->end))
            continue;
        take_spaces(text, length, taken, hit);
        if (hit->start < hit->end)
            return true;
    }
    return false;
}

void added_search_free(AddedSearch *search)
{
    free(search->tokens);
    *search = (AddedSearch){0};
}
