/* Scores of answered claims: accuracy, micro- and macro-F1, the share of invalid answers, the AUC.
 */
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

/* The area under the receiver's curve: the chance that a claim that is supported scores higher than
 * one that is refuted, ties half (Hanley and McNeil, Radiology 143, 1982). scores (count) and
 * labels (count), others than 0 and 1 left out; `order` (count), the places by rising score
 * (stats_order); each claim counted weights[i] times, NULL: once. 0.5 where either label is
 * missing. */
double score_auc(const double *scores, const size_t *order, const int *labels,
                 const double *weights, size_t count);

#endif
