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
