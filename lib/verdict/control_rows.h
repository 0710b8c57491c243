/* Controls: what the instrument shows at its worst and at its best, beside what memories show.
 *
 * A control is a condition that was asked, by name: "pretrained"; "page-in-context",
 * "other-in-context", "evidence-in-context"; of a memory its allocation and variant, but for none
 * and plain, and its target, as in "other", "cheat" or "simset-1-dim document-wrong-mask". Beside
 * them stand "majority", the commonest label of all claims, and "shuffled", the pretrained model's
 * answers against labels permuted among the claims. Of each, where it was asked,
 *
 *   accuracy           the likeliest of the three letters, all claims
 *   true_false         the likelier of (a) and (b), claims that are supported or refuted
 *   auc                of log p(a) − log p(b), the same claims
 *   likelihood         AUC of less loss of the claim's own words, the same claims
 *   likelihood_change  AUC of by how much it is less than the pretrained model's
 *   nll, nll_other     loss of the pages under study and of others, nats a token
 *
 * Behind evidence alone only supported and refuted claims count in the accuracy, as others have
 * none. A condition's last epoch is taken, and the mean over its seeds. Intervals are 95 %
 * percentile bootstraps over texts of claims (pages for nll) and seeds, of shuffled labels over
 * permutations. */
#ifndef DOCMEM_CONTROL_ROWS_H
#define DOCMEM_CONTROL_ROWS_H
#include "verdict/page_losses.h"
#include "verdict/score_rows.h"

/* control, measure, value, low, high, n (claims or pages), seeds; NULL at the end. */
extern const char *const controls_columns[];

enum { CONTROL_NAME = 100 };
/* The control's name of a condition; returns `name`. */
const char *control_name(const Condition *condition, char name[CONTROL_NAME]);

/* Writes the rows of all conditions of *scores, and of the pages' losses. */
void controls_write(const Scores *scores, const PageLosses *losses, CsvWriter *writer, Draws draws);
/* The unit effects (units.h) of the letters: accuracy and true_false of each claim, the control's
 * name with hyphens. */
void controls_units_write(const Scores *scores, CsvWriter *writer);

#endif
