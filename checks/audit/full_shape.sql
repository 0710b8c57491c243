-- full_shape: real claims in FEVER's raw format, split in two, and pages to stand in for the dump's.
-- Expects raw, one column `line`: the lines of a split; :folder is where the files go.
--
-- The claims of even lines train, the others are asked. A page under its real title says what
-- claims labelled SUPPORTS say of it, a sentence each.

CREATE TABLE raw_train AS SELECT line FROM raw WHERE rowid % 2 = 0;
CREATE TABLE raw_dev AS SELECT line FROM raw WHERE rowid % 2 = 1;
CREATE TABLE raw_wiki(line TEXT);
.read checks/stages/raw.sql

CREATE TABLE stand_in AS
    SELECT title, row_number() OVER (PARTITION BY title ORDER BY fever_id) - 1 AS number, text
    FROM (SELECT DISTINCT evidence.title, fever_id, text
          FROM claim JOIN evidence USING (split, number)
          WHERE label = 'SUPPORTS' AND title IS NOT NULL)
    ORDER BY title, number;

.mode list
.once train.jsonl
SELECT line FROM raw_train ORDER BY rowid;
.once paper_dev.jsonl
SELECT line FROM raw_dev ORDER BY rowid;
.once wiki-pages/wiki-001.jsonl
SELECT json_object('id', title, 'text', group_concat(text, ' '),
                   'lines', group_concat(number || char(9) || text || char(9), char(10)))
FROM stand_in GROUP BY title ORDER BY title;
