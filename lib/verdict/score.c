#include "verdict/score.h"

#include <assert.h>

void score_add(ScoreCounts counts, int label, int answer, double weight)
{
    assert(label >= 0 && label < SCORE_LABELS && answer >= 0 && answer < SCORE_ANSWERS);
    counts[label][answer] += weight;
}

Score score_counts(ScoreCounts counts)
{
    double all = 0, invalid = 0, right = 0, f1 = 0;
    int occurring = 0;
    for (int label = 0; label < SCORE_LABELS; label++) {
        double labelled = 0, answered = 0;
        for (int i = 0; i < SCORE_ANSWERS; i++)
            labelled += counts[label][i];
        for (int i = 0; i < SCORE_LABELS; i++)
            answered += counts[i][label];
        all += labelled;
        invalid += counts[label][SCORE_INVALID];
        right += counts[label][label];
        occurring += labelled > 0;
        f1 += labelled > 0 ? 2 * counts[label][label] / (labelled + answered) : 0;
    }
    if (all <= 0)
        return (Score){0};
    return (Score){.accuracy = right / all,
                   .micro_f1 = 2 * right / (all - invalid + all),
                   .macro_f1 = f1 / occurring,
                   .invalid = invalid / all};
}

int score_letter(char letter)
{
    return letter >= 'a' && letter <= 'c' ? letter - 'a' : letter == '-' ? SCORE_INVALID : -1;
}

double score_auc(const double *scores, const size_t *order, const int *labels,
                 const double *weights, size_t count)
{
    double supported = 0, refuted = 0, pairs = 0; /* so far, by rising score */
    for (size_t i = 0, end; i < count; i = end) {
        double tied[2] = {0}; /* of one score, by label */
        for (end = i; end < count && scores[order[end]] == scores[order[i]]; end++)
            if (labels[order[end]] < 2)
                tied[labels[order[end]]] += weights ? weights[order[end]] : 1;
        pairs += tied[0] * (refuted + tied[1] / 2);
        supported += tied[0];
        refuted += tied[1];
    }
    return supported > 0 && refuted > 0 ? pairs / (supported * refuted) : 0.5;
}
