-- ingest_differences: how the corpus `made` differs from ingest.sql's tables; drawn examples are only
-- held to their rules. Both ways, and repeats.

SELECT 'page', 'lacks', * FROM (SELECT * FROM wanted_page EXCEPT SELECT * FROM made.page);
SELECT 'page', 'has', * FROM (SELECT * FROM made.page EXCEPT SELECT * FROM wanted_page);
SELECT 'sentence', 'lacks', * FROM (SELECT * FROM wanted_sentence EXCEPT SELECT * FROM made.sentence);
SELECT 'sentence', 'has', * FROM (SELECT * FROM made.sentence EXCEPT SELECT * FROM wanted_sentence);
SELECT 'claim', 'lacks', * FROM (SELECT * FROM wanted_claim EXCEPT SELECT * FROM made.claim);
SELECT 'claim', 'has', * FROM (SELECT * FROM made.claim EXCEPT SELECT * FROM wanted_claim);
SELECT 'evidence', 'lacks', * FROM (SELECT * FROM wanted_evidence EXCEPT SELECT * FROM made.evidence);
SELECT 'evidence', 'has', * FROM (SELECT * FROM made.evidence EXCEPT SELECT * FROM wanted_evidence);
SELECT 'prompt', 'lacks', * FROM (SELECT * FROM wanted_prompt EXCEPT SELECT id, claim, page, rows, main FROM made.prompt);
SELECT 'prompt', 'has', * FROM (SELECT id, claim, page, rows, main FROM made.prompt EXCEPT SELECT * FROM wanted_prompt);
SELECT 'template', 'lacks', * FROM (SELECT * FROM wanted_template EXCEPT SELECT id, claim, page FROM made.template);
SELECT 'template', 'has', * FROM (SELECT id, claim, page FROM made.template EXCEPT SELECT * FROM wanted_template);
SELECT 'count', 'lacks', * FROM (SELECT * FROM wanted_count EXCEPT SELECT * FROM made.count);
SELECT 'count', 'has', * FROM (SELECT * FROM made.count EXCEPT SELECT * FROM wanted_count);
SELECT 'sentence', 'has ' || count(*) || ' rows' FROM made.sentence
    HAVING count(*) <> (SELECT count(*) FROM wanted_sentence);
SELECT 'evidence', 'has ' || count(*) || ' rows' FROM made.evidence
    HAVING count(*) <> (SELECT count(*) FROM wanted_evidence);

-- An example is a training claim of the same document, and another one where there is one.
WITH training AS (SELECT used_claim.id AS claim, page FROM link JOIN used_claim
                  USING (split, number) WHERE split = 'train'),
     drawn AS (SELECT 'prompt' AS kind, id, -1 AS claim, page, example FROM made.prompt
               UNION ALL SELECT 'template', id, claim, page, example FROM made.template)
SELECT kind, id, 'has example', example FROM drawn
    WHERE (example, page) NOT IN (SELECT claim, page FROM training) OR
          (example = claim AND (SELECT count(*) FROM training AS t WHERE t.page = drawn.page) > 1);
