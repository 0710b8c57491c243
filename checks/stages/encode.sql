-- encode: the texts the encoded file must hold, as requests to `probe tokens`, in its order:
-- documents; templates; then four lines a prompt, bare and with each answer; claims. `kind` chooses.

CREATE TEMP VIEW said AS
    SELECT id, replace(replace(replace(text, char(10), ' '), char(13), ' '), char(9), ' ') AS text,
           CASE label WHEN 'SUPPORTS' THEN 'a' WHEN 'REFUTES' THEN 'b' ELSE 'c' END AS letter
    FROM claim;
CREATE TEMP VIEW asked AS
    SELECT 'prompt' AS kind, id, claim, example FROM prompt
    UNION ALL SELECT 'template', id, claim, example FROM template;
CREATE TEMP VIEW bare AS
    SELECT kind, asked.id, said.letter,
           'Determine the factuality of the following claims ' || char(10) ||
           'Answer candidates: (a) supports, (b) refutes, (c) not enough info' || char(10) ||
           'Claim: ' || shot.text || char(10) || 'A: (' || shot.letter || ')' || char(10) ||
           'Claim: ' || said.text || char(10) || 'A:' AS text
    FROM asked JOIN said ON said.id = asked.claim JOIN said AS shot ON shot.id = asked.example;
CREATE TEMP VIEW text AS
    SELECT 'document' AS kind, id, 0 AS place, replace(replace(replace(replace(replace(text,
        '-LRB-', '('), '-RRB-', ')'), '-LSB-', '['), '-RSB-', ']'), '-COLON-', ':') AS text
    FROM page
    UNION ALL SELECT kind, id, 0, text || ' (' || letter || ')' || char(10) FROM bare
        WHERE kind = 'template'
    UNION ALL SELECT kind, id, 0, text FROM bare WHERE kind = 'prompt'
    UNION ALL SELECT 'claim', prompt.id, 0, said.text FROM prompt JOIN said ON said.id = prompt.claim
        WHERE main
    UNION ALL SELECT kind, bare.id, unicode(value), text || ' (' || value || ')'
        FROM bare, json_each('["a","b","c"]') WHERE kind = 'prompt';
