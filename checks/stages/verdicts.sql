-- verdicts: effects of many parts recomputed from the unit effects, as tables of seeds and units: claim, part,
-- seed, unit, value, in the table `shown`. Expects unit(stage, condition, keys…, seed, epoch, measure, item, value)
-- of one half, claims of one text joined, and the tables bound and rule's numbers are not looked at.

CREATE TABLE late AS SELECT max(epoch) AS last, min(epoch) FILTER (WHERE epoch > 0) AS first
    FROM unit WHERE stage = 'layer_choice';
CREATE TABLE layer AS SELECT layer, 3 * (row_number() OVER (ORDER BY layer) - 1) / count(*) OVER () AS third
    FROM (SELECT DISTINCT layer FROM unit WHERE stage = 'layer_choice' AND layer <> '');
CREATE VIEW grid AS SELECT * FROM unit WHERE stage = 'layer_choice';

CREATE TABLE shown AS
    -- C12: the slope over the layers, by sums
    SELECT 'C12' AS claim, 'slope' AS part, seed, item, (count(*) * sum(layer * value) - sum(layer) * sum(value)) /
           (count(*) * sum(layer * layer) - sum(layer) * sum(layer)) AS value
        FROM grid, late WHERE measure = 'nll' AND epoch = first GROUP BY seed, item
    -- C13: last less first, in the mean of the layers and by layer
    UNION ALL SELECT 'C13', 'accuracy', seed, item, avg(iif(epoch = last, value, -value)) * 2
        FROM grid, late WHERE measure = 'accuracy' AND epoch IN (first, last) GROUP BY seed, item
    UNION ALL SELECT 'C13', 'by layer: layer ' || layer, seed, item, sum(iif(epoch = last, value, -value))
        FROM grid, late WHERE measure = 'accuracy' AND epoch IN (first, last) GROUP BY layer, seed, item
    -- C14: thirds
    UNION ALL SELECT 'C14', 'against the first third', seed, item,
           avg(value) FILTER (WHERE third = 1) - avg(value) FILTER (WHERE third = 0)
        FROM grid JOIN layer USING (layer), late WHERE measure = 'nll' AND epoch = last GROUP BY seed, item
    UNION ALL SELECT 'C14', 'against the last third', seed, item,
           avg(value) FILTER (WHERE third = 1) - avg(value) FILTER (WHERE third = 2)
        FROM grid JOIN layer USING (layer), late WHERE measure = 'nll' AND epoch = last GROUP BY seed, item
    -- C15, C18, C19: less the pretrained model, which has no seed
    UNION ALL SELECT claim, side || a.layer, a.seed, item, a.value - b.value
        FROM grid AS a JOIN grid AS b USING (measure, item), late,
             (SELECT 'C15' AS claim, 'lower: layer ' AS side UNION ALL SELECT 'C15', 'raise: layer ')
        WHERE measure = 'accuracy' AND a.epoch = last AND b.allocation = 'pretrained'
    UNION ALL SELECT 'C19', side || a.layer, a.seed, item, a.value - b.value
        FROM unit AS a JOIN unit AS b USING (stage, measure, item),
             (SELECT 'raised: layer ' AS side UNION ALL SELECT 'not everywhere: layer ')
        WHERE stage = 'simset_vs_unstructured' AND measure = 'accuracy' AND b.allocation = 'pretrained'
            AND (a.allocation, a.variant, a.target, a.strength) = ('none', 'plain', 'document', 1)
    -- C11: own words less another's, mean of the activations
    UNION ALL SELECT 'C11', 'own words', seed, item, avg(a.value - b.value)
        FROM unit AS a JOIN unit AS b USING (stage, phi, lm, outcome, seed, item)
        WHERE (a.measure, b.measure, lm, outcome) = ('pool_own', 'pool_other', 'yes', 'log-p') GROUP BY seed, item
        HAVING count(*) = (SELECT count(DISTINCT phi) FROM unit WHERE stage = 'memory_sign' AND lm = 'yes')
    UNION ALL SELECT 'C10', 'raising at +1', seed, item, avg(value) FROM unit
        WHERE (measure, lm, outcome, pairs, s) = ('word', 'yes', 'log-p', 'raising', '1') GROUP BY seed, item
        HAVING count(*) = (SELECT count(DISTINCT phi) FROM unit WHERE stage = 'memory_sign' AND lm = 'yes')
    -- C4, C5, C6: drift
    UNION ALL SELECT 'C6', 'shift', seed, item, avg(a.value - b.value)
        FROM drift AS a JOIN drift AS b USING (measure, phi, selection, lm, dimension, documents, batch, alpha, form,
            start, seed, item)
        WHERE (measure, selection, lm, form, start, alpha) = ('vector_shift', 'linear', 'yes', 'squared', 'orthogonal', 0.1)
            AND a.negative = 'other' AND b.negative = 'other-detached' GROUP BY seed, item;

