-- memory_sign: what pairs, pools and words must have in common with the measures; a row a difference.
.separator ' '
SELECT 'split', phi, lm, seed, document FROM pooled
    WHERE abs(next_logit - logsumexp - next_log_p) > 1e-9
       OR abs(own_logit - logsumexp - own_log_p) > 1e-9 OR other = document;
SELECT 'precision', phi, lm, seed, document
    FROM pooled LEFT JOIN (SELECT phi, lm, seed, document, avg(own) AS share, count(*) AS n
        FROM word WHERE place > 0 GROUP BY phi, lm, seed, document) USING (phi, lm, seed, document)
    WHERE n IS NULL OR n <> 20 OR abs(share - precision) > 1e-12;
SELECT 'order of words', a.phi, a.lm, a.seed, a.document, a.place
    FROM word AS a JOIN word AS b USING (phi, lm, seed, document)
    WHERE b.place = a.place + 1 AND a.place > 0 AND a.logit < b.logit;
SELECT 'log p of words', word.phi, word.lm, word.seed, word.document, word.place
    FROM word JOIN pooled USING (phi, lm, seed, document)
    WHERE abs(word.logit - logsumexp - word.log_p) > 1e-9;
SELECT 'mean of pools', measure, outcome, phi, lm, seed
    FROM measure LEFT JOIN (
        SELECT phi, lm, seed, avg(next_log_p) AS next, avg(logsumexp) AS total,
               avg(own_log_p) AS own, avg(other_log_p) AS others, avg(all_log_p) AS everything,
               avg(precision) AS share, avg(precision_other) AS other_share
        FROM pooled GROUP BY phi, lm, seed) USING (phi, lm, seed)
    WHERE seed >= 0 AND (measure LIKE 'pool%' AND outcome <> 'logit' OR measure LIKE 'precision%')
      AND abs(value - coalesce(CASE measure WHEN 'pool_next' THEN next WHEN 'pool_sum' THEN total
          WHEN 'pool_own' THEN own WHEN 'pool_other' THEN others WHEN 'pool_all' THEN everything
          WHEN 'precision' THEN share WHEN 'precision_other' THEN other_share END, 9e9)) > 1e-9;
-- Strong and drawn pairs by themselves; the word asked about, of the entries most for and against.
SELECT 'agreement of pairs', phi, lm, seed, pairs, lens, outcome, s
    FROM measure LEFT JOIN (
        SELECT phi, lm, seed, chosen AS pairs, o.lens, o.outcome, o.s, avg(CASE o.lens
            WHEN 'true' THEN true_logit WHEN 'linear' THEN linear ELSE short END * o.s * CASE o.outcome || o.s
            WHEN 'logit1' THEN logit_plus WHEN 'logit-1' THEN logit_minus
            WHEN 'log p1' THEN log_p_plus ELSE log_p_minus END > 0) AS share
        FROM pair, (SELECT DISTINCT lens, outcome, s FROM measure
            WHERE measure = 'agreement' AND lens IN ('true', 'linear', 'short')) AS o
        GROUP BY phi, lm, seed, chosen, o.lens, o.outcome, o.s)
        USING (phi, lm, seed, pairs, lens, outcome, s)
    WHERE measure = 'agreement' AND seed >= 0 AND pairs IN ('strong', 'drawn')
      AND lens IN ('true', 'linear', 'short') AND (share IS NULL OR abs(share - value) > 1e-9);
SELECT 'the word', phi, lm, seed, pairs, outcome, s
    FROM measure JOIN (
        SELECT phi, lm, seed, log_p_minus, log_p_plus, linear,
               max(linear) OVER memory AS top, min(linear) OVER memory AS bottom
        FROM pair WHERE chosen = 'asked' WINDOW memory AS (PARTITION BY phi, lm, seed))
        USING (phi, lm, seed)
    WHERE measure = 'word' AND outcome = 'log p'
      AND linear = iif(pairs = 'raising', top, bottom)
      AND abs(value - iif(s = '1', log_p_plus, log_p_minus)) > 1e-9;
