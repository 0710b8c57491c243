/* Scores of answered claims: accuracy, micro- and macro-F1, the share of invalid answers. */
#ifndef DOCMEM_SCORE_H
#define DOCMEM_SCORE_H
#include <stddef.h>

/* Labels, and answers, which may also be invalid. */
enum { SCORE_LABELS = 3, SCORE_INVALID = 3, SCORE_ANSWERS = 4 };

/* counts[label][answer]: how often (or with what weight) a claim with the label
 * got the answer. Start from zeros. */
typedef double ScoreCounts[SCORE_LABELS][SCORE_ANSWERS];

/* With n the weight of all claims, v that of valid answers, c that of right ones:
 *   accuracy   c / n; an invalid answer is wrong
 *   micro_f1   2 c / (v + n), the harmonic mean of precision c / v and recall
 *              c / n pooled over labels; equal to the accuracy where all are valid
 *   macro_f1   the mean over the labels that occur of each label's F1,
 *              2 × right / (claims with the label + answers of the label)
 *   invalid    1 - v / n
 * (Sebastiani, "Machine learning in automated text categorization", ACM
 * Computing Surveys 34, 2002, section 7.) All are 0 where n is 0. */
typedef struct {
    double accuracy, micro_f1, macro_f1, invalid;
} Score;

/* Adds one claim. A label is 0 (supports), 1 (refutes), 2 (not enough info), an
 * answer one of these or SCORE_INVALID; anything else asserts. */
void score_add(ScoreCounts counts, int label, int answer, double weight);
Score score_counts(ScoreCounts counts);

/* The letter of a predictions table as an answer: 'a', 'b', 'c', or '-' for
 * invalid; -1 for any other. */
int score_letter(char letter);

/* One answered prompt, as in a predictions table. */
typedef struct {
    int label, choice, free; /* answers; `choice` the likeliest letter, `free` the greedy one */
    double rows;             /* evidence rows of the claim that cite this page */
    int main;                /* 1 for the claim's first page, else 0 */
} ScoreAnswer;

/* Both answers scored both ways: by claim, each counted once by its main
 * prompt, and by evidence row, each prompt counted `rows` times. */
typedef struct {
    Score choice_claim, choice_row, free_claim, free_row;
} ScoreSet;

ScoreSet score_answers(const ScoreAnswer *answers, size_t count);

#endif