-- Allocations, at the layer of most conditions.
CREATE TABLE simset AS SELECT * FROM unit WHERE stage = 'simset_vs_unstructured' AND
    (strength = 1 OR allocation = 'pretrained') AND (allocation = 'pretrained' OR layer = (SELECT layer FROM (
        SELECT DISTINCT allocation, strength, variant, target, layer FROM unit WHERE stage = 'simset_vs_unstructured'
            AND strength = 1 AND target = 'document' AND allocation GLOB 'simset-*')
    GROUP BY layer ORDER BY count(*) DESC, layer LIMIT 1));
CREATE INDEX simset_key ON simset(measure, item, seed);
INSERT INTO shown
    SELECT 'C16', 'loss: allocation ' || a.allocation || ', variant ' || variant, seed, item, a.value - b.value
        FROM simset AS a JOIN simset AS b USING (measure, variant, target, seed, item)
        WHERE (measure, target, b.allocation) = ('nll', 'document', 'none')
            AND (a.allocation GLOB 'simset-*' OR a.allocation = 'random' OR a.allocation = 'disjoint' AND
                 CAST(a.documents AS INTEGER) <= CAST(a.entries AS INTEGER))
    UNION ALL SELECT 'C17', 'loss against random: allocation ' || a.allocation, seed, item, a.value - b.value
        FROM simset AS a JOIN simset AS b USING (measure, variant, target, seed, item)
        WHERE (measure, target, b.allocation, variant) = ('nll', 'document', 'random', 'norm-gate')
            AND a.allocation GLOB 'simset-*-dim'
    UNION ALL SELECT 'C18', 'accuracy: allocation ' || a.allocation, a.seed, item, a.value - b.value
        FROM simset AS a JOIN simset AS b USING (measure, item)
        WHERE (measure, a.target, b.allocation, a.variant) = ('accuracy', 'document', 'pretrained', 'norm-gate')
    UNION ALL SELECT 'mistake', 'accuracy: allocation ' || a.allocation, seed, item, a.value - b.value
        FROM simset AS a JOIN simset AS b USING (measure, allocation, seed, item)
        WHERE measure = 'accuracy' AND allocation GLOB 'simset-*' AND (a.variant, a.target) = ('plain', 'template')
            AND (b.variant, b.target) = ('norm-gate', 'document')
    UNION ALL SELECT 'C20', 'over storing alone', seed, item, avg(a.value - b.value)
        FROM simset AS a JOIN simset AS b USING (measure, allocation, variant, seed, item)
        WHERE (measure, variant, a.target, b.target) = ('accuracy', 'plain', 'document-then-template', 'document')
        GROUP BY seed, item;
-- The bound of C16: a tenth of what the unstructured memories gain, their mean over seeds that all have.
CREATE TABLE bound AS SELECT 'C16' AS claim, 0.1 * (
    (SELECT avg(value) FROM simset WHERE measure = 'nll' AND allocation = 'pretrained') - (SELECT avg(value)
     FROM simset WHERE measure = 'nll' AND (allocation, target) = ('none', 'document') AND seed IN (
        SELECT seed FROM simset WHERE measure = 'nll' AND (allocation, target) = ('none', 'document')
        GROUP BY seed HAVING count(DISTINCT variant) = (SELECT count(DISTINCT variant) FROM simset
            WHERE (allocation, target) = ('none', 'document'))))) AS value;
