#!/bin/bash
# layer_choice: measures, effects, tests and verdicts recomputed in SQL and awk.
source "$(dirname "$0")/lib.bash"
readonly measures=$out/layer_choice.csv verdicts=$out/verdicts/layer_choice.csv
need "$verdicts"
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
    } | sqlite3 -bail "$folder/db" && write_contrasts "$folder/contrasts"
}

# measured FILE: a table of measures is as expected.
measured() {
    against "$1" 'layer INTEGER, seed INTEGER, epoch INTEGER, measure TEXT, unit TEXT, value REAL,
        low REAL, high REAL, n INTEGER' ".read '$here/layer_choice_measures.sql'"
}

# settled FILE: a table of verdicts follows from the cells and from itself.
settled() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    ask_table "$1" "$verdict_columns" ".mode tabs
SELECT effect.claim, effect.part, printf('%.17g', effect.value), printf('%.17g', found.effect),
       printf('%.17g', low), printf('%.17g', high), test, printf('%.17g', p),
       printf('%.17g', p_holm), verdict, lost, won, effect.n, found.n,
       iif(effect.claim = 'C15' AND effect.part <> '' AND (SELECT count(DISTINCT seed) FROM nll) = 1,
           'McNemar', 'sign-flip')
    FROM effect LEFT JOIN found USING (claim, part)
    LEFT JOIN change ON test = 'McNemar' AND effect.part = 'layer ' || change.layer;" \
        >"$folder/verdicts" || return 2
    awk -f "$here/statistics.awk" -f "$here/verdict.awk" "$folder/contrasts" "$folder/verdicts" >"$folder/differences" ||
        return 2
    [ "$(tail -n +2 "$1" | wc -l)" = "$(wc -l <"$folder/verdicts")" ] ||
        echo 'other rows than the claims and their parts' >>"$folder/differences"
    none "$folder/differences"
}

check 'the cells and predictions can be read' expect
check 'every measure follows from the predictions' measured "$measures"
check 'every verdict follows from its effect, test and interval' settled "$verdicts"
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
catches 'a changed effect' settled "$(planted "$verdicts" '/^C12/s/nats a token a layer)[^,]*,/&0.5/')"
catches 'a changed p' settled "$(planted "$verdicts" \
    's/,\(McNemar\|sign-flip\),[^,]*,[^,]*,/,\1,0.9,1,/')"
catches 'another test' settled "$(planted "$verdicts" '/^C15,layer/{s/,McNemar,/,sign-flip,/;t
    s/,sign-flip,/,McNemar,/}')"
catches 'a p without correction' settled \
    "$(planted "$verdicts" 's/,sign-flip,\([^,]*\),[^,]*,/,sign-flip,\1,\1,/')"
catches 'another verdict' settled "$(planted "$verdicts" \
    '/^C13,,/{s/,supported,/,contradicted,/;t;s/,undecided,/,supported,/;t;s/,contradicted,/,undecided,/}')"
catches 'a missing verdict' settled "$(planted "$verdicts" '/^C14,,/d')"
catches 'verdicts that are absent' settled "$folder/absent"
finish
