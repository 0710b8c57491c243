-- layer_choice_measures: every line is a difference between the table found (layer_choice.csv) and
-- layer_choice.sql's tables.

SELECT 'lacks', layer, seed, epoch, measure, unit FROM
    (SELECT layer, seed, epoch, measure, unit FROM wanted
     EXCEPT SELECT layer, seed, epoch, measure, unit FROM found);
SELECT 'has', layer, seed, epoch, measure, unit FROM
    (SELECT layer, seed, epoch, measure, unit FROM found
     EXCEPT SELECT layer, seed, epoch, measure, unit FROM wanted);
SELECT 'repeats', layer, seed, epoch, measure, unit FROM found
    GROUP BY layer, seed, epoch, measure, unit HAVING count(*) > 1;
SELECT layer, seed, epoch, measure, unit, 'wanted', wanted.value, wanted.n, 'found', found.value,
       found.n
    FROM wanted JOIN found USING (layer, seed, epoch, measure, unit)
    WHERE (abs(wanted.value - found.value) <= 1e-9 AND wanted.n = found.n) IS NOT 1;

-- Means have an interval around them, single seeds and losses by token have none.
SELECT layer, seed, epoch, measure, unit, 'has interval', low, high FROM found
    WHERE (CASE WHEN seed = -1 AND measure <> 'majority_rate' AND NOT (measure = 'nll' AND
                unit = 'token') THEN low <= value AND value <= high
           ELSE low = '' AND high = '' END) IS NOT 1;

-- Half the width of an accuracy's interval beside Wilson's for one seed: seeds that differ in every
-- claim narrow it by the root of their number, seeds that differ in accuracy widen it.
SELECT layer, epoch, measure, 'half width', half, 'where Wilson has', wilson FROM
    (SELECT layer, epoch, measure, value, (high - low) / 2 AS half,
            1.96 / (1 + 3.8416 / n) * sqrt(value * (1 - value) / n + 3.8416 / (4.0 * n * n))
                AS wilson,
            (SELECT count(DISTINCT seed) FROM nll) AS seeds,
            (SELECT max(value) - min(value) FROM measured WHERE measured.layer = found.layer AND
             measured.epoch = found.epoch AND measured.measure = found.measure AND
             measured.unit = found.unit) AS spread
     FROM found WHERE seed = -1 AND unit = 'claim' AND measure LIKE '%\_accuracy' ESCAPE '\')
    WHERE (half BETWEEN 0.8 * wilson / sqrt(seeds) AND 1.25 * wilson + ifnull(spread, 0)) IS NOT 1
          AND NOT (half = 0 AND value IN (0, 1));
