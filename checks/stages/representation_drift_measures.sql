-- representation_drift_measures: every line is a difference between the table found (drift.csv) and
-- representation_drift.sql's tables.
CREATE TEMP TABLE pair AS
    SELECT wanted.*, found.value AS found_value, found.n AS found_n FROM wanted LEFT JOIN found
    USING (layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
           negative, delta, seed, measure);
SELECT phi, selection, dimension, documents, seed, measure, 'wanted', value, n, 'found',
       found_value, found_n FROM pair
    WHERE (abs(value - found_value) <= 1e-5 AND n = found_n) IS NOT 1;

-- Means over seeds, with their intervals; single seeds have none.
SELECT phi, selection, dimension, documents, measure, 'is not the mean of its seeds', value, mean
    FROM found JOIN (SELECT layer, phi, selection, lm, dimension, documents, entries, batch, alpha,
        tau, form, negative, delta, measure, avg(value) AS mean FROM found WHERE seed >= 0
        GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
            negative, delta, measure)
    USING (layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
        negative, delta, measure)
    WHERE seed = -1 AND (abs(value - mean) <= 1e-9 AND low <= value + 1e-12 AND
        value <= high + 1e-12) IS NOT 1;
SELECT phi, seed, measure, 'has an interval' FROM found
    WHERE seed >= 0 AND (low <> '' OR high <> '');
SELECT phi, selection, dimension, documents, seed, measure, 'comes twice' FROM found
    GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
        negative, delta, seed, measure HAVING count(*) > 1;
