/* Nearly every line of the dump is unwanted. So page_look reads the title without a JSON parser,
 * and gives up where a parser might read it otherwise. */
#include "fever/page.h"

#include "base/alloc.h"
#include "base/names.h"
#include "fever/title.h"
#include "file/json_strict.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* The rest of a line that page_look has not read. */
typedef struct {
    const char *at, *end;
} Rest;

/* Skips white space and then exactly `text`. */
static bool skip(Rest *rest, const char *text)
{
    size_t length = strlen(text);
    while (rest->at < rest->end && strchr(" \t\r\n", *rest->at) && *rest->at)
        rest->at++;
    if ((size_t)(rest->end - rest->at) < length || memcmp(rest->at, text, length) != 0)
        return false;
    rest->at += length;
    return true;
}

/* Reads the four hexadecimal digits of a \u escape. */
static bool read_unit(Rest *rest, int32_t *unit)
{
    *unit = 0;
    if (rest->end - rest->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        int c = (unsigned char)*rest->at++;
        if (!isxdigit(c))
            return false;
        *unit = 16 * *unit + (isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
    }
    return true;
}

/* Reads a \u escape from behind its u: one unit, or a high and a low surrogate. False for U+0000
 * too. */
static bool read_point(Rest *rest, int32_t *point)
{
    int32_t low;
    if (!read_unit(rest, point) || *point == 0)
        return false;
    if (*point < 0xd800 || *point > 0xdfff)
        return true;
    if (*point > 0xdbff || rest->end - rest->at < 2 || rest->at[0] != '\\' || rest->at[1] != 'u')
        return false;
    rest->at += 2;
    if (!read_unit(rest, &low) || low < 0xdc00 || low > 0xdfff)
        return false;
    *point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* Reads an escape from behind its backslash and writes its 1 to 4 bytes to `to`. Returns how many;
 * 0 where it is broken. */
static size_t read_escape(Rest *rest, char *to)
{
    static const char from[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
    int32_t point;
    if (rest->at == rest->end || *rest->at == 0)
        return 0;
    char kind = *rest->at++;
    const char *place = strchr(from, kind);
    if (place) {
        *to = plain[place - from];
        return 1;
    }
    if (kind != 'u' || !read_point(rest, &point))
        return 0;
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)to);
}

/* Replaces a title by its NFC. */
static bool normalise(char title[PAGE_TITLE_LIMIT], size_t *length)
{
    char *composed = title_nfc(title, *length);
    size_t count = composed ? strlen(composed) : 0;
    bool ok = composed && count < PAGE_TITLE_LIMIT;
    if (ok) {
        memcpy(title, composed, count + 1);
        *length = count;
    }
    free(composed);
    return ok;
}

bool page_look(const char *line, size_t count, char title[PAGE_TITLE_LIMIT], size_t *length)
{
    Rest rest = {line, line + count};
    unsigned char all = 0;
    size_t used = 0;
    if (!skip(&rest, "{") || !skip(&rest, "\"id\"") || !skip(&rest, ":") || !skip(&rest, "\""))
        return false;
    while (rest.at < rest.end && *rest.at != '"') {
        if (used + 5 > PAGE_TITLE_LIMIT || (unsigned char)*rest.at < 0x20)
            return false;
        size_t bytes = 1;
        if (*rest.at != '\\') {
            title[used] = *rest.at++;
        } else {
            rest.at++;
            bytes = read_escape(&rest, title + used);
        }
        if (bytes == 0)
            return false;
        all |= (unsigned char)title[used];
        used += bytes;
    }
    title[used] = 0;
    *length = used;
    return rest.at < rest.end && (all < 0x80 || normalise(title, length));
}

void page_free(Page *page)
{
    free(page->title);
    free(page->text);
    free(page->lines);
    *page = (Page){0};
}

static bool copy_field(const json_t *object, const char *name, char **copy, Error *error)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return fail(error, "\"%s\" %s; give it as a text", name,
                    value ? "is not a text" : "is missing");
    *copy = alloc_text_n(json_string_value(value), json_string_length(value));
    return true;
}

/* Whether the object is a page of another dump, or a claim; then *error says which. */
static bool tell_other_page(const json_t *object, Error *error)
{
    static const char cure[] = "take FEVER's own wiki-pages (fever.ai)";
    bool kilt = json_object_get(object, "wikipedia_title") != NULL;
    bool beir = json_object_get(object, "_id") && json_object_get(object, "title");
    bool claim = json_object_get(object, "claim") != NULL;
    if (kilt || beir)
        fail(error, "is a page of %s, which has other titles and no numbered sentences; %s",
             kilt ? "KILT's knowledge source" : "BEIR's corpus", cure);
    else if (claim)
        fail(error, "is a claim, and no page; %s", cure);
    return kilt || beir || claim;
}

bool page_parse(const char *line, size_t count, Page *page, Error *error)
{
    json_error_t reason;
    char *id = NULL;
    *page = (Page){0};
    json_t *object = json_strict(line, count, JSON_REJECT_DUPLICATES, &reason);
    if (!object)
        return fail(error, "not JSON in UTF-8 (%s, byte %d); mend the line or fetch again",
                    reason.text, reason.position);
    bool other = !json_object_get(object, "lines") && tell_other_page(object, error);
    bool ok = other ? false
              : json_is_object(object)
                  ? copy_field(object, "id", &id, error) &&
                        copy_field(object, "text", &page->text, error) &&
                        copy_field(object, "lines", &page->lines, error)
                  : fail(error, "not a JSON object but a list; write one page a line");
    json_decref(object);
    if (ok) {
        page->title = title_nfc(id, strlen(id));
        ok = page->title || fail(error, "\"id\" is not valid Unicode; mend the line");
    }
    free(id);
    if (!ok)
        page_free(page);
    return ok;
}

bool page_has_text(const Page *page)
{
    return page->text[strspn(page->text, " \t\r\n\v\f")] != 0;
}

/* Reads the index and the TAB at the start of a fragment: *number = the index, returns what
 * follows; NULL where there is none. */
static const char *skip_index(const char *fragment, const char *end, int64_t *number)
{
    enum { DIGITS_LIMIT = 9 };
    const char *at = fragment;
    *number = 0;
    while (at < end && at - fragment < DIGITS_LIMIT && isdigit((unsigned char)*at))
        *number = 10 * *number + (*at++ - '0');
    return at > fragment && at < end && *at == '\t' ? at + 1 : NULL;
}

void page_sentences(const char *lines, PageSentence **sentences, size_t *count)
{
    Names seen = {0};
    size_t capacity = 0, ignored;
    *sentences = NULL;
    *count = 0;
    for (const char *fragment = lines, *next; *fragment; fragment = next) {
        int64_t number;
        const char *end = fragment + strcspn(fragment, "\n");
        const char *text = skip_index(fragment, end, &number);
        next = *end ? end + 1 : end;
        if (!text || !names_add(&seen, &number, sizeof number, &ignored))
            continue;
        size_t length = 0;
        while (text + length < end && text[length] != '\t')
            length++;
        *sentences = alloc_grow(*sentences, &capacity, *count + 1, sizeof **sentences);
        (*sentences)[(*count)++] = (PageSentence){number, alloc_text_n(text, length)};
    }
    names_free(&seen);
}

void page_sentences_free(PageSentence *sentences, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(sentences[i].text);
    free(sentences);
}
