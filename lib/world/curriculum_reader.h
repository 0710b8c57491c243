/* Reads the curriculum, a batch of texts at a time, and sums their losses by kind. */
#ifndef DOCMEM_CURRICULUM_READER_H
#define DOCMEM_CURRICULUM_READER_H
#include "base/error.h"
#include "file/out.h"
#include "model/pretrain_step.h"
#include "tokenizer/tokenizer.h"
#include <stdio.h>

/* The token ids of an answer: "A", ":", " (", then one of three letters. */
typedef struct {
    int32_t before[3], letters[3];
} AnswerMark;

enum { KIND_LIMIT = 16, KIND_TEXT = 16 }; /* most kinds; bytes of a kind's name */

typedef struct {
    const char *path;
    FILE *file;
    char *line;
    size_t line_capacity, line_number, max_tokens;
    double other_weight;
    const Tokenizer *tokenizer;
    AnswerMark mark;
    bool failed;      /* the last curriculum_next ended in an error */
    TrainText *texts; /* (texts_capacity) the batch; reused for the next */
    char (*kinds)[KIND_TEXT];
    size_t *capacity; /* (texts_capacity) ids each text has room for */
    size_t texts_capacity;
} CurriculumReader;

/* Opens a file of {"text": …, "kind": …} lines. `path` and tokenizer are borrowed. False with the
 * reason in *error. curriculum_close frees, also after a failure. */
bool curriculum_open(CurriculumReader *reader, const char *path, const Tokenizer *tokenizer,
                     size_t max_tokens, double other_weight, Error *error);
/* Reads up to `count` texts into reader->texts, each with BOS and cut at max_tokens. Returns how
 * many came: fewer only at the end, or on an error (reader->failed). Their weights make the loss
 * the mean over answer letters plus other_weight times the mean over all other tokens. */
size_t curriculum_next(CurriculumReader *reader, size_t count, Error *error);
void curriculum_close(CurriculumReader *reader);

/* Losses of one kind of text, in nats, summed: of all tokens, and of answer letters a, b, c. */
typedef struct {
    char kind[KIND_TEXT];
    double nll, letter_nll[3];
    uint64_t tokens, letters[3], sure[3]; /* sure: letters given more than half the probability */
} KindTally;

typedef struct {
    KindTally kinds[KIND_LIMIT];
    size_t count;
} TextTally;

/* Adds the losses of the reader's last `count` texts. */
void text_tally_add(TextTally *tally, const CurriculumReader *reader, size_t count);
/* Writes CSV: the header; one row of means for each kind after `step` steps, which empties the
 * tally. */
void text_tally_header(Out *out);
void text_tally_report(TextTally *tally, Out *out, int64_t step);

#endif
