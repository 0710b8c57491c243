#!/bin/bash
# allocate: similarities and sharing counted again in SQL; who owns what; sharing as the theory has it.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors tokens=$out/document_token.csv
readonly seeds=30
reports=("$out"/simset_sharing/*-s1.csv)
need "$encoded" "$tokens" "${reports[0]}" "${reports[0]}.prov"
readonly entries=$(argument "${reports[0]}" entries) bands=$(argument "${reports[0]}" bands)
readonly seed=$(argument "${reports[0]}" seed)

# allocate KIND OUT [WORD...]: with the settings of the run.
allocate() {
    local kind=$1 path=$2
    shift 2
    "$bin/allocate" --encoded "$encoded" --kind "$kind" --entries "$entries" --bands "$bands" \
        --seed "$seed" "$@" --out "$path"
}

# owners MASK SHINGLE: shingle, document, entry of each entry owned.
owners() {
    tensor "$1" allocation.mask | awk -v m="$entries" -v shingle="$2" -v OFS=, '
        $1 { print shingle, int((NR - 1) / m), (NR - 1) % m }'
}

# read_tokens FILE: the documents' tokens are those of the encoded corpus.
read_tokens() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    same <(texts "$encoded" document | awk -F, '{ for (t = 1; t <= NF; t++)
        print NR - 1 "," t - 1 "," $t }') <(tail -n +2 "$1")
}

# counted REPORT MASK: the pairs of documents, their similarity and sharing.
counted() {
    local shingle
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    shingle=$(argument "$1" kind | sed 's/simset-\(.\)-dim/\1/')
    owners "$2" "$shingle" >"$folder/owned.csv"
    rm -f "$folder/db"
    sqlite3 -bail "$folder/db" >"$folder/differences" <<SQL ||
CREATE TABLE token(document INTEGER, position INTEGER, id INTEGER);
CREATE TABLE owned(shingle INTEGER, document INTEGER, entry INTEGER);
CREATE TABLE sharing(shingle INTEGER, seed INTEGER, a INTEGER, b INTEGER, size_a INTEGER, size_b INTEGER,
    common INTEGER, jaccard REAL, bands INTEGER, shared INTEGER, slots INTEGER);
CREATE TABLE reported AS SELECT $shingle AS shingle, $entries AS entries;
.mode csv
.import --skip 1 '$tokens' token
.import '$folder/owned.csv' owned
.import --skip 1 '$1' sharing
.mode list
.read '$here/allocate.sql'
SQL
        echo 'the report cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# expected SHINGLE: over many hash functions, documents share bands as often as the theory says:
# the mean deviation of a seed's mean over pairs is within four of its standard errors of 0.
expected() {
    local s
    for s in $(seq "$seeds"); do
        "$bin/allocate" --encoded "$encoded" --kind "simset-$1-dim" --entries "$entries" \
            --bands "$bands" --seed "$s" --report sharing --out "$folder/seed.csv" || return 2
        awk -F, -v slots="${2:-$((entries / bands))}" 'NR > 1 {
            sum += $10 / $9 - $8 - (1 - $8) / slots; n++ } END { print sum / n }' "$folder/seed.csv"
    done | awk '{ sum += $1; square += $1 * $1 } END {
        mean = sum / NR; error = sqrt((square / NR - mean * mean) / (NR - 1))
        if (!(mean ^ 2 <= (4 * error) ^ 2)) {
            print "difference: " mean " with standard error " error; exit 1 } }'
}

# apart OWNED: the bands' hash functions are not one another's: that two bands give a document the same
# slot is as rare as chance makes it, within five standard errors.
apart() {
    awk -F, -v slots=$((entries / bands)) '
        { band = int($3 / slots); slot[$2, band] = $3 % slots; if ($2 > last) last = $2; if (band > most) most = band }
        END {
            for (i = 0; i <= last; i++) for (a = 0; a < most; a++) for (b = a + 1; b <= most; b++) {
                n++; same += slot[i, a] == slot[i, b] }
            far = same - n / slots
            if (!n || far ^ 2 > 25 * n / slots) {
                print "difference: of " n " pairs of bands " same + 0 " have the same slot, not " n / slots; exit 1 } }' "$1"
}

# disjoint MASK: each entry has one owner; blocks are as proportional to documents as they can be.
disjoint() {
    paste -d ' ' <(tensor "$1" allocation.mask | awk -v m="$entries" '
        { sum += $1; used[(NR - 1) % m] += $1 } NR % m == 0 { print sum; sum = 0 }
        END { for (j = 0; j < m; j++) if (used[j] != 1) print "entry", j, "has", used[j] }') \
        <(texts "$encoded" document | awk -F, '{ print NF - 1 }') | awk -v m="$entries" '
        NF != 2 { print "difference: " $0; bad = 1; exit 1 }
        { own[NR] = $1; tokens[NR] = $2; all += $2 }
        END {
            if (bad) exit 1
            left = m; rest = all # those below one entry get one, the others divide what is left
            do { again = 0
                for (i = 1; i <= NR; i++) if (!single[i] && tokens[i] * left < rest) again = add[i] = 1
                for (i = 1; i <= NR; i++) if (add[i]) { single[i] = 1; left--; rest -= tokens[i] }
                split("", add)
            } while (again)
            for (i = 1; i <= NR; i++) { exact = single[i] ? 1 : tokens[i] * left / rest
                if (own[i] < 1 || (own[i] - exact) ^ 2 >= 1) {
                    print "difference: document " i - 1 " has " own[i] ", not " exact; bad = 1 } }
            exit bad }'
}

# as_many A B: documents own as many entries in both.
as_many() {
    local counts='{ sum += $1 } NR % m == 0 { print sum; sum = 0 }'
    same <(tensor "$1" allocation.mask | awk -v m="$entries" "$counts") \
        <(tensor "$2" allocation.mask | awk -v m="$entries" "$counts")
}

# again KIND: the same bits.
again() { allocate "$1" "$folder/again" && cmp "$folder/again" "$folder/$1"; }

# planted FILE 'sed command', planted_entry FILE ELEMENT: a copy with a fault; its path.
planted() {
    sed "$2" "$1" >"$folder/planted"
    cp "$1.prov" "$folder/planted.prov"
    echo "$folder/planted"
}
planted_entry() {
    cp "$1" "$folder/planted"
    plant "$folder/planted" allocation.mask "$2" "\\x0$((1 - $(tensor "$1" allocation.mask |
        tail -n +$(($2 + 1)) | head -n 1)))"
    echo "$folder/planted"
}

for kind in disjoint random simset-{1,2}-{dim,token}; do
    check "$kind is made" allocate $kind "$folder/$kind"
    check "$kind is made the same again" again $kind
    file=$out/allocations/$kind-s$seed.safetensors
    [ ! -e "$file" ] || check "$kind of the run is the same" cmp "$file" "$folder/$kind"
done
check 'tokens are those of the corpus' read_tokens "$tokens"
for report in "${reports[@]}"; do
    check "$(basename "$report" .csv): similarities and sharing, counted again" \
        counted "$report" "$folder/$(argument "$report" kind)"
done
check 'documents share single tokens as the theory says' expected 1
check 'documents share pairs of tokens as the theory says' expected 2
for shingle in 1 2; do
    owners "$folder/simset-$shingle-dim" $shingle >"$folder/owned-$shingle.csv"
    check "bands of $shingle tokens hash by themselves" apart "$folder/owned-$shingle.csv"
done
check 'disjoint blocks are disjoint and proportional' disjoint "$folder/disjoint"
check 'random has as many entries as SimSet' as_many "$folder/simset-1-dim" "$folder/random"

readonly report=${reports[0]} mask=$folder/$(argument "${reports[0]}" kind)
catches 'another token' read_tokens "$(planted "$tokens" '9s/[0-9]*$/3/')"
catches 'tokens that are missing' read_tokens "$(planted "$tokens" '$d')"
catches 'another similarity' counted "$(planted "$report" '5s/0\.\([0-8]\)/0.9/')" "$mask"
catches 'another count of common shingles' counted \
    "$(planted "$report" '6s/^\(.,[0-9]*,[0-9]*,[0-9]*,[0-9]*,[0-9]*\),[0-9]*/\1,1/')" "$mask"
catches 'another count of shared bands' counted \
    "$(planted "$report" '7s/,[0-9]*,\([0-9]*\)$/,99,\1/')" "$mask"
catches 'another number of slots' counted "$(planted "$report" '8s/[0-9]*$/3/')" "$mask"
catches 'a pair that is missing' counted "$(planted "$report" 30d)" "$mask"
catches 'a pair that comes twice' counted "$(planted "$report" 30p)" "$mask"
catches 'an entry given or taken' counted "$report" "$(planted_entry "$mask" 130)"
catches 'the mask of other shingles' counted "$report" "$folder/random"
catches 'a theory of twice as many slots' expected 1 $((2 * entries / bands))
awk -F, -v OFS=, -v slots=$((entries / bands)) '{ band = int($3 / slots); if (band == 0) first[$2] = $3
    $3 = band * slots + first[$2]; print }' "$folder/owned-1.csv" >"$folder/one-hash.csv"
catches 'bands of one hash function' apart "$folder/one-hash.csv"
catches 'an entry without an owner, or with two' disjoint "$(planted_entry "$folder/disjoint" 5)"
catches 'blocks that are not in proportion' disjoint "$folder/random"
catches 'another number of random entries' as_many "$folder/simset-1-dim" "$(planted_entry "$folder/random" 200)"
catches 'a report that is absent' counted "$folder/absent" "$mask"
finish
