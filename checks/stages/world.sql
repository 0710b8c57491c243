-- world: every line is something that must not be in the world's raw files; from raw.sql's tables.

SELECT 'no JSON: ' || line FROM (SELECT line FROM raw_train UNION ALL SELECT line FROM raw_dev
                                 UNION ALL SELECT line FROM raw_wiki) WHERE NOT json_valid(line);

SELECT 'claim id ' || fever_id || ' comes ' || count(*) || ' times' FROM claim
    GROUP BY fever_id HAVING count(*) > 1;

SELECT 'claim ' || fever_id || ': ' || label || ', ' || verifiable || ', ' || cited || ' citations'
    FROM (SELECT claim.*, (SELECT count(title) FROM evidence WHERE evidence.split = claim.split AND
                           evidence.number = claim.number) AS cited,
                 (SELECT count(*) FROM evidence WHERE evidence.split = claim.split AND
                  evidence.number = claim.number) AS items FROM claim)
    WHERE (CASE label WHEN 'SUPPORTS' THEN verifiable = 'VERIFIABLE' AND cited = items AND cited > 0
                      WHEN 'REFUTES' THEN verifiable = 'VERIFIABLE' AND cited = items AND cited > 0
                      WHEN 'NOT ENOUGH INFO' THEN verifiable = 'NOT VERIFIABLE' AND cited = 0 AND
                                                  items > 0
                      ELSE 0 END) IS NOT 1;

-- One much cited page has lost its text: its claims cite what is not there.
SELECT 'claim ' || fever_id || ' cites sentence ' || evidence.sentence || ' of ' || title
    FROM evidence JOIN claim USING (split, number)
    WHERE title IN (SELECT title FROM page) AND
          NOT EXISTS (SELECT 1 FROM sentence WHERE sentence.title = evidence.title AND
                      sentence.number = evidence.sentence AND sentence.text <> '');
SELECT count(*) || ' cited pages without text' FROM
    (SELECT DISTINCT title FROM evidence WHERE title NOT IN (SELECT title FROM page)
     AND title IS NOT NULL) HAVING count(*) <> 1;

SELECT 'page ' || title || ' is not its sentences' FROM page
    WHERE text IS NOT (SELECT group_concat(text, ' ') FROM
        (SELECT text FROM sentence WHERE sentence.title = page.title AND sentence.text <> ''
         ORDER BY place));

SELECT 'claim ' || fever_id || ' does not name ' || title FROM claim JOIN evidence USING (split, number)
    WHERE title IS NOT NULL AND instr(text, trim(replace(CASE WHEN instr(title, '_-LRB-')
        THEN substr(title, 1, instr(title, '_-LRB-') - 1) ELSE title END, '_', ' '))) = 0;

SELECT 'claim ' || train.fever_id || ' is validation claim ' || dev.fever_id || ' again'
    FROM claim AS train JOIN claim AS dev USING (text)
    WHERE train.split = 'train' AND dev.split = 'dev';

SELECT split || ': ' || count(*) || ' of ' || (SELECT count(*) FROM claim AS c WHERE c.split =
       claim.split) || ' are ' || label FROM claim GROUP BY split, label
    HAVING abs(1.0 * count(*) / (SELECT count(*) FROM claim AS c WHERE c.split = claim.split) -
               1.0 / 3) > 0.03;
