/* A folder of downloads: what is in it already, what is missing, and the record of what was
 * received. */
#ifndef DOCMEM_FETCH_H
#define DOCMEM_FETCH_H
#include "download.h"

/* The folder under way. While it is open no other program fetches into it. */
typedef struct {
    const char *folder, *list; /* the caller's */
    Sources sources;
    Receipts receipts;
    char *record; /* <folder>/received */
    int lock;
} Fetch;

/* Reads the list of sources and the record, and locks the folder, which is made where it is
 * missing. False with the reason, another fetch at work there being one. */
bool fetch_open(Fetch *fetch, const char *folder, const char *list, Error *error);
void fetch_close(Fetch *fetch);

/* What is there of a source. */
typedef enum { FETCH_WHOLE, FETCH_ABSENT } FetchState;

/* A file is whole when it has the recorded size and time of modification and its recorded hash is
 * the listed one. Otherwise, or when `again`, it is hashed and the record brought up to date;
 * `download->progress` hears of it. A file of other bytes is left alone and refused. Where no
 * hash is listed, *trusted says whether it was taken on first trust just now. */
bool fetch_look(Fetch *fetch, const Source *source, bool again, const Download *download,
                FetchState *state, bool *trusted, Error *error);

/* Bytes of the source that are still to come, given that it is absent; 0 where nobody knows. */
int64_t fetch_rest(const Fetch *fetch, const Source *source);

/* Downloads an absent source, as `download` says how (what is wanted is filled in here), and
 * records it. The receipt is the record's. */
bool fetch_get(Fetch *fetch, const Source *source, Download *download, const Receipt **receipt,
               Error *error);

/* Free bytes on the folder's disk; -1 where that cannot be told. */
double fetch_room(const Fetch *fetch);

/* The token for huggingface.co: HF_TOKEN, or the first word of the file that its own tools keep;
 * *token = NULL where there is neither, else the caller's to free. False where HF_TOKEN is no
 * token. */
bool fetch_token(char **token, Error *error);

#endif
