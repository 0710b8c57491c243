-- memory_sign: effects from the measures, Holm and verdicts from the rows; a row a difference.
.separator ' '
CREATE TABLE mean AS -- over all memories with W_lm, weighted by their number; by activation
    SELECT phi, measure, lens, outcome, pairs, s, sum(value) AS total, count(*) AS memories
    FROM measure WHERE lm = 'yes' AND seed >= 0 GROUP BY phi, measure, lens, outcome, pairs, s;
CREATE VIEW overall AS
    SELECT measure, lens, outcome, pairs, s, sum(total) / sum(memories) AS value FROM mean
    GROUP BY measure, lens, outcome, pairs, s;
CREATE VIEW word AS SELECT pairs, s, value FROM overall WHERE measure = 'word' AND outcome = 'log p';
CREATE TABLE wanted AS
    SELECT 'C7' AS claim, '' AS part, 1 AS expected, total / memories AS value FROM mean
        WHERE phi = 'relu' AND measure = 'stance' AND lens = 'true' AND outcome = 'log p'
          AND pairs = 'every' AND s = '1' UNION ALL
    SELECT 'C8', '', 1, sum(iif(pairs = 'raising', value, -value)) FROM overall
        WHERE measure = 'effect' AND lens = 'true' AND outcome = 'log p' AND s = '1'
          AND pairs IN ('raising', 'lowering') UNION ALL
    SELECT 'C8', pairs || ' pairs', iif(pairs = 'raising', 1, -1), value FROM overall
        WHERE measure = 'effect' AND lens = 'true' AND outcome = 'log p' AND s = '1'
          AND pairs IN ('raising', 'lowering') UNION ALL
    SELECT 'C8', pairs || ' pairs, logit', iif(pairs = 'raising', 1, -1), value FROM overall
        WHERE measure = 'effect' AND lens = 'true' AND outcome = 'logit' AND s = '1'
          AND pairs IN ('raising', 'lowering') UNION ALL
    SELECT 'C9', iif(outcome = 'logit', 'on the logit', ''), 1, total / memories - 0.5 FROM mean
        WHERE phi = 'tanh' AND measure = 'flip' AND pairs = 'every' UNION ALL
    SELECT 'C10', '', 1, avg(iif((pairs = 'raising') = (s = '1'), value, -value)) FROM word UNION ALL
    SELECT 'C10', pairs || ' entry at ' || iif(s = '1', '+1', s),
        iif((pairs = 'raising') = (s = '1'), 1, -1), value FROM word UNION ALL
    SELECT 'C11', '', 1, value FROM overall WHERE measure = 'pool_next' AND outcome = 'log p'
        UNION ALL
    SELECT 'C11', 'by acting on the others', 1, -value FROM overall WHERE measure = 'pool_sum'
        UNION ALL
    SELECT 'C11', 'by raising them', 1, value FROM overall
        WHERE measure = 'pool_next' AND outcome = 'logit' UNION ALL
    SELECT 'C11', 'precision at 20', 1, sum(iif(measure = 'precision', value, -value)) FROM overall
        WHERE measure LIKE 'precision%' UNION ALL
    SELECT 'C11', 'against another''s words', 1, sum(iif(measure = 'pool_own', value, -value))
        FROM overall WHERE measure IN ('pool_own', 'pool_other') AND outcome = 'log p';
SELECT claim, part, 'effect', wanted.value, 'found', effect
    FROM wanted LEFT JOIN found USING (claim, part)
    WHERE effect IS NULL OR abs(effect - wanted.value) > 1e-9;
SELECT claim, part, 'beside its interval' FROM found
    WHERE NOT effect BETWEEN low - 1e-12 AND high + 1e-12 OR NOT p BETWEEN 1e-9 AND 1;

-- Holm: a family is the five claims, or the parts of one.
CREATE TABLE family AS
    SELECT *, iif(part = '', '', claim) AS name, row_number() OVER
        (PARTITION BY iif(part = '', '', claim) ORDER BY p) AS place,
        count(*) OVER (PARTITION BY iif(part = '', '', claim)) AS size FROM found;
SELECT claim, part, 'Holm', wanted, 'found', p_holm
    FROM (SELECT *, (SELECT min(1, max(b.p * (b.size - b.place + 1))) FROM family AS b
                     WHERE b.name = a.name AND b.place <= a.place) AS wanted FROM family AS a)
    WHERE abs(wanted - p_holm) > 1e-9;

-- A verdict: the interval on one side of 0 and the corrected p below 0.05.
CREATE TABLE decided AS
    SELECT claim, part, verdict, CASE WHEN p_holm >= 0.05 OR low <= 0 AND high >= 0 THEN 'undecided'
        WHEN (low > 0) = (expected > 0) THEN 'supported' ELSE 'contradicted' END AS wanted
    FROM found JOIN wanted USING (claim, part);
SELECT claim, part, 'is', wanted, 'found', verdict FROM decided
    WHERE wanted <> verdict AND (part <> '' OR claim IN ('C9', 'C11'));
-- C8 and C10 stand or fall with parts, C7 also with entries that leave no trace at 0.
SELECT claim, 'is', wanted, 'found', verdict FROM (
    SELECT whole.claim, whole.verdict, CASE WHEN max(p.wanted = 'contradicted') THEN 'contradicted'
        WHEN min(p.wanted = 'supported') THEN 'supported' ELSE 'undecided' END AS wanted
    FROM decided AS whole JOIN decided AS p USING (claim)
    WHERE whole.part = '' AND (p.part IN ('raising pairs', 'lowering pairs') OR p.part LIKE '%entry at%')
    GROUP BY whole.claim)
    WHERE wanted <> verdict;
SELECT 'C7 is', wanted, 'found', verdict FROM (
    SELECT verdict, iif((SELECT min(value) < 1 FROM measure WHERE measure = 'removed'),
        'contradicted', wanted) AS wanted FROM decided WHERE claim = 'C7' AND part = '')
    WHERE wanted <> verdict;
