-- simset_vs_unstructured: measures and effects from the predictions and the cells' losses. Expects
-- the tables prediction, cell(allocation, strength, variant, target, layer, seed, epoch: the last)
-- and loss(the same six, epoch, document, value).

-- A condition by one name, the pretrained model among them.
CREATE TABLE condition AS
    SELECT row_number() OVER (ORDER BY allocation, strength, variant, target, layer) AS id, *
    FROM (SELECT DISTINCT allocation, strength, variant, target, layer FROM cell
          UNION ALL SELECT 'pretrained', 0, '', '', -1);
CREATE UNIQUE INDEX condition_key ON condition(allocation, strength, variant, target, layer);

-- What counts: every seed's last epoch; of the pretrained model whatever files tell it, as seed -1.
CREATE TABLE answer AS
    SELECT id, seed, prompt, claim, label, rows, main, choice, free
        FROM prediction JOIN cell USING (allocation, strength, variant, target, layer, seed, epoch)
        JOIN condition USING (allocation, strength, variant, target, layer)
    UNION ALL SELECT DISTINCT (SELECT id FROM condition WHERE allocation = 'pretrained'), -1,
        prompt, claim, label, rows, main, choice, free FROM prediction WHERE epoch = 0;
CREATE TABLE memorised AS
    SELECT id, seed, document, value
        FROM loss JOIN cell USING (allocation, strength, variant, target, layer, seed, epoch)
        JOIN condition USING (allocation, strength, variant, target, layer)
    UNION ALL SELECT (SELECT id FROM condition WHERE allocation = 'pretrained'), -1, document,
        avg(value) FROM loss WHERE epoch = 0 GROUP BY document;

-- ---- Measures ------------------------------------------------------------------------------
CREATE TABLE measured AS
    SELECT id, seed, 'choice_accuracy' AS measure, 'claim' AS unit,
           avg(choice = label) AS value, count(*) AS n FROM answer WHERE main GROUP BY id, seed
    UNION ALL SELECT id, seed, 'choice_accuracy', 'row', 1.0 * sum(rows * (choice = label)) /
        sum(rows), sum(rows) FROM answer GROUP BY id, seed
    UNION ALL SELECT id, seed, 'free_accuracy', 'claim', avg(free = label), count(*) FROM answer
        WHERE main GROUP BY id, seed
    UNION ALL SELECT id, seed, 'free_accuracy', 'row', 1.0 * sum(rows * (free = label)) / sum(rows),
        sum(rows) FROM answer GROUP BY id, seed
    UNION ALL SELECT id, seed, 'free_invalid', 'claim', avg(free = '-'), count(*) FROM answer
        WHERE main GROUP BY id, seed
    UNION ALL SELECT id, seed, 'nll', 'document', avg(value), count(*) FROM memorised
        GROUP BY id, seed;
-- What simset.csv must hold: each seed, and their mean (-1), which is all of the pretrained model.
CREATE TABLE wanted AS
    SELECT * FROM measured WHERE seed >= 0
    UNION ALL SELECT id, -1, measure, unit, avg(value), n FROM measured GROUP BY id, measure, unit;

-- ---- Effects of the claims ------------------------------------------------------------------
CREATE TABLE main AS
    SELECT layer FROM cell GROUP BY layer ORDER BY count(*) DESC, layer LIMIT 1;
