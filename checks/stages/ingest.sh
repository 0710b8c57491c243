#!/bin/bash
# ingest: the corpus equals what SQLite's JSON functions make of the raw files.
source "$(dirname "$0")/lib.bash"
need "$out/corpus.db" "$out/corpus.db.prov" "$out/world/train.jsonl"

# expect DATABASE: what the corpus must hold, from the raw files.
expect() {
    load_raw "$1" "$out/world" &&
        sqlite3 -bail "$1" "CREATE TABLE setting AS SELECT $(argument "$out/corpus.db" top) AS top,
            '$(argument "$out/corpus.db" nei)' AS nei" ".read '$here/ingest.sql'"
}

# equal CORPUS: every table is as the raw files say.
equal() {
    sqlite3 -bail "$folder/raw.db" "ATTACH 'file:$1?mode=ro' AS made" \
        ".read '$here/ingest_differences.sql'" >"$folder/differences" ||
        echo 'the corpus cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# planted 'SQL': a copy of the corpus after it; its path.
planted() {
    cp "$out/corpus.db" "$folder/corpus.db"
    sqlite3 "$folder/corpus.db" "$1"
    echo "$folder/corpus.db"
}

check 'the raw files can be read' expect "$folder/raw.db"
check 'the corpus follows from the raw files' equal "$out/corpus.db"
check 'no limit was set that this check does not know' test \
    "$(argument "$out/corpus.db" train-claims-per-page),$(argument "$out/corpus.db" \
    dev-claims-per-page)" = 0,0
catches 'a swapped label' equal "$(planted "UPDATE claim SET label = 'REFUTES' WHERE id =
    (SELECT max(id) FROM claim WHERE label = 'SUPPORTS')")"
catches 'a claim told otherwise' equal "$(planted "UPDATE claim SET text = text || '.' WHERE id = 7")"
catches 'two documents that change places' equal "$(planted "UPDATE page SET id = CASE id WHEN 3
    THEN -4 ELSE -3 END WHERE id IN (3, 4); UPDATE page SET id = -id WHERE id < 0")"
catches 'a shifted sentence number' equal \
    "$(planted 'UPDATE sentence SET number = number + 1 WHERE rowid = 5')"
catches 'evidence of another page' equal "$(planted 'UPDATE evidence SET title =
    (SELECT title FROM page WHERE id = 0) WHERE rowid = (SELECT max(rowid) FROM evidence WHERE
    title IS NOT NULL AND title <> (SELECT title FROM page WHERE id = 0))')"
catches 'a repeated row of evidence' equal \
    "$(planted 'INSERT INTO evidence SELECT * FROM evidence WHERE rowid = 1')"
catches 'a prompt about another document' equal \
    "$(planted 'UPDATE prompt SET page = (page + 1) % 4 WHERE id = 2')"
catches 'an example of another document' equal "$(planted 'UPDATE prompt SET example =
    (SELECT claim FROM template WHERE template.page <> prompt.page LIMIT 1) WHERE id = 1')"
catches 'a validation claim as example' equal \
    "$(planted 'UPDATE prompt SET example = claim WHERE id = 1')"
catches 'a lost template' equal "$(planted 'DELETE FROM template WHERE id = 9')"
catches 'a wrong count' equal "$(planted "UPDATE count SET value = value + 1 WHERE name = 'dev_rows'")"
catches 'a corpus that is absent' equal "$folder/absent.db"
finish
