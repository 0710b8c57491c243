-- representation_drift: moves and effects from the vectors' first and last states (table moved).

-- What drift.csv must hold of the vectors by seed, and of the selections of one.
CREATE TABLE wanted AS
    SELECT layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
           negative, delta, seed, name || measure AS measure, value, n
    FROM (SELECT *, iif(tensor = 'K', 'vector_', 'selection_') AS name, 'drift' AS measure,
                 avg(drift) AS value, count(*) AS n FROM moved
          GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
                   form, negative, delta, seed, tensor
          UNION ALL SELECT *, iif(tensor = 'K', 'vector_', 'selection_'), 'cosine', avg(cosine),
                 count(*) FROM moved
          GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
                   form, negative, delta, seed, tensor
          UNION ALL SELECT *, iif(tensor = 'K', 'vector_', 'selection_'), 'flipped', avg(flipped),
                 count(*) FROM moved
          GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
                   form, negative, delta, seed, tensor
          UNION ALL SELECT *, 'vector_', 'shift', avg(shift), count(*) FROM moved
          WHERE tensor = 'K'
          GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
                   form, negative, delta, seed);

-- ---- Effects of the claims --------------------------------------------------------------
CREATE TABLE vector AS SELECT * FROM moved WHERE tensor = 'K';
-- Of one alpha, the smallest that there is with most documents.
CREATE TABLE published AS
    SELECT *, (documents + batch - 1) / batch AS steps FROM vector
    WHERE selection = 'linear' AND lm = 'yes' AND alpha > 0 AND form = 'squared' AND
          negative = 'other';
DELETE FROM published WHERE alpha <> (SELECT min(alpha) FROM published
    WHERE documents = (SELECT max(documents) FROM published));
-- Equal steps an epoch: as many as with most documents.
CREATE TABLE steady AS
    SELECT * FROM published WHERE steps = (SELECT max(steps) FROM published
        WHERE documents = (SELECT max(documents) FROM published));
CREATE TABLE extreme AS
    SELECT min(dimension) AS compact, max(dimension) AS large, min(documents) AS few,
           max(documents) AS most FROM published;

-- A mean over documents of a mean over conditions is one over all rows where every condition has
-- the same documents and seeds.
CREATE TABLE effect AS
    SELECT 'C1' AS claim, '' AS part, avg(shift) AS value, count(DISTINCT document) AS n
        FROM steady, extreme WHERE documents = most
    UNION ALL SELECT 'C1', phi, avg(shift), count(DISTINCT document) FROM steady, extreme
        WHERE documents = most GROUP BY phi
    UNION ALL SELECT 'C1', 'relu less tanh', 2 * avg(iif(phi = 'relu', shift, -shift)),
        count(DISTINCT document) FROM steady, extreme WHERE documents = most
    UNION ALL SELECT 'C2', '', 2 * avg(iif(dimension = compact, shift, -shift)), few
        FROM steady, extreme WHERE dimension IN (compact, large) AND document < few AND documents IN
            (SELECT documents FROM steady, extreme WHERE dimension = large)
    UNION ALL SELECT 'C2', 'visible', avg(shift) - 0.10, most FROM steady, extreme
        WHERE dimension = compact AND documents = most
    UNION ALL SELECT 'C3', '', avg(shift), few FROM steady, extreme
        WHERE dimension = large AND documents = few
    UNION ALL SELECT 'C4', '', avg(flipped), most FROM steady, extreme WHERE documents = most
    UNION ALL SELECT 'C4', 'vectors, ' || phi, avg(flipped), most FROM steady, extreme
        WHERE documents = most GROUP BY phi;

-- C6, pair by pair; every pair counts alike.
CREATE TABLE paired AS
    SELECT a.phi, a.documents, a.document, avg(a.shift - b.shift) AS value
    FROM vector AS a JOIN vector AS b USING (layer, phi, selection, lm, dimension, documents,
        entries, batch, alpha, tau, form, delta, seed, document)
    WHERE a.negative = 'other' AND b.negative = 'other-detached'
    GROUP BY layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
        document;
INSERT INTO effect
    SELECT 'C6', '', avg(value), min(documents) FROM paired
        WHERE document < (SELECT min(documents) FROM paired)
    UNION ALL SELECT 'C6', phi, avg(value), min(documents) FROM paired
        WHERE document < (SELECT min(documents) FROM paired) GROUP BY phi;

-- C5: what the forgetting loss adds under mlp less what it adds under linear selection.
CREATE TABLE added AS
    SELECT a.phi, a.documents, a.document,
           avg(d.shift - c.shift - (a.shift - b.shift)) AS value
    FROM vector AS a
    JOIN vector AS b USING (layer, phi, selection, lm, dimension, documents, entries, batch, seed,
        document)
    JOIN vector AS d USING (layer, phi, lm, dimension, documents, entries, batch, seed, document)
    JOIN vector AS c USING (layer, phi, lm, dimension, documents, entries, batch, seed, document)
    WHERE a.selection = 'linear' AND d.selection = 'mlp' AND c.selection = 'mlp' AND a.alpha > 0
          AND b.alpha = 0 AND c.alpha = 0 AND (a.alpha, a.tau, a.form, a.negative, a.delta) =
          (d.alpha, d.tau, d.form, d.negative, d.delta)
    GROUP BY layer, phi, lm, dimension, documents, entries, batch, a.alpha, a.tau, a.form,
        a.negative, a.delta, document;
INSERT INTO effect
    SELECT 'C5', '', avg(value), min(documents) FROM added
        WHERE document < (SELECT min(documents) FROM added);
