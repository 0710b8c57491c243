#!/bin/bash
# recorded: what is kept of runs whose files not everybody has: numbers alone, shown without those files.
source "$(dirname "$0")/lib.bash"
unset MAKEFLAGS MAKELEVEL MFLAGS PROFILE QUESTION RECORDED DATA MODELS
if [[ $out == *-sanitize ]]; then
    echo 1..1
    echo 'ok 1 # SKIP of a sanitized run nothing is recorded'
    exit
fi
readonly run=smollm2-500 expected=checks/expected
need "$expected/$run/scores.csv" "$expected/$run/stream_norm.csv" "$expected/$run.csv"

# recorded PROFILE [SETTING...]: as make shows it, with no file of FEVER or of a model.
recorded() {
    local profile=$1
    shift
    make -s -j1 results RECORDED=1 BIN="$bin" RECORDED_DB="$folder/$profile.db" PROFILE="$profile" "$@" 2>&1
}

# numbers_alone FILE: each field of a table is a number, or a word of docmem's own: one of these, or one that the
# table has of the invented world too. No text of FEVER.
numbers_alone() {
    fields() { tail -n +2 "$1" 2>/dev/null | tr , '\n' | sed 's/norm-gate \(.\)/\1/' | sort -u; }
    fields "$1" | grep -vxE -- '-?[0-9]+([.][0-9]+)?(e[-+]?[0-9]+)?|' | grep -vxFf <(fields "$out/${1##*/}") |
        grep -vxE 'norm-gate|simset-1-dim|(plain|norm-gate)-without-first|half-[12]|halves|((page|other)-)?in-context|right|other|use|(nll|change|right|other|use)_auc|pages(_other|_without)?' \
        >"$folder/words"
    none "$folder/words"
}

# shown TABLE: every use that is recorded stands in the table, as it is and with its interval.
shown() {
    awk -F, '$6 == -1 && $8 == "use" { printf "%.2f (%.2f to %.2f)\n", $9, $10, $11 }' "$expected/$run/scores.csv" |
        while read -r number; do
            grep -qF -- "$number" "$1" || echo "$number is not shown"
        done >"$folder/absent"
    none "$folder/absent"
}

# same_use TABLE: what verify holds other kernels to is what the table says.
same_use() {
    same <(awk -F, '$6 == -1 && $8 == "use" { printf "%.9f %.9f %.9f\n", $9, $10, $11 }' "$1" | sort) \
        <(awk -F, '/^"use / { printf "%.9f %.9f %.9f\n", $2, $3, $4 }' "$expected/$run.csv" | sort)
}

