-- raw: FEVER's raw files as tables, by SQLite's own JSON functions. Expects raw_train, raw_dev and
-- raw_wiki, each with the lines of its files in the one column `line`.

CREATE TABLE claim AS
    SELECT split, number, line ->> '$.id' AS fever_id, line ->> '$.verifiable' AS verifiable,
           line ->> '$.label' AS label, line ->> '$.claim' AS text, line -> '$.evidence' AS evidence
    FROM (SELECT 'train' AS split, rowid AS number, line FROM raw_train
          UNION ALL SELECT 'dev', rowid, line FROM raw_dev);
CREATE INDEX claim_number ON claim(split, number);

CREATE TABLE evidence AS
    SELECT split, number, one_set.key AS evidence_set, one.key AS item,
           one.value ->> '$[2]' AS title, one.value ->> '$[3]' AS sentence
    FROM claim, json_each(claim.evidence) AS one_set, json_each(one_set.value) AS one;
CREATE INDEX evidence_title ON evidence(split, title);
CREATE INDEX evidence_number ON evidence(split, number);

-- Of a repeated page the first with a text.
CREATE TABLE page AS
    SELECT min(rowid) AS number, line ->> '$.id' AS title, line ->> '$.text' AS text,
           line ->> '$.lines' AS lines
    FROM raw_wiki WHERE trim(line ->> '$.text', ' ' || char(9, 10, 13)) <> '' GROUP BY title;
CREATE INDEX page_title ON page(title);

-- `index TAB sentence TAB links`; what has no index is a fragment.
CREATE TABLE sentence AS
    WITH RECURSIVE part(title, place, piece, rest) AS (
        SELECT title, 0, NULL, lines || char(10) FROM page
        UNION ALL
        SELECT title, place + 1, substr(rest, 1, instr(rest, char(10)) - 1),
               substr(rest, instr(rest, char(10)) + 1)
        FROM part WHERE rest <> '')
    SELECT title, place, CAST(substr(piece, 1, instr(piece, char(9)) - 1) AS INTEGER) AS number,
           substr(piece, instr(piece, char(9)) + 1) AS text
    FROM part WHERE piece GLOB '[0-9]*' || char(9) || '*';
UPDATE sentence SET text = substr(text, 1, instr(text, char(9)) - 1)
    WHERE instr(text, char(9)) > 0;
CREATE INDEX sentence_title ON sentence(title, number);
