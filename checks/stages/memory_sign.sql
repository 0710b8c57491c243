-- memory_sign: measures of one memory from its tensors, in other words than the program's.
CREATE TABLE effect AS -- s 0: -1, s 1: +1, s 2: as selected
    SELECT s, j, w, avg(logit.value) AS logit, avg(logit.value - total.value) AS log_p
    FROM logit JOIN total USING (s, j, c) GROUP BY s, j, w;
CREATE TABLE lens AS
    SELECT j, w, along, step, sign(active) * narrow.value AS short
    FROM narrow
    JOIN (SELECT j, w, avg(along) AS along, avg(step) AS step
          FROM (SELECT j, w, value AS along, NULL AS step FROM linear UNION ALL SELECT j, w, NULL, value FROM path)
          GROUP BY j, w) USING (j, w)
    JOIN (SELECT j, sum(value) AS active FROM activation GROUP BY j) USING (j);
CREATE TABLE pair AS
    SELECT *, row_number() OVER (PARTITION BY j ORDER BY along DESC, w) AS from_top,
        row_number() OVER (PARTITION BY j ORDER BY along, w DESC) AS from_bottom
    FROM lens
    JOIN (SELECT j, w, logit AS logit_minus, log_p AS log_p_minus FROM effect WHERE s = 0)
        USING (j, w)
    JOIN (SELECT j, w, logit AS logit_plus, log_p AS log_p_plus FROM effect WHERE s = 1)
        USING (j, w);

CREATE TABLE rise AS -- one row a (pair, outcome, setting)
    SELECT *, 'logit' AS outcome, '1' AS s, logit_plus AS value FROM pair UNION ALL
    SELECT *, 'logit', '-1', logit_minus FROM pair UNION ALL
    SELECT *, 'log p', '1', log_p_plus FROM pair UNION ALL
    SELECT *, 'log p', '-1', log_p_minus FROM pair;

CREATE TABLE wanted(measure, lens, outcome, pairs, s, value REAL);
INSERT INTO wanted SELECT 'agreement', 'linear', outcome, 'every', s, avg(along * value * s > 0)
    FROM rise GROUP BY outcome, s;
INSERT INTO wanted SELECT 'agreement', 'true', outcome, 'every', s, avg(step * value * s > 0)
    FROM rise GROUP BY outcome, s;
INSERT INTO wanted SELECT 'agreement', 'short', outcome, 'every', s, avg(short * value * s > 0)
    FROM rise GROUP BY outcome, s;
INSERT INTO wanted SELECT 'agreement', 'linear', outcome, 'strong', s, avg(along * value * s > 0)
    FROM rise WHERE from_top <= 5 OR from_bottom <= 5 GROUP BY outcome, s;
INSERT INTO wanted SELECT 'effect', 'linear', outcome, iif(up, 'raising', 'lowering'), s, avg(value)
    FROM (SELECT outcome, s, along > 0 AS up, avg(value) AS value FROM rise
          GROUP BY outcome, s, j, along > 0)
    GROUP BY outcome, s, up;
INSERT INTO wanted SELECT 'normaliser', 'linear', '', iif(up, 'raising', 'lowering'), s, avg(value)
    FROM (SELECT s, up, avg(abs(logit - log_p) / (abs(logit) + abs(logit - log_p))) AS value
          FROM (SELECT j, w, s, along > 0 AS up, max(value) FILTER (WHERE outcome = 'logit') AS logit,
                    max(value) FILTER (WHERE outcome = 'log p') AS log_p
                FROM rise GROUP BY j, w, s)
          GROUP BY s, up, j)
    GROUP BY s, up;
INSERT INTO wanted SELECT 'flip', '', 'logit', 'every', '', avg(logit_minus * logit_plus < 0) FROM pair;
INSERT INTO wanted SELECT 'flip', '', 'log p', 'every', '', avg(log_p_minus * log_p_plus < 0) FROM pair;
INSERT INTO wanted SELECT 'disagreement', '', '', 'every', '', avg(short * along <= 0) FROM pair;
INSERT INTO wanted SELECT 'pool_next', '', 'log p', '', '', avg(value) FROM next;
INSERT INTO wanted SELECT 'pool_sum', '', '', '', '', avg(value) FROM pool_total;
INSERT INTO wanted SELECT 'pool_own', '', 'log p', '', '', avg(value)
    FROM (SELECT avg(pool.value - pool_total.value) AS value
          FROM pool JOIN holds USING (d, w) JOIN pool_total USING (d)
          WHERE holds.value = 1 GROUP BY d);
INSERT INTO wanted SELECT 'precision', '', '', '', '', avg(holds.value)
    FROM (SELECT d, w, row_number() OVER (PARTITION BY d ORDER BY value DESC, w) AS place FROM pool)
    JOIN holds USING (d, w) WHERE place <= 20;