-- Conditions of strength 1 that are compared, `id` less `other`; a mean of several is a part too.
CREATE VIEW hard AS SELECT * FROM condition WHERE strength = 1;
CREATE TABLE pair AS
    SELECT 'C16' AS claim, 'loss' AS kind, a.id, b.id AS other, a.allocation || ' ' || a.variant
           AS part, NULL AS mean
        FROM hard AS a JOIN hard AS b USING (variant, target, layer) JOIN main USING (layer)
        WHERE target = 'document' AND b.allocation = 'none' AND a.allocation <> 'none'
    UNION ALL SELECT 'C17', kind, a.id, b.id, kind || ' ' || a.allocation || ' ' || a.variant, kind
        FROM hard AS a JOIN hard AS b USING (variant, target, layer) JOIN main USING (layer),
             (SELECT 'loss' AS kind UNION ALL SELECT 'accuracy')
        WHERE target = 'document' AND b.allocation = 'none' AND a.allocation LIKE 'simset-%-dim'
    UNION ALL SELECT 'C18', 'accuracy', a.id, b.id,
           a.allocation || ' ' || a.variant || ' over none', NULL
        FROM hard AS a JOIN hard AS b USING (variant, target, layer) JOIN main USING (layer)
        WHERE target = 'document' AND b.allocation = 'none' AND a.allocation <> 'none'
    UNION ALL SELECT 'C18', 'accuracy', a.id, b.id,
           a.allocation || ' ' || a.variant || ' over pretrained', NULL
        FROM hard AS a JOIN main USING (layer) JOIN condition AS b ON b.allocation = 'pretrained'
        WHERE a.target = 'document'
    UNION ALL SELECT 'C19', 'accuracy', a.id, b.id,
           a.allocation || ' ' || a.variant || ' layer ' || a.layer, NULL
        FROM hard AS a JOIN condition AS b ON b.allocation = 'pretrained'
        WHERE a.target = 'document' AND (SELECT count(*) FROM hard AS c WHERE
            (c.allocation, c.variant, c.target) = (a.allocation, a.variant, a.target)) > 1
    UNION ALL SELECT 'C20', 'accuracy', a.id, b.id,
           a.allocation || ' ' || a.variant || ' over ' || b.target, 'over ' || b.target
        FROM hard AS a JOIN hard AS b USING (allocation, variant, layer) JOIN main USING (layer)
        WHERE a.target = 'document-then-template' AND b.target IN ('document', 'template')
    UNION ALL SELECT 'mistake', 'accuracy', a.id, b.id, a.allocation || ' plain', NULL
        FROM hard AS a JOIN hard AS b USING (allocation, layer) JOIN main USING (layer)
        WHERE allocation LIKE 'simset-%' AND (a.variant, a.target) = ('plain', 'template') AND
            (b.variant, b.target) = ('norm-gate', 'document');

-- Seeds that a pair has in common; the pretrained model has all.
CREATE TABLE seeded AS SELECT DISTINCT id, seed FROM memorised;
CREATE TABLE common AS
    SELECT DISTINCT pair.id, other, a.seed FROM pair JOIN seeded AS a ON a.id = pair.id
        JOIN seeded AS b ON b.id = other AND b.seed IN (a.seed, -1);
DELETE FROM pair WHERE (id, other) NOT IN (SELECT id, other FROM common);
-- One more pair a mean: all of its own, over the seeds they all have.
CREATE TABLE used AS
    SELECT claim, part, kind, id, other, seed, 1.0 AS weight FROM pair JOIN common USING (id, other)
    UNION ALL SELECT claim, mean, kind, id, other, seed, 1.0 / size
        FROM pair JOIN common USING (id, other)
        JOIN (SELECT claim, mean, kind, count(*) AS size FROM pair WHERE mean IS NOT NULL
              GROUP BY claim, mean) USING (claim, mean, kind)
        WHERE size = (SELECT count(*) FROM pair AS p JOIN common AS c USING (id, other)
                      WHERE (p.claim, p.mean, c.seed) = (pair.claim, pair.mean, common.seed));

-- By document or claim: the mean over seeds of what the first shows less what the other shows.
CREATE TABLE shown AS
    SELECT 'loss' AS kind, id, seed, document AS unit, value FROM memorised
    UNION ALL SELECT 'accuracy', id, seed, claim, choice = label FROM answer WHERE main;
CREATE UNIQUE INDEX shown_key ON shown(kind, id, seed, unit);
CREATE TABLE contrast AS
    SELECT used.claim, used.part, kind, a.unit, sum(weight * (a.value - b.value)) /
           count(DISTINCT used.seed) AS value
    FROM used JOIN shown AS a USING (kind, id, seed) JOIN shown AS b USING (kind, unit)
    WHERE b.id = other AND b.seed = iif(other = (SELECT id FROM condition WHERE
        allocation = 'pretrained'), -1, used.seed)
    GROUP BY used.claim, used.part, kind, a.unit;
CREATE TABLE effect AS
    SELECT claim, part, kind, avg(value) AS value, count(*) AS n FROM contrast
    GROUP BY claim, part, kind;

-- The margin of C16: a tenth of what the unstructured memory gains over the pretrained model, over
-- all of its seeds.
CREATE TABLE margin AS
    SELECT part, 0.1 * ((SELECT avg(value) FROM memorised WHERE seed = -1) -
        (SELECT avg(value) FROM memorised AS m WHERE m.id = other)) AS value
    FROM pair WHERE claim = 'C16';
-- Where that gains nothing there is no margin, and no claim.
CREATE TABLE without AS SELECT 'C16' AS claim FROM margin WHERE value <= 0 LIMIT 1;
DELETE FROM contrast WHERE claim IN (SELECT claim FROM without);
DELETE FROM effect WHERE claim IN (SELECT claim FROM without);
DELETE FROM margin WHERE EXISTS (SELECT 1 FROM without);
