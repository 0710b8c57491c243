#!/bin/bash
# representation_drift: moves found again from the tensors by awk, means and effects by SQL.
source "$(dirname "$0")/lib.bash"
readonly measures=$out/drift.csv
readonly gradients=$out/drift_gradient.csv shown=$out/drift_selection.csv
readonly vectors=$out/drift_vector.csv units=$out/units/representation_drift.csv
readonly lands=("$out"/drift_landscapes/*.csv)
need "$measures" "$gradients" "$shown" "$vectors" "$units" "${lands[0]}" "$measures.prov"
mapfile -t cells < <(words "$measures" '[.]safetensors$' | sort) # memory_sign's lie beside them
readonly cells
need "${cells[@]}"

readonly condition='layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
    form, negative, delta'

# index CELL: the condition as drift.csv names it, the seed, states, and the places of K and s, with
# commas.
index() {
    local text=$(header "$1")
    sqlite3 -separator , :memory: "SELECT layer, phi, selection, lm, dimension, documents, entries,
        batch, alpha, iif(alpha > 0, tau, 0.0), iif(alpha > 0, form, 'none'),
        iif(alpha > 0, negative, 'none'), iif(alpha > 0, delta, 0.0), seed,
        h ->> '$.K.shape[0]', h ->> '$.K.data_offsets[0]', h ->> '$.s.data_offsets[0]'
        FROM (SELECT h, $(for name in layer dimension documents entries batch seed; do
            echo "m ->> '$name' + 0 AS $name,"; done)
        $(for name in alpha tau delta; do echo "CAST(m ->> '$name' AS REAL) AS $name,"; done)
        m ->> 'phi' AS phi, m ->> 'selection' AS selection, m ->> 'lm' AS lm,
        m ->> 'form' AS form, m ->> 'negative' AS negative
        FROM (SELECT h, h ->> '__metadata__' AS m FROM (SELECT '$text' AS h)))"
}

# state INDEX CELL TENSOR NUMBER: the numbers of one state of K or s, one a line.
state() {
    local phi layer selection lm k n m batch alpha tau form negative delta seed states K s from
    # shellcheck disable=SC2034
    IFS=, read -r layer phi selection lm k n m batch alpha tau form negative delta seed states K s \
        <<<"$1"
    if [ "$3" = K ]; then size=$((4 * n * k)) from=$K; else size=$((4 * n * m)) from=$s; fi
    [ "$4" != last ] || from=$((from + (states - 1) * size))
    od -An -v -t f4 -w4 -j $((8 + $(header_size "$2") + from)) -N $size "$2"
}

# moves INDEX CELL TENSOR SIZE: of each document the drift, cosine, flips and shift.
moves() {
    { state "$1" "$2" "$3" first; state "$1" "$2" "$3" last; } |
        awk -v settings="$(cut -d , -f 1-14 <<<"$1")" -v tensor="$3" -v k="$4" '
        function sign(x) { return (x > 0) - (x < 0) }
        { v[NR - 1] = $1 }
        END { half = NR / 2
            for (i = 0; i < half / k; i++) {
                net = start = end = dot = flips = 0
                for (j = i * k; j < (i + 1) * k; j++) {
                    a = v[j]; b = v[half + j]
                    net += (b - a) ^ 2; start += a ^ 2; end += b ^ 2; dot += a * b
                    flips += sign(a) != sign(b)
                }
                printf "%s,%s,%d,%.15g,%.15g,%.15g,%.15g\n", settings, tensor, i,
                    sqrt(net / start), dot / sqrt(start * end), flips / k, sqrt(net / k)
            } }'
}

# expect: the database of what must come out. Selections of one seed alone: they are large.
expect() {
    local cell text
    for cell in "${cells[@]}"; do echo "$(index "$cell") $cell"; done >"$folder/index"
    while read -r text cell; do
        moves "$text" "$cell" K "$(cut -d , -f 5 <<<"$text")"
        [ "$(cut -d , -f 14 <<<"$text")" != 1 ] ||
            moves "$text" "$cell" s "$(cut -d , -f 7 <<<"$text")"
    done <"$folder/index" >"$folder/moves.csv"
    sqlite3 -bail "$folder/db" <<SQL
CREATE TABLE moved(layer INTEGER, phi TEXT, selection TEXT, lm TEXT, dimension INTEGER,
    documents INTEGER, entries INTEGER, batch INTEGER, alpha REAL, tau REAL, form TEXT,
    negative TEXT, delta REAL, seed INTEGER, tensor TEXT, document INTEGER, drift REAL,
    cosine REAL, flipped REAL, shift REAL);
.mode csv
.import '$folder/moves.csv' moved
.read '$here/representation_drift.sql'
SQL
}

readonly measure_columns="layer INTEGER, phi TEXT, selection TEXT, lm TEXT, dimension INTEGER,
    documents INTEGER, entries INTEGER, batch INTEGER, alpha REAL, tau REAL, form TEXT,
    negative TEXT, delta REAL"
measured() {
    against "$1" "$measure_columns, seed INTEGER, epoch INTEGER, measure TEXT, value REAL,
        low REAL, high REAL, n INTEGER" "$(cat "$here/representation_drift_measures.sql")"
}
# as_keys WORD KEY [VALUE]: SQL for an arm's word, which stands in the selection's name, as units name it.
as_keys() { echo "iif(instr(selection || '+', '+$1+'), ' $2=${3-$1}', '')"; }
# apart FILE: the unit effects' means are the measures of each run, of the arms too; not of context vectors, which no
# rule judges.
apart() {
    { cat "$measures"; tail -n +2 "$out/drift_arm.csv" | grep -v '+context,'; } >"$folder/all_measures.csv"
    means "$1" "SELECT condition, seed, measure, value FROM (SELECT 'stage=representation_drift phi=' || phi ||
        ' selection=' || substr(selection || '+', 1, instr(selection || '+', '+') - 1) || ' lm=' || lm ||
        $(as_keys orthogonal start) || $(as_keys frozen start) || $(as_keys constant schedule) ||
        $(as_keys sgd optimizer) || $(as_keys in-order order fixed) || ' layer=' || layer || ' dimension=' || dimension ||
        ' documents=' || documents || ' entries=' || entries || ' batch=' || batch || ' steps=' ||
        ((documents + batch - 1) / batch) || printf(' alpha=%g', alpha) || iif(alpha > 0, printf(' tau=%g form=%s ' ||
        'negative=%s delta=%g', tau, form, negative, delta), '') AS condition, * FROM measure)
        WHERE seed >= 0 AND (measure GLOB 'vector_*' OR measure GLOB 'selection_*' OR measure GLOB 'nll*')" \
        "$folder/all_measures.csv" "$measure_columns, seed INTEGER, epoch INTEGER, measure TEXT, value REAL, low, high, n" acts
}

# anatomy FILE: the gradient norms of a condition after the last epoch are its cells' mean, and
# the slope leads from one to the next: no part grows on the way through tanh and ReLU.
anatomy() {
    local text cell part
    head -n 3 "$folder/index" | while read -r text cell; do
        for part in own.s own.G own.K up; do
            printf '%s,%s,%s\n' "$(cut -d , -f 1-14 <<<"$text")" $part \
                "$(tensor "$cell" "gradient.$part" | tail -n 1)"
        done
    done >"$folder/norms.csv"
    against "$1" "$measure_columns, epoch INTEGER, part TEXT, size INTEGER, value REAL, low REAL,
        high REAL, n INTEGER" "
CREATE TEMP TABLE norm($measure_columns, seed INTEGER, part TEXT, value REAL);
.mode csv
.import '$folder/norms.csv' norm
.mode list
SELECT part, 'is', avg(norm.value), 'found', found.value FROM norm LEFT JOIN found
    USING ($condition, part)
    WHERE epoch IS NULL OR epoch = (SELECT max(epoch) FROM found)
    GROUP BY $condition, part
    HAVING count(*) = max(found.n) AND (abs(avg(norm.value) - found.value) <= 1e-9) IS NOT 1;
SELECT $condition, epoch, 'grows through the activation' FROM found AS s JOIN found AS g
    USING ($condition, epoch) WHERE s.part = 'own.s' AND g.part = 'own.G' AND g.value > s.value
    AND g.value > 1e-12;
SELECT part, 'is outside its interval' FROM found WHERE (low <= value + 1e-12 AND
    value <= high + 1e-12) IS NOT 1;
SELECT $condition, epoch, 'has too few parts' FROM found GROUP BY $condition, epoch
    HAVING count(*) < 8;"
}

# cell_of FILE: index and path of the published cell that a table of a single one begins with.
cell_of() {
    local phi selection k n seed rest
    IFS=, read -r phi selection k n seed rest < <(sed -n 2p "$1")
    grep -E "^[0-9]+,$phi,$selection,yes,$k,$n,([^,]*,){4}squared,other,[^,]*,$seed," \
        "$folder/index" | sort -t , -k 8,8nr -k 9,9n | head -n 1
}

# copied FILE TENSOR: the rows of the last epoch of the first cell in it are the tensor's.
copied() {
    local text cell phi last
    read -r text cell < <(cell_of "$1") || { echo 'difference: no cell fits'; return 1; }
    phi=$(sed -n 2p "$1" | cut -d , -f 1)
    last=$(grep "^$phi," "$1" | tail -n 1 | cut -d , -f 6)
    grep "^$phi,[^,]*,[^,]*,[^,]*,[^,]*,$last," "$1" | cut -d , -f 9 >"$folder/found"
    state "$text" "$cell" "$2" last | head -n "$(wc -l <"$folder/found")" | tr -d ' ' \
        >"$folder/wanted"
    near 1e-6 "$folder/wanted" "$folder/found"
}

# landed FILE: between the places around the document's own last vector, its loss is the cell's.
landed() {
    local text cell document n
    read -r text cell < <(cell_of "$1") || { echo 'difference: no cell fits'; return 1; }
    document=$(sed -n 2p "$1" | cut -d , -f 6) n=$(cut -d , -f 6 <<<"$text")
    tensor "$cell" document_nll | tail -n "$n" | sed -n $((document + 1))p >"$folder/wanted"
    { state "$text" "$cell" K last | tail -n +$((2 * document + 1)) | head -n 2
        tail -n +2 "$1" | cut -d , -f 7-9 | tr , ' '; } | awk '
        NR < 3 { own[NR] = $1; next }
        { x[NR - 3] = $1; y[NR - 3] = $2; nll[NR - 3] = $3 }
        END { side = int(sqrt(NR - 2) + 0.5)
            while (x[i + 1] <= own[1]) i++
            while (y[(j + 1) * side] <= own[2]) j++
            at = j * side + i
            a = (own[1] - x[i]) / (x[i + 1] - x[i])
            b = (own[2] - y[at]) / (y[at + side] - y[at])
            print (1 - b) * ((1 - a) * nll[at] + a * nll[at + 1]) + \
                b * ((1 - a) * nll[at + side] + a * nll[at + side + 1]) }' >"$folder/found"
    near 0.02 "$folder/wanted" "$folder/found"
}

check 'the cells can be read' expect
check 'drifts, cosines and flips are those of the tensors' measured "$measures"
check 'unit effects are those of the documents' apart "$units"
check 'gradient norms are those of the cells' anatomy "$gradients"
check 'selections shown are a cell'"'"'s' copied "$shown" s
check 'vectors shown are a cell'"'"'s' copied "$vectors" K
for land in "${lands[@]}"; do
    check "$(basename "$land" .csv): the plane holds the loss under the own vector" landed "$land"
done

catches 'a changed drift' measured "$(planted "$measures" \
    '/,1,[0-9]*,vector_drift,/s/drift,0\./drift,0.9/')"
catches 'a changed mean' measured "$(planted "$measures" \
    '/,-1,[0-9]*,vector_flipped,/s/\(flipped,\)/\10.5/')"
catches 'a changed selection' measured \
    "$(planted "$measures" '/,1,[0-9]*,selection_cosine,/s/\(cosine,\)[^,]*/\10.5/')"
catches 'a missing row' measured "$(planted "$measures" '/,1,[0-9]*,vector_shift,/d')"
catches 'a repeated row' measured "$(planted "$measures" 30p)"
catches 'a changed unit' apart "$(planted "$units" '/,vector_shift,document,3,/s/,0\./,0.9/')"
catches 'a unit of another run' apart "$(planted "$units" '/,vector_shift,document,3,/s/,1,\([0-9]*\),vector/,2,\1,vector/')"
catches 'a unit that is missing' apart "$(planted "$units" '/,vector_flipped,document,3,/d')"
catches 'a changed norm' anatomy "$(planted "$gradients" 's/\(own.K,[0-9]*,\)/\19/')"
catches 'a changed selection shown' copied "$(planted "$shown" 's/,\([0-9.e-]*\)$/,0.5\1/')" s
catches 'a vector of another document' copied "$(planted "$vectors" '2,$s/0\.\([0-9]\)/0.7\1/')" K
catches 'another plane' landed "$(planted "${lands[0]}" '2,$s/,\([^,]*\)$/,1\1/')"
catches 'measures that are absent' measured "$folder/absent"
finish
