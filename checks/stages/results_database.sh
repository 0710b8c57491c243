#!/bin/bash
# results_database: results.db holds every row of every CSV file of the run, and nothing else of its
# profile; its keys hold, its views say something, and all of it is described.
source "$(dirname "$0")/lib.bash"
readonly profile=${out##*/} list=$out/results.list
database=${out%/*}/results.db
[ "$profile" = "${profile%-sanitize}" ] || database=${out%/*}/results-sanitize.db
readonly metadata=${out%/*}/metadata.json
need "$database" "$list" "$metadata"

# files TABLE: those of the run that are for it.
files() { tr ' ' '\n' <"$list" | grep -E "^$out/$1(s?/[^/]*)?\.csv$"; }

# holds DATABASE TABLE: the table's rows are its files' rows. Numbers may differ by their last
# bits: SQLite reads decimals less exactly than the stage does.
holds() {
    local table=$2 path field real fields
    [ -n "$(files "$table")" ] || { echo "difference: no file is for $table"; return 1; }
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    cp "$1" "$folder/copy.db" || return 1
    fields="pragma_table_info('$table') WHERE name <> 'profile' AND (type"
    ask() { sqlite3 "$folder/copy.db" "SELECT group_concat($1) FROM $fields $2)"; }
    {
        echo "CREATE TEMP TABLE the AS SELECT '$profile' AS profile;"
        echo "CREATE TEMP VIEW made AS SELECT * FROM $table JOIN the USING (profile);"
        echo "CREATE TEMP TABLE wanted($(ask "name || ' ' || type" '<> 0'));"
        echo .mode csv
        for path in $(files "$table"); do echo ".import --skip 1 '$path' wanted"; done
        echo .mode list
        for field in $(ask name "<> 'TEXT' AND NOT \"notnull\"" | tr , ' '); do
            echo "UPDATE wanted SET $field = NULL WHERE $field = '';"
        done
        echo "SELECT 'lacks', * FROM (SELECT $(ask name "<> 'REAL' OR pk") FROM wanted
            EXCEPT SELECT $(ask name "<> 'REAL' OR pk") FROM made);"
        echo "SELECT 'has', * FROM (SELECT $(ask name "<> 'REAL' OR pk") FROM made
            EXCEPT SELECT $(ask name "<> 'REAL' OR pk") FROM wanted);"
        echo "SELECT 'has rows', count(*) FROM made HAVING count(*) <>
            (SELECT count(*) FROM wanted);"
        for real in $(ask name "= 'REAL' AND NOT pk" | tr , ' '); do
            echo "SELECT '$real', * FROM wanted JOIN made USING ($(ask name "<> '' AND pk")) WHERE (abs(wanted.$real - made.$real) <= 1e-15 * abs(wanted.$real) OR
                (wanted.$real IS NULL AND made.$real IS NULL)) IS NOT 1;"
        done
    } | sqlite3 -bail "$folder/copy.db" >"$folder/differences" ||
        echo 'the database cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# planted 'SQL': a copy of the database after it; its path.
planted() {
    cp "$database" "$folder/planted.db"
    sqlite3 "$folder/planted.db" "$1"
    echo "$folder/planted.db"
}

tables=$(sqlite3 -readonly "$database" "SELECT name FROM sqlite_schema WHERE type = 'table'")
for table in $tables; do
    # A question that this profile does not ask has no file, and may have no row.
    if [[ $table =~ ^(layer_vectors|drift_curve)$ ]] && [ -z "$(files "$table")" ]; then
        check "it has no row of $table" test 0 = "$(sqlite3 -readonly "$database" \
            "SELECT count(*) FROM $table WHERE profile = '$profile'")"
    else check "it has every row of $table" holds "$database" "$table"; fi
done
check 'its tables have all the files' same <(tr ' ' '\n' <"$list" | sort) \
    <(for table in $tables; do files "$table"; done | sort)

# sound DATABASE: no row refers to one that is not there.
sound() {
    sqlite3 -readonly "$1" 'PRAGMA foreign_key_check' >"$folder/differences"
    none "$folder/differences"
}

# described METADATA: every table, view and column of a table has words there.
described() {
    sqlite3 -readonly "$database" "WITH about AS (SELECT json_extract(readfile('$1'), '$.databases.results.tables') AS tables),
             thing AS (SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view'))
        SELECT type, name FROM thing, about
        WHERE ifnull(json_extract(tables, '$.' || name || '.description'), '') = ''
        UNION ALL SELECT thing.name, field.name FROM thing, about, pragma_table_info(thing.name) AS field
        WHERE thing.type = 'table' AND
            ifnull(json_extract(tables, '$.' || thing.name || '.columns.' || field.name), '') = ''" \
        >"$folder/differences" 2>&1 || echo "$1 is no JSON" >>"$folder/differences"
    none "$folder/differences"
}

views=$(sqlite3 -readonly "$database" "SELECT name FROM sqlite_schema WHERE type = 'view'")
for view in $views; do
    check "view $view has rows" test 0 -lt "$(sqlite3 -readonly "$database" \
        "SELECT count(*) FROM $view WHERE profile = '$profile'")"
done
check 'every claim is among the verdicts' test "$(($(wc -l <paper/claims.csv) - 1))" -eq \
    "$(sqlite3 -readonly "$database" "SELECT count(*) FROM verdicts WHERE profile = '$profile'")"
# The same accuracies as the questions measured, counted from the answers in words.
sqlite3 -readonly "$database" "SELECT layer, round(avg(correct), 12) FROM answers
    WHERE profile = '$profile' AND (allocation, strength, variant, target) = ('none', 1, 'plain', 'document')
    AND epoch = (SELECT max(epoch) FROM layer_choice WHERE profile = '$profile')
    AND seed IN (SELECT seed FROM layer_choice WHERE profile = '$profile')
    AND layer IN (SELECT layer FROM best_layer WHERE profile = '$profile')
    GROUP BY layer ORDER BY layer" >"$folder/wanted"
sqlite3 -readonly "$database" "SELECT layer, round(accuracy, 12) FROM best_layer
    WHERE profile = '$profile' ORDER BY layer" >"$folder/found"
check 'best_layer is as counted from the answers' same "$folder/wanted" "$folder/found"
check 'its foreign keys hold' sound "$database"
catches 'a document that is missing' sound "$(planted 'DELETE FROM document WHERE document = 3')"
check 'everything is described' described "$metadata"
sed '/"claims":/d' "$metadata" >"$folder/planted.json"
catches 'a column without words' described "$folder/planted.json"
check 'it is sound' test "$(sqlite3 -readonly "$database" 'PRAGMA integrity_check')" = ok
catches 'a lost prediction' holds \
    "$(planted 'DELETE FROM prediction WHERE prompt = 3')" prediction
catches 'a changed probability' holds \
    "$(planted 'UPDATE prediction SET p_a = p_a + 1e-9 WHERE prompt = 3')" prediction
catches 'a cell that is missing' holds "$(planted 'DELETE FROM prediction WHERE (layer, seed) IN
    (SELECT layer, seed FROM prediction LIMIT 1)')" prediction
catches 'rows of another profile' holds \
    "$(planted "UPDATE prediction SET profile = 'other' WHERE prompt = 3")" prediction
catches 'a changed measure' holds "$(planted "UPDATE layer_choice SET value = 0.5 WHERE
    measure = 'nll' AND layer = -1")" layer_choice
catches 'a small p that is a hair larger' holds "$(planted 'UPDATE verdict SET p = p * (1 + 1e-11)
    WHERE p = (SELECT min(p) FROM verdict WHERE p > 0)')" verdict
catches 'another verdict' holds "$(planted "UPDATE verdict SET verdict = CASE verdict
    WHEN 'undecided' THEN 'holds here' ELSE 'undecided' END WHERE claim = 'C12'")" verdict
catches 'a database that is absent' holds "$folder/absent" verdict
finish
