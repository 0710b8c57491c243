#!/bin/bash
# simset_vs_unstructured: measures, effects, margins, tests and verdicts recomputed in SQL and awk.
source "$(dirname "$0")/lib.bash"
readonly measures=$out/simset.csv verdicts=$out/verdicts/simset_vs_unstructured.csv
need "$verdicts"
take_files "$measures"

# losses: a cell's condition and seed with its last epoch, and with each epoch, document and loss.
losses() {
    local cell key last
    for cell in "${cells[@]}"; do
        key=$(sqlite3 -csv :memory: "WITH m AS (SELECT json_extract('$(header "$cell" |
            sed "s/'/''/g")', '$.__metadata__') AS t) SELECT t ->> 'allocation', t ->> 'strength',
            t ->> 'variant', t ->> 'target', t ->> 'layer', t ->> 'seed' FROM m") || return 1
        last=$(tensor "$cell" epochs | tail -n 1)
        echo "$key,$last" >>"$folder/cell.csv"
        tensor "$cell" document_nll | awk -v key="$key" -v epochs="$(tensor "$cell" epochs |
            paste -s -d ,)" '
            { value[NR] = $1 }
            END { states = split(epochs, epoch, ","); documents = NR / states
                  for (i = 1; i <= NR; i++) print key "," epoch[int((i - 1) / documents) + 1] "," \
                      (i - 1) % documents "," value[i] }' >>"$folder/loss.csv"
    done
}

# expect: the database of what must come out.
expect() {
    losses || return 1
    {
        read_predictions "${predictions[@]}"
        echo "CREATE TABLE cell($run_columns);
            CREATE TABLE loss($run_columns, document INTEGER, value REAL);"
        echo ".import '$folder/cell.csv' cell"
        echo ".import '$folder/loss.csv' loss"
        echo ".read '$here/simset_vs_unstructured.sql'"
    } | sqlite3 -bail "$folder/db" && write_contrasts "$folder/contrasts"
}

# measured FILE: a table of measures is as expected, and more only in other measures.
measured() {
    against "$1" 'allocation TEXT, strength REAL, variant TEXT, target TEXT, layer INTEGER,
        seed INTEGER, measure TEXT, unit TEXT, value REAL, low REAL, high REAL, n INTEGER' "
ALTER TABLE found RENAME TO read;
CREATE TEMP TABLE found AS SELECT id, read.* FROM read
    LEFT JOIN condition USING (allocation, strength, variant, target, layer);
SELECT 'has', allocation, strength, variant, target, layer FROM found WHERE id IS NULL;
SELECT 'lacks', * FROM (SELECT id, seed, measure, unit FROM wanted
    EXCEPT SELECT id, seed, measure, unit FROM found) JOIN condition USING (id);
SELECT 'repeats', id, seed, measure, unit FROM found GROUP BY id, seed, measure, unit
    HAVING count(*) > 1;
SELECT 'has seed', id, seed FROM found WHERE seed >= 0 AND (id, seed) NOT IN
    (SELECT id, seed FROM wanted);
SELECT id, seed, measure, unit, 'wanted', wanted.value, wanted.n, 'found', found.value, found.n
    FROM wanted JOIN found USING (id, seed, measure, unit)
    WHERE (abs(wanted.value - found.value) <= 1e-9 OR (id = (SELECT id FROM condition WHERE
           allocation = 'pretrained') AND abs(wanted.value - found.value) <= 1e-4)) IS NOT 1 OR
        wanted.n <> found.n;
SELECT id, seed, measure, unit, 'has interval', low, high FROM found
    WHERE (CASE WHEN seed = -1 AND unit <> 'memory' AND NOT (measure = 'nll' AND unit = 'token')
           THEN low <= value AND value <= high ELSE low = '' AND high = '' END) IS NOT 1;"
}

# settled FILE: a table of verdicts follows from the cells and from itself; $flips draws a p-value.
settled() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    ask_table "$1" "$verdict_columns" ".mode tabs
SELECT found.claim, found.part, printf('%.17g', effect.value), printf('%.17g', found.effect),
       printf('%.17g', low), printf('%.17g', high), test, printf('%.17g', p),
       printf('%.17g', p_holm), verdict, ifnull(printf('%.17g', margin.value), ''),
       margin, needed, effect.n, found.n
    FROM found LEFT JOIN effect USING (claim, part)
    LEFT JOIN margin ON found.claim = 'C16' AND margin.part = found.part;" \
        >"$folder/verdicts" || return 2
    awk -v DRAWS="$flips" -f "$here/statistics.awk" -f "$here/simset_verdict.awk" \
        "$folder/contrasts" "$folder/verdicts" >"$folder/differences" || return 2
    {
        sqlite3 "$folder/db" 'SELECT claim, part FROM effect' # these, and the claims they decide
        sqlite3 "$folder/db" "SELECT DISTINCT claim, '' FROM effect"
    } | sort >"$folder/rows"
    cut -f 1,2 "$folder/verdicts" | tr '\t' '|' | sort | diff "$folder/rows" - |
        sed -n 's/^[<>]/other rows:&/p' >>"$folder/differences"
    none "$folder/differences"
}

flips=400
check 'the cells and predictions can be read' expect
check 'every measure follows from the predictions and losses' measured "$measures"
check 'every verdict follows from its effect, margin, test and interval' settled "$verdicts"
catches 'a changed accuracy' measured \
    "$(planted "$measures" '/,choice_accuracy,row/s/,0\.\(.\)/,0.9\1/')"
catches 'a changed loss' measured "$(planted "$measures" '/,nll,document/s/,\([0-9]\)\./,7\1./')"
catches 'a missing row' measured "$(planted "$measures" '/,free_accuracy,claim/{h;d}')"
catches 'a repeated row' measured "$(planted "$measures" 30p)"
catches 'another condition' measured "$(planted "$measures" 's/^none,1,/none,0.5,/')"
catches 'a seed that was not run' measured "$(planted "$measures" \
    's/^\(none,1,plain,document,[0-9]*\),1,/\1,77,/')"
catches 'an interval beside its mean' measured "$(planted "$measures" \
    '/^pretrained.*,choice_accuracy,claim/s/,[^,]*,\([^,]*\)$/,0.001,\1/')"
catches 'a changed p' settled "$(planted "$verdicts" \
    's/,\(sign-flip[a-z ]*\),[^,]*,[^,]*,/,\1,0.9,1,/')"
flips=0
catches 'a changed effect' settled "$(planted "$verdicts" \
    's/^\(C16,[^,]*,[^"]*"\{0,1\}[^"]*[a-z)]"\{0,1\},\)[-0-9.e]*/\10.123/')"
catches 'another test' settled "$(planted "$verdicts" 's/,sign-flip at the margin,/,sign-flip,/')"
catches 'a changed margin' settled "$(planted "$verdicts" \
    '/^C16/s/,0\.[0-9]*,\([0-9]*\)$/,0.5,\1/')"
catches 'another verdict' settled "$(planted "$verdicts" \
    '/^C18,,/{s/,supported,/,contradicted,/;t;s/,undecided,/,supported,/;t
    s/,contradicted,/,supported,/}')"
catches 'a missing verdict' settled "$(planted "$verdicts" '/^C16,,/d')"
catches 'a claim that shows no part' settled "$(planted "$verdicts" '/^C19,[a-z]/d')"
catches 'verdicts that are absent' settled "$folder/absent"
finish
