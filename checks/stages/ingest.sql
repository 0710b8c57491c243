-- ingest: the corpus as it follows from the raw files (raw.sql's tables), as tables wanted_….
-- Expects the table setting(top, nei). Titles here are ASCII, so NFC is no matter.

CREATE TABLE ranked AS
    SELECT row_number() OVER (ORDER BY claims DESC, title) AS place, title, claims,
           title IN (SELECT title FROM page) AS has_text,
           title IN (SELECT title FROM evidence WHERE split = 'train' AND
                     title IS NOT NULL) AS has_training
    FROM (SELECT title, count(DISTINCT number) AS claims FROM evidence
          WHERE split = 'dev' AND title IS NOT NULL GROUP BY title)
    ORDER BY place LIMIT (SELECT top FROM setting);

CREATE TABLE document AS
    SELECT row_number() OVER (ORDER BY place) - 1 AS id, title, text, claims,
           replace(replace(replace(title, '-LRB-', '('), '-RRB-', ')'), '_', ' ') AS name
    FROM ranked JOIN page USING (title) WHERE has_text AND has_training;

-- Which claim belongs to which document, with how many rows.
CREATE TABLE link AS
    SELECT split, number, document.id AS page, count(*) AS rows
    FROM evidence JOIN document USING (title) GROUP BY split, number, document.id;
INSERT INTO link
    SELECT split, number, page, 1 FROM
        (SELECT split, number, document.id AS page, row_number() OVER
             (PARTITION BY split, number ORDER BY length(name) DESC, document.id) AS place
         FROM claim JOIN document ON ' ' || claim.text || ' ' GLOB '*[^A-Za-z0-9]' ||
             replace(replace(replace(name, '[', '[[]'), '*', '[*]'), '?', '[?]') || '[^A-Za-z0-9]*'
         WHERE label = 'NOT ENOUGH INFO' AND (SELECT nei FROM setting) = 'title' AND
               NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.split = claim.split AND
                           evidence.number = claim.number AND title IS NOT NULL))
    WHERE place = 1;

CREATE TABLE used_claim AS
    SELECT row_number() OVER (ORDER BY split = 'dev', number) - 1 AS id, fever_id, split, label,
           text, number
    FROM claim WHERE (split, number) IN (SELECT split, number FROM link);

-- What each table of the corpus must hold.
CREATE TABLE wanted_page AS SELECT id, title, text, claims FROM document;
CREATE TABLE wanted_sentence AS
    SELECT document.id, number, sentence.text FROM document JOIN sentence USING (title);
CREATE TABLE wanted_claim AS SELECT id, fever_id, split, label, text FROM used_claim;
CREATE TABLE wanted_evidence AS
    SELECT id, evidence_set, item, title, sentence
    FROM used_claim JOIN evidence USING (split, number);
CREATE TABLE wanted_prompt AS
    SELECT row_number() OVER (ORDER BY number, page) - 1, id, page, rows,
           row_number() OVER (PARTITION BY number ORDER BY page) = 1
    FROM link JOIN used_claim USING (split, number) WHERE split = 'dev';
CREATE TABLE wanted_template AS
    SELECT row_number() OVER (ORDER BY number, page) - 1, id, page
    FROM link JOIN used_claim USING (split, number) WHERE split = 'train';
CREATE TABLE wanted_count AS
    SELECT split || '_claims' AS name, count(*) AS value FROM claim GROUP BY split
    UNION ALL SELECT split || '_rows', count(*) FROM evidence GROUP BY split
    UNION ALL SELECT split || '_evidence_sets', sum(json_array_length(evidence)) FROM claim
        GROUP BY split
    UNION ALL SELECT split || '_several_item_sets', count(*) FROM
        (SELECT split FROM evidence GROUP BY split, number, evidence_set HAVING count(*) > 1)
        GROUP BY split
    UNION ALL SELECT split || '_pages', count(DISTINCT title) FROM evidence GROUP BY split
    UNION ALL SELECT split || '_repeated_texts', count(*) - count(DISTINCT text) FROM claim GROUP BY split
    UNION ALL SELECT split || '_contradictory_texts', sum(labels > 1) FROM
        (SELECT split, count(DISTINCT label) AS labels FROM claim GROUP BY split, text) GROUP BY split
    UNION ALL SELECT split || '_claims_with_repeated_sets', sum(sets > distinct_sets) FROM
        (SELECT claim.split, number, count(named) AS sets, count(DISTINCT named) AS distinct_sets
         FROM claim LEFT JOIN (SELECT split, number, group_concat(ifnull(title, '') || '/' || ifnull(sentence, -1), '|')
             AS named FROM (SELECT * FROM evidence ORDER BY split, number, evidence_set, item)
             GROUP BY split, number, evidence_set) USING (split, number)
         GROUP BY claim.split, number) GROUP BY split
    UNION ALL SELECT split || '_claims_attached_by_title', sum(label = 'NOT ENOUGH INFO')
        FROM link JOIN claim USING (split, number) GROUP BY split
    UNION ALL SELECT 'wiki_pages_read', count(*) FROM raw_wiki
    UNION ALL SELECT 'pages_wanted', count(*) FROM ranked
    UNION ALL SELECT 'pages_found', count(DISTINCT line ->> '$.id') FROM raw_wiki
        WHERE line ->> '$.id' IN (SELECT title FROM ranked)
    UNION ALL SELECT 'pages_repeated', count(*) - count(DISTINCT line ->> '$.id') FROM raw_wiki
        WHERE line ->> '$.id' IN (SELECT title FROM ranked)
    UNION ALL SELECT 'dropped_no_text', sum(NOT has_text) FROM ranked
    UNION ALL SELECT 'dropped_no_training_claim', sum(has_text AND NOT has_training) FROM ranked
    UNION ALL SELECT 'documents', count(*) FROM document
    UNION ALL SELECT 'prompts', count(*) FROM link WHERE split = 'dev'
    UNION ALL SELECT 'templates', count(*) FROM link WHERE split = 'train';
