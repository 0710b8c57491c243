#!/bin/bash
# layer_choice: measures and unit effects recomputed in SQL and awk.
source "$(dirname "$0")/lib.bash"
readonly measures=$out/layer_choice.csv units=$out/units/layer_choice.csv
need "$units"
take_files "$measures"

# losses: layer, seed, epoch, then a document and its loss, or the loss by token.
losses() {
    local cell
    for cell in "${cells[@]}"; do
        paste -d , <(tensor "$cell" epochs) <(tensor "$cell" nll) | sed "s/^/$(axes "$cell"),/" \
            >>"$folder/nll.csv"
        tensor "$cell" document_nll | awk -v axes="$(axes "$cell")" \
            -v epochs="$(tensor "$cell" epochs | paste -s -d ,)" \
            -v documents="$(ask_header "$cell" '$.document_nll.shape[1]')" '
            BEGIN { split(epochs, epoch, ","); OFS = "," }
            { at = NR - 1; print axes, epoch[int(at / documents) + 1], at % documents, $1 }' \
            >>"$folder/document_nll.csv"
    done
}
axes() {
    echo "$(ask_header "$1" '$."__metadata__".layer'),$(ask_header "$1" '$."__metadata__".seed')"
}

# expect: the database of what must come out.
expect() {
    losses
    {
        read_predictions "${predictions[@]}"
        echo 'CREATE TABLE nll(layer INTEGER, seed INTEGER, epoch INTEGER, value REAL);
            CREATE TABLE document_nll(layer INTEGER, seed INTEGER, epoch INTEGER,
                document INTEGER, value REAL);'
        echo ".import '$folder/nll.csv' nll"
        echo ".import '$folder/document_nll.csv' document_nll"
        echo ".read '$here/layer_choice.sql'"
    } | sqlite3 -bail "$folder/db"
}

# measured FILE: a table of measures is as expected.
measured() {
    against "$1" 'layer INTEGER, seed INTEGER, epoch INTEGER, measure TEXT, unit TEXT, value REAL,
        low REAL, high REAL, n INTEGER' ".read '$here/layer_choice_measures.sql'"
}

# apart FILE: the unit effects are the cells' losses and answers, and no others.
apart() {
    against "$1" "$unit_columns" "
CREATE TEMP TABLE wanted_unit AS
    SELECT layer, seed, epoch, 'nll' AS measure, document, document AS item, value FROM document_nll
    UNION ALL SELECT layer, seed, epoch, 'accuracy', page, claim, choice = label FROM prediction WHERE main
    UNION ALL SELECT layer, seed, epoch, 'free_accuracy', page, claim, free = label FROM prediction WHERE main;
DELETE FROM wanted_unit WHERE epoch = 0 AND (layer, seed) <> (SELECT min(layer), min(seed) FROM nll);
UPDATE wanted_unit SET layer = -1, seed = -1 WHERE epoch = 0;
CREATE TEMP TABLE told AS SELECT iif(instr(condition, ' layer='), cast(substr(condition,
    instr(condition, ' layer=') + 7) AS INTEGER), -1) AS layer, * FROM found;
SELECT 'of', count(*), 'wanted', (SELECT count(*) FROM wanted_unit) FROM told
    HAVING count(*) <> (SELECT count(*) FROM wanted_unit);
SELECT 'wanted', w.* FROM wanted_unit AS w LEFT JOIN told USING (layer, seed, epoch, measure, document, item)
    WHERE abs(w.value - told.value) <= 1e-12 IS NOT 1;"
}

check 'the cells and predictions can be read' expect
check 'every measure follows from the predictions' measured "$measures"
check 'unit effects are losses and answers' apart "$units"
catches 'a changed accuracy' measured "$(planted "$measures" '/choice_accuracy,claim/s/,0\.\(.\)/,0.9\1/')"
catches 'a changed count' measured "$(planted "$measures" '40s/[0-9]*$/7/')"
catches 'a missing row' measured "$(planted "$measures" 30d)"
catches 'a repeated row' measured "$(planted "$measures" 30p)"
catches 'an interval beside its mean' measured \
    "$(planted "$measures" '/^-1,-1,0,nll,document/s/,[^,]*,\([^,]*\)$/,0.001,\1/')"
catches 'an interval of no width' measured "$(planted "$measures" \
    '/^-1,-1,0,choice_accuracy,claim/s/,\([^,]*\),[^,]*,[^,]*,\([0-9]*\)$/,\1,\1,\1,\2/')"
catches 'a loss of another epoch' measured "$(planted "$measures" \
    '/,nll,token,/{/^-1/!s/,\([0-9]\)\.\([0-9]\)/,\1.9\2/}')"
catches 'a loss that is not the cell'"'"'s' apart "$(planted "$units" '/,nll,document,/s/,\([0-9]\)\./,9\1./')"
catches 'an answer turned' apart "$(planted "$units" '/,accuracy,claim,/s/,0[.]0$/,1.0/')"
catches 'a unit that is missing' apart "$(planted "$units" '7d')"
finish
