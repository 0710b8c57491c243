#!/bin/bash
# simset_vs_unstructured: measures and unit effects recomputed in SQL and awk.
source "$(dirname "$0")/lib.bash"
readonly measures=$out/simset.csv units=$out/units/simset_vs_unstructured.csv
need "$units"
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
    } | sqlite3 -bail "$folder/db"
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

# apart FILE: the unit effects are the cells' losses and answers at their last epoch, and no others.
apart() {
    against "$1" "$unit_columns" "
CREATE TEMP TABLE wanted_unit AS
    SELECT id, seed, 'nll' AS measure, document AS item, value FROM memorised
    UNION ALL SELECT id, seed, 'accuracy', claim, choice = label FROM answer WHERE main
    UNION ALL SELECT id, seed, 'free_accuracy', claim, free = label FROM answer WHERE main;
CREATE TEMP TABLE called AS SELECT id, 'stage=simset_vs_unstructured allocation=' || allocation ||
    iif(allocation = 'pretrained', '', printf(' strength=%g variant=%s target=%s layer=%d', strength, variant,
        target, layer)) AS name FROM condition;
CREATE TEMP TABLE told AS SELECT id, found.* FROM found LEFT JOIN called
    ON substr(condition || ' entries=', 1, instr(condition || ' entries=', ' entries=') - 1) = name;
SELECT 'of', count(*), 'wanted', (SELECT count(*) FROM wanted_unit) FROM told
    HAVING count(*) <> (SELECT count(*) FROM wanted_unit);
CREATE INDEX temp.told_key ON told(id, seed, measure, item);
SELECT 'wanted', w.* FROM wanted_unit AS w LEFT JOIN told USING (id, seed, measure, item)
    WHERE abs(w.value - told.value) <= iif(w.seed = -1 AND measure = 'nll', 1e-4, 1e-12) IS NOT 1;"
}

check 'the cells and predictions can be read' expect
check 'every measure follows from the predictions and losses' measured "$measures"
check 'unit effects are losses and answers' apart "$units"
catches 'a changed accuracy' measured \
    "$(planted "$measures" '/,choice_accuracy,row/s/,0\.\(.\)/,0.9\1/')"
catches 'a changed loss' measured "$(planted "$measures" '/,nll,document/s/,\([0-9]\)\./,7\1./')"
catches 'a missing row' measured "$(planted "$measures" '/,free_accuracy,claim/{h;d}')"
catches 'a repeated row' measured "$(planted "$measures" 30p)"
catches 'another condition' measured "$(planted "$measures" 's/^none,1[.]0,/none,0.5,/')"
catches 'a seed that was not run' measured "$(planted "$measures" \
    's/^\(none,1[.]0,plain,document,[0-9]*\),1,/\1,77,/')"
catches 'an interval beside its mean' measured "$(planted "$measures" \
    '/^pretrained.*,choice_accuracy,claim/s/,[^,]*,\([^,]*\)$/,0.001,\1/')"
catches 'a loss that is not the cell'"'"'s' apart "$(planted "$units" '/,nll,document,/s/,\([0-9]\)\./,9\1./')"
catches 'an answer turned' apart "$(planted "$units" '/,accuracy,claim,/s/,0[.]0$/,1.0/')"
catches 'another variant' apart "$(planted "$units" 's/variant=plain/variant=lm/')"
catches 'a unit that is missing' apart "$(planted "$units" '7d')"
finish
