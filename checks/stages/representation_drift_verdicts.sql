-- representation_drift_verdicts: every line is a difference between the table found (the verdicts)
-- and the effects of representation_drift.sql, or between a verdict and its rule.
SELECT claim, part, 'wanted', value, wanted.n, 'found', effect, found.n
    FROM effect AS wanted LEFT JOIN found USING (claim, part)
    WHERE (abs(value - effect) <= 1e-6 AND wanted.n = found.n) IS NOT 1;
SELECT claim, part, 'is outside its interval' FROM found
    WHERE (low <= effect + 1e-12 AND effect <= high + 1e-12 AND p > 0 AND p <= p_holm AND
           p_holm <= 1) IS NOT 1;
SELECT 'claims and not six:', n FROM (SELECT count(*) AS n FROM found WHERE part = '') WHERE n <> 6;

-- What follows by itself: below a margin, within it, above 0 with less than it no gain, or a sign.
CREATE TEMP TABLE alone AS
    SELECT *, CASE
        WHEN claim IN ('C5', 'C6') THEN CASE WHEN p_holm < 0.05 AND low > 0 THEN 'supported'
            WHEN high < margin THEN 'contradicted' ELSE 'undecided' END
        WHEN part = 'relu less tanh' THEN CASE WHEN p_holm >= 0.05 THEN 'undecided'
            WHEN low > -margin AND high < margin THEN 'supported'
            WHEN low > margin OR high < -margin THEN 'contradicted' ELSE 'undecided' END
        WHEN p_holm >= 0.05 THEN 'undecided'
        WHEN margin <> '' THEN CASE WHEN high < margin THEN 'supported'
            WHEN low > margin THEN 'contradicted' ELSE 'undecided' END
        WHEN part IN ('less that of W_up', 'k / documents') THEN
            CASE WHEN high < 0 THEN 'supported' WHEN low > 0 THEN 'contradicted'
            ELSE 'undecided' END
        ELSE CASE WHEN low > 0 THEN 'supported' WHEN high < 0 THEN 'contradicted'
            ELSE 'undecided' END END AS own
    FROM found;
-- The parts that C1, C2 and C4 rest on.
CREATE TEMP TABLE counts AS
    SELECT * FROM alone WHERE claim = 'C1' OR part IN ('', 'documents', 'k / documents', 'visible',
        'smooth') OR (claim = 'C4' AND part LIKE 'vectors%');
SELECT found.claim, part, 'is', wanted, 'found', verdict FROM found JOIN (
    SELECT claim, part, own AS wanted FROM alone
        WHERE part <> '' OR claim NOT IN ('C1', 'C2', 'C4')
    UNION ALL SELECT claim, '', CASE WHEN sum(own = 'contradicted') > 0 THEN 'contradicted'
        WHEN sum(own = 'undecided') > 0 THEN 'undecided' ELSE 'supported' END FROM counts
        WHERE claim IN ('C1', 'C2', 'C4') GROUP BY claim) USING (claim, part)
    WHERE verdict <> wanted;
