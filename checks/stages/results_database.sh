#!/bin/bash
# results_database: results.db holds every row of every CSV file of the run, and nothing else.
source "$(dirname "$0")/lib.bash"
readonly database=$out/results.db
need "$database" "$out/layer_choice.csv" "$out/verdict.csv" "$out"/predictions/*.csv

# holds DATABASE TABLE FILE...: the table's rows are the files' rows. Numbers may differ by the last
# bit: SQLite reads decimals less exactly than the stage does.
holds() {
    local table=$2 path real fields
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    cp "$1" "$folder/copy.db" || return 1
    shift 2
    fields="pragma_table_info('$table') WHERE type"
    ask() { sqlite3 "$folder/copy.db" "SELECT group_concat($1) FROM $fields $2"; }
    {
        echo "CREATE TEMP TABLE wanted($(ask "name || ' ' || type" '<> 0'));"
        echo .mode csv
        for path in "$@"; do echo ".import --skip 1 '$path' wanted"; done
        echo .mode list
        echo "SELECT 'lacks', * FROM (SELECT $(ask name "<> 'REAL'") FROM wanted
            EXCEPT SELECT $(ask name "<> 'REAL'") FROM $table);"
        echo "SELECT 'has', * FROM (SELECT $(ask name "<> 'REAL'") FROM $table
            EXCEPT SELECT $(ask name "<> 'REAL'") FROM wanted);"
        echo "SELECT 'has rows', count(*) FROM $table HAVING count(*) <>
            (SELECT count(*) FROM wanted);"
        for real in $(ask name "= 'REAL'" | tr , ' '); do
            echo "SELECT '$real', * FROM wanted JOIN $table AS made USING
                ($(ask name "<> 'REAL'")) WHERE (abs(wanted.$real - made.$real) <= 1e-14 OR
                (wanted.$real = '' AND made.$real IS NULL)) IS NOT 1;"
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

check 'it has every prediction' holds "$database" prediction "$out"/predictions/*.csv
check 'it has every measure' holds "$database" layer_choice "$out/layer_choice.csv"
check 'it has every verdict' holds "$database" verdict "$out/verdict.csv"
check 'it is sound' test "$(sqlite3 -readonly "$database" 'PRAGMA integrity_check')" = ok
catches 'a lost prediction' holds \
    "$(planted 'DELETE FROM prediction WHERE prompt = 3')" prediction "$out"/predictions/*.csv
catches 'a changed probability' holds \
    "$(planted 'UPDATE prediction SET p_a = p_a + 1e-9 WHERE prompt = 3')" prediction \
    "$out"/predictions/*.csv
catches 'a cell that is missing' holds "$(planted 'DELETE FROM prediction WHERE (layer, seed) IN
    (SELECT layer, seed FROM prediction LIMIT 1)')" prediction "$out"/predictions/*.csv
catches 'a changed measure' holds "$(planted "UPDATE layer_choice SET value = 0.5 WHERE
    measure = 'nll' AND layer = -1")" layer_choice "$out/layer_choice.csv"
catches 'another verdict' holds "$(planted "UPDATE verdict SET verdict = CASE verdict
    WHEN 'undecided' THEN 'supported' ELSE 'undecided' END WHERE claim = 'C12'")" verdict \
    "$out/verdict.csv"
catches 'a database that is absent' holds "$folder/absent" verdict "$out/verdict.csv"
finish
