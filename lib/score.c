/* Scores of answered claims: accuracy, micro- and macro-F1, the share of invalid answers. */
#include "score.h"

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

ScoreSet score_answers(const ScoreAnswer *answers, size_t count)
{
    ScoreCounts choice_claim = {{0}}, choice_row = {{0}}, free_claim = {{0}}, free_row = {{0}};
    for (size_t i = 0; i < count; i++) {
        const ScoreAnswer *answer = &answers[i];
        score_add(choice_claim, answer->label, answer->choice, answer->main);
        score_add(choice_row, answer->label, answer->choice, answer->rows);
        score_add(free_claim, answer->label, answer->free, answer->main);
        score_add(free_row, answer->label, answer->free, answer->rows);
    }
    return (ScoreSet){.choice_claim = score_counts(choice_claim),
                      .choice_row = score_counts(choice_row),
                      .free_claim = score_counts(free_claim),
                      .free_row = score_counts(free_row)};
}
