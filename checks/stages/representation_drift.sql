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
