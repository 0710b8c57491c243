-- answer: every line is something that must not be in the predictions of one cell. Expects the table
-- prediction, the corpus as `made`, and the table cell(allocation, strength, variant, target, layer, seed,
-- epoch) with the epochs asked for.

CREATE TEMP VIEW asked AS
    SELECT cell.*, prompt.id AS prompt, prompt.claim, prompt.page,
           CASE label WHEN 'SUPPORTS' THEN 'a' WHEN 'REFUTES' THEN 'b' ELSE 'c' END AS label,
           prompt.rows, prompt.main
    FROM cell, made.prompt AS prompt JOIN made.claim ON claim.id = prompt.claim;
CREATE TEMP VIEW told AS
    SELECT allocation, strength, variant, target, layer, seed, epoch, prompt, claim, page, label, rows,
           main FROM prediction;

SELECT 'lacks', * FROM (SELECT * FROM asked EXCEPT SELECT * FROM told);
SELECT 'has', * FROM (SELECT * FROM told EXCEPT SELECT * FROM asked);
SELECT 'epoch', epoch, 'prompt', prompt, 'comes', count(*) FROM prediction
    GROUP BY epoch, prompt HAVING count(*) > 1;
SELECT 'epoch', epoch, 'prompt', prompt, 'chooses', choice, p_a, p_b, p_c FROM prediction
    WHERE choice IS NOT CASE WHEN p_a >= p_b AND p_a >= p_c THEN 'a'
                             WHEN p_b >= p_c THEN 'b' ELSE 'c' END;
SELECT 'epoch', epoch, 'prompt', prompt, 'has probabilities', p_a, p_b, p_c FROM prediction
    WHERE (min(p_a, p_b, p_c) >= 0 AND p_a + p_b + p_c > 0 AND p_a + p_b + p_c <= 1 + 1e-6) IS NOT 1;
SELECT 'epoch', epoch, 'prompt', prompt, 'says', free FROM prediction
    WHERE free NOT IN ('a', 'b', 'c', '-');
