-- layer_choice: measures and effects from the predictions and the cells' losses. Expects the tables
-- prediction, nll(layer, seed, epoch, value), document_nll(layer, seed, epoch, document, value).

-- ---- Scores: every way of reading the answer, every unit -------------------------------
CREATE TABLE answer AS
    SELECT layer, seed, epoch, label, 'choice' AS way, choice AS answer, main, rows FROM prediction
    UNION ALL SELECT layer, seed, epoch, label, 'free', free, main, rows FROM prediction;
CREATE TABLE counted AS
    SELECT layer, seed, epoch, way, unit, label, answer, sum(weight) AS weight
    FROM (SELECT *, 'claim' AS unit, main AS weight FROM answer
          UNION ALL SELECT *, 'row', rows FROM answer)
    GROUP BY layer, seed, epoch, way, unit, label, answer;
CREATE TABLE f1 AS
    SELECT layer, seed, epoch, way, unit, avg(2.0 * hit / (labelled + answered)) AS value
    FROM (SELECT layer, seed, epoch, way, unit, label, sum(weight) AS labelled,
                 sum(weight * (answer = label)) AS hit,
                 (SELECT total(weight) FROM counted AS c WHERE c.answer = counted.label AND
                  (c.layer, c.seed, c.epoch, c.way, c.unit) = (counted.layer, counted.seed,
                   counted.epoch, counted.way, counted.unit)) AS answered
          FROM counted GROUP BY layer, seed, epoch, way, unit, label HAVING sum(weight) > 0)
    GROUP BY layer, seed, epoch, way, unit;
CREATE TABLE score AS
    SELECT layer, seed, epoch, way, unit, sum(weight) AS n,
           1.0 * sum(weight * (answer = label)) / sum(weight) AS accuracy,
           2.0 * sum(weight * (answer = label)) / (sum(weight * (answer <> '-')) + sum(weight))
               AS micro_f1,
           1.0 * sum(weight * (answer = '-')) / sum(weight) AS invalid,
           1.0 * sum(weight * (answer = label AND label <> 'c')) / sum(weight * (label <> 'c'))
               AS decided,
           sum(weight * (label <> 'c')) AS decided_n
    FROM counted GROUP BY layer, seed, epoch, way, unit;

CREATE TABLE measured AS
    SELECT layer, seed, epoch, way || '_accuracy' AS measure, unit, accuracy AS value, n FROM score
    UNION ALL SELECT layer, seed, epoch, way || '_micro_f1', unit, micro_f1, n FROM score
    UNION ALL SELECT layer, seed, epoch, way || '_macro_f1', unit, value, n
        FROM f1 JOIN score USING (layer, seed, epoch, way, unit)
    UNION ALL SELECT layer, seed, epoch, way || '_invalid', unit, invalid, n FROM score
    UNION ALL SELECT layer, seed, epoch, way || '_accuracy_supports_refutes', unit, decided,
        decided_n FROM score
    UNION ALL SELECT layer, seed, epoch, 'nll', 'document', avg(value), count(*) FROM document_nll
        GROUP BY layer, seed, epoch
    UNION ALL SELECT layer, seed, epoch, 'nll', 'token', value,
        (SELECT count(DISTINCT document) FROM document_nll) FROM nll;

-- What layer_choice.csv must hold: each seed, their mean (-1), the pretrained model (layer -1).
CREATE TABLE wanted AS
    SELECT * FROM measured WHERE epoch > 0
    UNION ALL SELECT layer, -1, epoch, measure, unit, avg(value), n FROM measured WHERE epoch > 0
        GROUP BY layer, epoch, measure, unit
    UNION ALL SELECT -1, -1, 0, measure, unit, avg(value), n FROM measured WHERE epoch = 0 AND
        layer = (SELECT min(layer) FROM measured) GROUP BY measure, unit
    UNION ALL SELECT -1, -1, 0, 'majority_rate', unit, 1.0 * max(weight) / sum(weight), sum(weight)
        FROM (SELECT unit, label, sum(weight) AS weight FROM counted WHERE epoch = 0 AND
              way = 'choice' AND (layer, seed) = (SELECT min(layer), min(seed) FROM score)
              GROUP BY unit, label) GROUP BY unit;
CREATE UNIQUE INDEX wanted_key ON wanted(layer, seed, epoch, measure, unit);
