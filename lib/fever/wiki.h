/* One pass over the FEVER dump of Wikipedia that parses only the pages that are wanted.
 *
 * The dump is a folder of wiki-*.jsonl files, read in the order of their
 * names, one file *.jsonl by itself, or the published zip, inflated as a stream and read in its own
 * order; its members are deflated or stored, as other methods ask for memory at will. Members below
 * __MACOSX and hidden ones (`._wiki-001.jsonl`) are not data. A page's title is compared in NFC. A
 * page that nobody wants is looked at no further than its title, so that disk and inflate bound the
 * pass. */
#ifndef DOCMEM_WIKI_H
#define DOCMEM_WIKI_H
#include "base/names.h"
#include "fever/page.h"

typedef struct {
    uint64_t files;        /* data files or members */
    uint64_t bytes;        /* of text, inflated */
    uint64_t pages;        /* lines */
    uint64_t parsed;       /* lines parsed as JSON */
    uint64_t found;        /* wanted titles that occur */
    uint64_t repeated;     /* further lines of a wanted title */
    uint64_t without_text; /* wanted titles that occur, but never with a text */
    uint64_t passed_over;  /* files or members that are no data, hidden ones aside */
    char passed_name[128]; /* of the first */
} WikiCounts;

/* Receives wanted page number `wanted`, once for each that has a text: of a
 * repeated title the first with a text. The page is the caller's loan. */
typedef void (*WikiPage)(void *context, size_t wanted, const Page *page);

/* Told now and then how many bytes of how many have been read. */
typedef void (*WikiProgress)(const char *what, double done, double total);

/* Reads the dump at `path` (folder, file or zip); `wanted` holds titles in NFC,
 * `progress` may be NULL. False with `<file>[/<member>]:<line>: …` where the dump
 * cannot be read to its end, a line is longer than LINES_LIMIT, a wanted page
 * is malformed, a zip's members are of another method or lie over one another, or there is no
 * data. */
bool wiki_read(const char *path, const Names *wanted, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error);

/* Whether the page of this title (NFC, `length` bytes) is wanted. */
typedef bool WikiWant(void *context, const char *title, size_t length);

/* The same for pages that are not known by name beforehand: `receive` gets every page with a text
 * that `want` wants, in the order of the dump, repeated ones too, `wanted` counting them from 0; of
 * the counts only files, bytes, pages, parsed and found. */
bool wiki_scan(const char *path, WikiWant *want, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error);

/* Whether a file or member of this path is data: a wiki-*.jsonl that is not hidden. */
bool wiki_is_data(const char *path);

#endif