check 'a run is shown from its record' recorded "$run" QUESTION=scores COLUMNS=400
COLUMNS=400 recorded "$run" QUESTION=scores >"$folder/table"
check 'with each use that is recorded' shown "$folder/table"
sed 's/([0-9]/(9/' "$folder/table" >"$folder/planted"
catches 'another number' shown "$folder/planted"
check 'what other kernels must come near to is the same' same_use "$expected/$run/scores.csv"
sed 's/,use,\([0-9]\)/,use,9\1/' "$expected/$run/scores.csv" >"$folder/scores.csv"
catches 'a value that was changed' same_use "$folder/scores.csv"
for table in "$expected/$run"/*.csv "$expected"/smollm2/*.csv; do
    [ "${table##*/}" = verdict.csv ] || check "${table#"$expected/"}: numbers alone" numbers_alone "$table"
done
sed '2s/[0-9]*$/Titanic/' "$expected/$run/scores.csv" >"$folder/scores.csv"
catches 'a title' numbers_alone "$folder/scores.csv"

# ---- Verdicts of other runs, beside this run's ------------------------------------------
readonly database=${out%/*}/results.db this=${out##*/}
need "$database" "$out/verdict.csv" "$out/recorded.csv"

# kept PROFILE: the tables that `make record` would keep of it, without their folder.
kept() { make -n record PROFILE="$1" 2>&1 | sed -n "s/^TABLED='\\([^']*\\)'.*/\\1/p" | sed 's|build/[^ ]*/||g'; }
of_run() { [ "$(kept "$1")" = "$2" ] || { echo "difference: of $1 it keeps: $(kept "$1")"; return 1; }; }
check 'the record of tiny has no table' of_run tiny ''
check 'that of tiny-ten has its verdicts alone' of_run tiny-ten verdict.csv
check 'that of a real one has tables' grep -q 'scores.csv' <(kept smollm2-500)

# A record of this run's verdicts as another's, with one changed, and how they are shown.
mkdir -p "$folder/expected/tiny-ten" &&
    sed 's/^C9,confirmatory,,claim,\([^,]*,[^,]*\),[^,]*,[^,]*,[^,]*,\(.*\),undecided,/C9,confirmatory,,claim,\1,0.4321,0.1234,0.5678,\2,holds here,/' \
        "$out/verdict.csv" >"$folder/expected/tiny-ten/verdict.csv"
COLUMNS=400 recorded tiny-ten RECORD="$folder/expected/tiny-ten" >"$folder/verdicts"
check 'recorded verdicts are shown' grep -q 'C9 .* holds here  *+0.432 (+0.123 to +0.568)' "$folder/verdicts"

# asked DATABASE QUERY: as the Makefile asks, of a copy of the results.
asked() {
    sqlite3 -bail -readonly -cmd ".parameter set :profile \"'$this'\"" -cmd 'create temp table the as select :profile as profile' \
        "${@:3}" "$1" <"$2"
}
# as_recorded DATABASE: what the results hold of other runs' verdicts is what their records hold, if there are any.
as_recorded() {
    local file
    echo 'and no more' >"$folder/wanted"
    for file in "$expected"/*/verdict.csv; do
        [ -e "$file" ] || continue
        [ "$file" != "$expected/$this/verdict.csv" ] || continue
        sqlite3 :memory: -cmd ".import --csv $file one" "select '$(basename "${file%/*}")|' || claim || '|' || verdict || '|' || round(effect, 9)
            from one where role = 'claim' and half = 'confirmatory' and claim glob 'C*' and effect <> ''"
    done | sort >>"$folder/wanted"
    same "$folder/wanted" <(echo 'and no more' && sqlite3 "$1" "select run || '|' || claim || '|' || verdict || '|' || round(effect, 9) from recorded
        where profile = '$this' and verdict <> 'not judged' and effect is not null" | sort)
}
# The paper's numbers, of the copy as it is now; says TEXT: they have this line.
numbers() { asked "$folder/results.db" paper/numbers.sql -tabs >"$folder/numbers"; }
says() { grep -qx "$1" "$folder/numbers"; }
beside() { asked "$1" paper/beside.sql -markdown | awk -f paper/columns.awk | sed 's/  */ /g'; }
# columns FILE COUNT: the head and all rows have so many columns.
columns() { awk -F '|' -v wanted="$2" 'NF - 2 != wanted { print "difference: " NF - 2 " columns: " $0; bad = 1 } END { exit bad || NR != 22 }' "$1"; }

check 'the results hold what is recorded' as_recorded "$database"
cp "$database" "$folder/results.db" && chmod u+w "$folder/results.db"
sqlite3 "$folder/results.db" "pragma foreign_keys = off; delete from recorded where profile = '$this' and run = 'tiny-ten'"
check 'of a run that is not recorded there is no column' columns <(beside "$folder/results.db") 5
numbers
check 'and a line says so' says $'records\t/smollm2/ and /smollm2-500/ (of /tiny-ten/ no other run is recorded, and it has no column)'
check 'and page one tells this run alone' says $'C9-more\tNo run with more seeds is recorded.'
sqlite3 "$folder/results.db" "insert into recorded select '$this', 'tiny-ten', claim, effect_name, '', 'holds here', 0.4321, 0.1234, 0.5678, 10, 7, ''
    from verdicts where profile = '$this' and claim <> 'C3' and effect_name is not null"
check 'of one that is, there is' columns <(beside "$folder/results.db") 6
check 'its verdict stands beside this run'"'"'s' grep -q '^| C9 .*| holds here: +0.432 (+0.123 to +0.568); seeds: 10 | [^|]* | reasoned |$' \
    <(beside "$folder/results.db")
check 'a claim that it does not judge says so' grep -q '^| C3 .*| not asked | [^|]* | observed |$' <(beside "$folder/results.db")
numbers
check 'and page one names it' says $'C9-more\tMeasured: share of .* turned round +0.432 (95 % interval +0.123 to +0.568)[.]'
check 'and gives it the last word' says $'C9-last\tholds here (tiny-ten, 10 seeds)'
check 'and counts its verdicts' says $'more-tally\t.* of tiny-ten, a longer run with 10 seeds: 19 hold, 0 fail, 0 depend on a setting, 0 are undecided'
catches 'another verdict in the results' as_recorded "$folder/results.db"

hashes=$(printf '%s\n' "$expected/$run"-*.sha256 | head -n 1)
check 'its tables are those whose hashes are expected' bash -c \
    "cd '$expected/$run' && grep -E '  (scores|stream_norm)[.]csv\$' '$PWD/$hashes' | sha256sum --quiet -c"
said=$(recorded pythia-70m)
[ $? -ne 0 ] && [ "$(grep -c '^docmem:' <<<"$said")" = 1 ] &&
    [[ $said == *'pythia-70m: is not there; no run of PROFILE=pythia-70m is recorded'* ]]
tell $? 'of a run that is not recorded one line says so' "$said"
finish
