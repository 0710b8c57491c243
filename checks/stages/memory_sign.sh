#!/bin/bash
# intervene, memory_sign: lenses, rates, effects, pools and unit effects recomputed in SQL and awk.
source "$(dirname "$0")/lib.bash"
readonly files=("$out"/interventions/*-squared-lm-*.safetensors)
readonly measures=$out/sign_measure.csv pairs=$out/sign_pair.csv pools=$out/sign_pool.csv
readonly layers=$out/sign_layer.csv
readonly words=$out/sign_pool_word.csv units=$out/units/memory_sign.csv
need "${files[0]}" "$measures" "$pairs" "$pools" "$words" "$units" "$layers"
readonly file=${files[0]}
cell=$(input "$file" cell) model=$(input "$file" model)
readonly cell model=${model%/*}
need "$cell" "$model/model.safetensors"
word=$(awk -F, '$4 == "word" { print $9; exit }' "$measures")
readonly word

# ---- intervene: against the memory it was made from --------------------------------------
# last FILE TENSOR COUNT: the last so many numbers.
last() { tensor "$1" "$2" | tail -n "$3"; }

# selected FILE: its selections are the memory's last.
selected() {
    tensor "$1" selection >"$folder/found" || return 1
    last "$cell" s "$(wc -l <"$folder/found")" >"$folder/wanted"
    near 0 "$folder/wanted" "$folder/found"
}

# scored FILE: log p of the documents is the loss that the training stage scored last.
scored() {
    tensor "$1" own.log_p | sed 's/^-//' >"$folder/found"
    last "$cell" document_nll "$(wc -l <"$folder/found")" >"$folder/wanted"
    near 1e-9 "$folder/wanted" "$folder/found"
}

# narrow FILE: the short lens of the first and last word, from the checkpoint's own weights.
narrow() {
    local count width unembedding=lm_head.weight
    grep -q "$unembedding" <<<"$(header "$model/model.safetensors")" ||
        unembedding=model.embed_tokens.weight
    count=$(ask_header "$1" '$."word.id".shape[0]')
    width=$(ask_header "$cell" '$."down.weight".shape[0]')
    awk -v words="$count" -v width="$width" -v ids="$(tensor "$1" word.id | paste -s -d ' ')" '
        BEGIN { split(ids, id, " "); want[0] = id[1]; want[1] = id[words] }
        FNR == 1 { part++ }
        part == 1 { norm[FNR - 1] = $1 }
        part == 2 { row = int((FNR - 1) / width)
                    for (i = 0; i < 2; i++) if (row == want[i]) u[i, (FNR - 1) % width] = $1 }
        part == 3 { down[FNR - 1] = $1; entries = FNR / width }
        END { for (j = 0; j < entries; j++) for (i = 0; i < 2; i++) {
                  sum = 0
                  for (k = 0; k < width; k++) sum += u[i, k] * norm[k] * down[k * entries + j]
                  printf "%.9g\n", sum } }' \
        <(tensor "$model/model.safetensors" model.norm.weight) \
        <(tensor "$model/model.safetensors" "$unembedding") \
        <(tensor "$cell" down.weight) >"$folder/wanted"
    tensor "$1" short | awk -v words="$count" 'NR % words == 1 || NR % words == 0' >"$folder/found"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# ---- intervene: the linear path of a document against a finite step on it -----------------------
# What one draw of contexts holds apart, another sets entries on: such a document has both.
both_ways() {
    local seed encoded prefix layer few=$folder/few
    encoded=$(input "$file" encoded) prefix=$(input "$file" prefix)
    layer=$(ask_header "$file" '$."__metadata__".layer')
    "$bin/document_vectors" --model "$model" --encoded "$encoded" --prefix "$prefix" --layer "$layer" \
        --documents 3 --tokens 24 --dimension 2 --entries 3 --epochs 1 --save 1 --out "$few" || return 1
    for seed in 1 2 3 4 5 6 7 8; do
        "$bin/intervene" --model "$model" --encoded "$encoded" --prefix "$prefix" --cell "$few" \
            --word "$word" --contexts 1 --seed $seed --out "$few.$seed" || return 1
        tensor "$few.$seed" linear >"$folder/exact.$(tensor "$few.$seed" held)"
        tensor "$few.$seed" true >"$folder/step.$(tensor "$few.$seed" context)"
        for document in 0 1 2; do
            [ ! -e "$folder/exact.$document" ] || [ ! -e "$folder/step.$document" ] || return 0
        done
    done
    return 1
}

# alike DOCUMENT DOCUMENT: the linear path of one is the finite step of the other, to 1 in 100 of the largest.
alike() {
    local most
    most=$(awk '{ x = $1 < 0 ? -$1 : $1 } x > most { most = x } END { print most / 100 }' "$folder/exact.$1")
    near "$most" "$folder/exact.$1" "$folder/step.$2"
}

# ---- memory_sign: from the tensors of one file -----------------------------------------------
# load TENSOR 'table(coordinates)' SIZE...: a row a number, its place taken apart by the sizes.
load() {
    local name=$1 table=$2
    shift 2
    tensor "$file" "$name" | awk -v sizes="$*" '
        BEGIN { n = split(sizes, size, " ") }
        { rest = NR - 1; line = $1
          for (i = n; i > 0; i--) { line = rest % size[i] "," line; rest = int(rest / size[i]) }
          print line }' >"$folder/$name.csv"
    echo "CREATE TABLE $table;"
    echo '.mode csv'
    echo ".import '$folder/$name.csv' ${table%%(*}"
}

expect() {
    local m C D W
    m=$(ask_header "$file" '$.short.shape[0]') W=$(ask_header "$file" '$.short.shape[1]')
    C=$(ask_header "$file" '$.context.shape[0]') D=$(ask_header "$file" '$.contains.shape[0]')
    {
        load short 'narrow(j INTEGER, w INTEGER, value REAL)' "$m" "$W"
        load linear 'linear(j INTEGER, c INTEGER, w INTEGER, value REAL)' "$m" "$C" "$W"
        load true 'path(j INTEGER, c INTEGER, w INTEGER, value REAL)' "$m" "$C" "$W"
        load activation 'activation(c INTEGER, j INTEGER, value REAL)' "$C" "$m"
        load logit 'logit(s INTEGER, j INTEGER, c INTEGER, w INTEGER, value REAL)' 3 "$m" "$C" "$W"
        load logsumexp 'total(s INTEGER, j INTEGER, c INTEGER, value REAL)' 3 "$m" "$C"
        load pool.logit 'pool(d INTEGER, w INTEGER, value REAL)' "$D" "$W"
        load pool.logsumexp 'pool_total(d INTEGER, value REAL)' "$D"
        load next.log_p 'next(d INTEGER, value REAL)' "$D"
        echo "CREATE TABLE holds(d INTEGER, w INTEGER, value INTEGER);"
        od -An -v -t u1 -w1 -j "$(place "$file" contains | cut -d ' ' -f 1)" -N $((D * W)) "$file" |
            awk -v W="$W" '{ print int((NR - 1) / W) "," (NR - 1) % W "," $1 }' >"$folder/holds.csv"
        echo ".import '$folder/holds.csv' holds"
        echo ".read '$here/memory_sign.sql'"
    } | sqlite3 -bail "$folder/db"
}

# measured FILE: the rows of this memory are those expected, the pooled ones the means over seeds.
measured() {
    local phi seed
    phi=$(ask_header "$file" '$."__metadata__".phi')
    seed=$(ask_header "$file" '$."__metadata__".seed')
    against "$1" 'phi, lm, seed INTEGER, measure, lens, outcome, pairs, s, word, value REAL, low,
        high, n INTEGER' "
SELECT 'wanted ' || measure, lens, outcome, pairs, s, wanted.value, 'found', found.value
    FROM wanted LEFT JOIN found USING (measure, lens, outcome, pairs, s)
    WHERE (phi = '$phi' AND lm = 'yes' AND seed = $seed AND abs(wanted.value - found.value) > 2e-6)
       OR NOT EXISTS (SELECT 1 FROM found AS f WHERE f.measure = wanted.measure
           AND f.lens = wanted.lens AND f.outcome = wanted.outcome AND f.pairs = wanted.pairs
           AND f.s = wanted.s AND phi = '$phi' AND lm = 'yes' AND seed = $seed);
SELECT 'pooled', phi, lm, measure, lens, outcome, pairs, s
    FROM found GROUP BY phi, lm, measure, lens, outcome, pairs, s
    HAVING count(*) FILTER (WHERE seed = -1) <> 1
        OR abs(avg(value) FILTER (WHERE seed = -1) - avg(value) FILTER (WHERE seed >= 0)) > 1e-9
        OR max(n) FILTER (WHERE seed = -1) <> sum(n) FILTER (WHERE seed >= 0)
        OR max(value) FILTER (WHERE seed = -1 AND
            NOT (value BETWEEN low - 1e-12 AND high + 1e-12)) IS NOT NULL;"
}

# agreed PAIRS POOLS WORDS: pairs, pools and words say the same as the measures.
agreed() {
    sqlite3 -bail "$folder/db" >"$folder/differences" <<SQL ||
CREATE TEMP TABLE measure(phi, lm, seed INTEGER, measure, lens, outcome, pairs, s, word,
    value REAL, low, high, n INTEGER);
CREATE TEMP TABLE pair(phi, lm, seed INTEGER, entry INTEGER, word, chosen, activation REAL,
    short REAL, linear REAL, true_logit REAL, true_log_p REAL, logit_minus REAL, logit_plus REAL,
    logit_own REAL, log_p_minus REAL, log_p_plus REAL, log_p_own REAL);
CREATE TEMP TABLE pooled(phi, lm, seed INTEGER, document INTEGER, title, next_logit REAL,
    logsumexp REAL, next_log_p REAL, words INTEGER, own_logit REAL, own_log_p REAL,
    other INTEGER, other_log_p REAL, all_log_p REAL, precision REAL, precision_other REAL);
CREATE TEMP TABLE word(phi, lm, seed INTEGER, document INTEGER, place INTEGER, word, logit REAL,
    log_p REAL, own INTEGER);
.mode csv
.import --skip 1 '$measures' measure
.import --skip 1 '$1' pair
.import --skip 1 '$2' pooled
.import --skip 1 '$3' word
.mode list
.read '$here/memory_sign_tables.sql'
SQL
        echo 'the tables cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# apart FILE: the unit effects' means are the measures of each memory.
apart() {
    means "$1" "SELECT 'stage=memory_sign phi=' || phi || ' lm=' || lm || iif(lens = '', '', ' lens=' ||
        replace(lens, ' ', '-')) || iif(outcome = '', '', ' outcome=' || replace(outcome, ' ', '-')) ||
        iif(pairs = '', '', ' pairs=' || replace(pairs, ' ', '-')) || iif(s = '', '', ' set=' || s) AS condition,
        seed, measure, value FROM measure WHERE seed >= 0" "$measures" \
        'phi, lm, seed INTEGER, measure, lens, outcome, pairs, s, word, value REAL, low, high, n' none
}

# by_layer FILE: at the layer of the claims the rows are the measures' own; every memory has both lenses, and
# its interval holds its share.
by_layer() {
    against "$1" 'layer INTEGER, phi, lm, seed INTEGER, lens, value REAL, low REAL, high REAL, n INTEGER' "
CREATE TEMP TABLE measure(phi, lm, seed INTEGER, measure, lens, outcome, pairs, s, word, value REAL, low, high, n INTEGER);
.import --csv --skip 1 '$measures' measure
SELECT 'measure', m.phi, m.lm, m.seed, m.lens FROM measure AS m
    LEFT JOIN found AS f ON f.phi = m.phi AND f.lm = m.lm AND f.seed = m.seed AND f.lens = m.lens AND f.layer = $(
    ask_header "$file" '$."__metadata__".layer')
    WHERE m.measure = 'agreement' AND m.lens IN ('short', 'linear') AND m.outcome = 'logit' AND m.pairs = 'every'
      AND m.s = '1' AND m.seed >= 0 AND (abs(f.value - m.value) < 1e-12 AND f.n = m.n) IS NOT 1;
SELECT 'lenses', layer, phi, lm, seed FROM found GROUP BY layer, phi, lm, seed HAVING count(*) <> 2;
SELECT 'interval', layer, phi, lm, seed, lens FROM found WHERE NOT value BETWEEN low - 1e-12 AND high + 1e-12;"
}

# spoilt TENSOR PLACE BYTES: a copy of the file with a fault; its path.
spoilt() {
    cp "$file" "$folder/spoilt"
    plant "$folder/spoilt" "$@"
    echo "$folder/spoilt"
}

check 'selections are the last of the memory' selected "$file"
check 'documents score as in training' scored "$file"
check 'the short lens follows from the checkpoint' narrow "$file"
catches 'a selection changed' selected "$(spoilt selection 7 '\x00\x00\x80\x3f')"
catches 'a score changed' scored "$(spoilt own.log_p 3 '\x00\x00\x00\x00\x00\x00\xf0\xbf')"
catches 'a lens changed' narrow "$(spoilt short 0 '\x00\x00\x80\x41')"

both='' other=''
check 'a document predicts and is predicted' both_ways
for document in 0 1 2; do
    [ ! -e "$folder/exact.$document" ] || [ ! -e "$folder/step.$document" ] || both=$document
done
for document in 2 1 0; do [ ! -e "$folder/step.$document" ] || [ "$document" = "$both" ] || other=$document; done
check 'the Jacobian is what a finite step finds' alike "$both" "$both"
catches 'the path of another document' alike "$both" "$other"

check 'the interventions can be read' expect
check 'measures follow from the interventions' measured "$measures"
check 'pairs, pools and words say the same' agreed "$pairs" "$pools" "$words"
check 'unit effects are those of the measures' apart "$units"
check 'layers say the same' by_layer "$layers"
catches 'a lens at another rate' by_layer "$(planted "$layers" '2s/,0\.[0-9]*,/,0.111,/')"
catches 'a rate changed' measured "$(planted "$measures" '/,agreement,linear,logit,every,1,/s/,every,1,,[^,]*,/,every,1,,0.123,/')"
catches 'an effect of another sign' measured "$(planted "$measures" '/,effect,linear,log p,raising,/s/,raising,\([^,]*\),,/&-/')"
catches 'a missing row' measured "$(planted "$measures" '/,flip,,log p,every,/d')"
catches 'an interval beside its mean' measured \
    "$(planted "$measures" '/,-1,disagreement,,,every,/s/,[^,]*,[^,]*,\([0-9]*\)$/,2,3,\1/')"
catches 'a split that does not add up' agreed "$pairs" "$(planted "$pools" '3s/,\(-\?0\.[0-9]*\),/,0.9,/')" "$words"
catches 'a word that is not the document'"'"'s' agreed "$pairs" "$pools" \
    "$(planted "$words" 's/,0$/,1/')"
catches 'a missing pair' agreed "$(planted "$pairs" '/,strong,/d')" "$pools" "$words"
catches 'a unit of another entry' apart "$(planted "$units" '/,stance,entry,/s/,0\.\([0-9]\)/,0.9\1/')"
catches 'a unit that is missing' apart "$(planted "$units" '/,precision,document,3,/d')"
catches 'another lens' apart "$(planted "$units" 's/lens=short/lens=true/')"
finish
