/* One pass over the FEVER dump of Wikipedia that parses only the pages that are wanted.
 *
 * The dump is a folder of wiki-*.jsonl files, read in the order of their names; one file of JSON
 * lines; or the published zip, which is decompressed as a stream and read in its own order. Zip
 * members must be deflated or stored, since other methods can ask for any amount of memory. Members
 * below __MACOSX and hidden ones (`._wiki-001.jsonl`) are ignored.
 *
 * Titles are compared in NFC. Of an unwanted page only the title is read, so disk and decompression
 * bound the time of a pass. */
#ifndef DOCMEM_WIKI_H
#define DOCMEM_WIKI_H
#include "base/names.h"
#include "fever/page.h"

typedef struct {
    uint64_t files;           /* data files or zip members read */
    uint64_t bytes;           /* read, after decompression */
    uint64_t pages;           /* lines that are not blank */
    uint64_t parsed;          /* lines parsed as JSON */
    uint64_t found;           /* wanted titles that the dump has */
    uint64_t repeated;        /* further lines of a wanted title */
    uint64_t reworded;        /* wanted titles with a second, different text or other lines */
    uint64_t without_text;    /* of those, titles that never have a text */
    uint64_t passed_over;     /* other files or members, except hidden ones */
    char passed_name[128];    /* the first of those */
    char reworded_title[128]; /* the first title with a second text, cut if it is longer */
} WikiCounts;

/* Receives wanted page number `wanted`. It is called once for each wanted title that has a text;
 * for a repeated title, with the first text. The page is valid during the call. */
typedef void (*WikiPage)(void *context, size_t wanted, const Page *page);

/* Called now and then with `done` of `total` bytes read. */
typedef void (*WikiProgress)(const char *what, double done, double total);

/* Reads the dump at `path` (folder, file or zip). `wanted` holds titles in NFC; `progress` may be
 * NULL. False, with `<file>[/<member>]:<line>: …` in *error, where the dump cannot be read to its
 * end, a line is longer than LINES_LIMIT, a wanted page is malformed, a zip's members overlap or
 * use another method, or there is no page. */
bool wiki_read(const char *path, const Names *wanted, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error);

/* Whether the page with this title (NFC, `length` bytes) is wanted. */
typedef bool WikiWant(void *context, const char *title, size_t length);

/* The same for pages that are not known by title beforehand. `receive` gets every page that has a
 * text and that `want` accepts, in the order of the dump, repeated titles too; `wanted` counts
 * these pages from 0. Of *counts only files, bytes, pages, parsed, found (pages received) and those
 * passed over are set. */
bool wiki_scan(const char *path, WikiWant *want, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error);

/* Whether a file or zip member of this path is data: a wiki-*.jsonl that is not hidden. */
bool wiki_is_data(const char *path);

#endif
