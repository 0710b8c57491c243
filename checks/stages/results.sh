#!/bin/bash
# results: CSV files into their tables; the same bytes in any order; every bad file named.
set -u
readonly bin=${BIN:-build/bin} folder=${DOCMEM_SCRATCH:-build/scratch}/results
readonly cell=none,1,plain,document # the first columns of a prediction
head=allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,choice
readonly head=$head,free,p_a,p_b,p_c
verdicts=claim,half,part,role,question,effect_name,effect,low,high,test,p,p_holm,seeds,n,verdict,bound
readonly verdicts=$verdicts,needed_seeds,needed_units,reason,rule,rules_of
number=0

# check 'what' COMMAND...: one line of TAP by the command's status.
check() {
    local what=$1 said
    shift
    number=$((number + 1))
    if said=$("$@" 2>&1); then echo "ok $number - $what"; else
        echo "not ok $number - $what"
        echo "# ${said//$'\n'/$'\n'# }"
    fi
}

# results OUT WORD...: the profiles' folders are those of $folder.
results() { DOCMEM_QUIET=1 "$bin/results" --root "$folder" --out "$@"; }
ask() { [ "$(sqlite3 -readonly "$folder/a.db" "$1")" = "$2" ] || { sqlite3 "$folder/a.db" "$1"; false; }; }
is_absent() { ! [ -e "$1" ]; }

# refuse 'words' FILE 'contents': loading it fails in one line that says so, and makes nothing.
refuse() {
    local said
    printf '%b' "$3" >"$folder/$2"
    said=$(results "$folder/bad.db" "$folder/$2" 2>&1)
    [ $? -eq 1 ] && [ "${said#docmem: results: "$folder/$2"}" != "$said" ] && [[ $said == *"$1"*\;* ]] &&
        [ "$(wc -l <<<"$said")" -eq 1 ] && is_absent "$folder/bad.db" || { echo "$said"; false; }
}

rm -rf "$folder"
mkdir -p "$folder"/{one,two,bad}/predictions
printf '%s\n' "$head" "$cell,3,1,0,0,10,0,a,2,1,a,-,0.5,0.25,0.25" \
    "$cell,3,1,5,0,10,0,a,2,1,b,b,1e-3,0.75,0.1" \
    >"$folder/one/predictions/3-1.csv"
printf '%s\n' "$head" "$cell,4,1,0,0,10,0,a,2,1,a,a,0.5,0.25,0.25" \
    >"$folder/one/predictions/4-1.csv"
printf '%s\n' "$verdicts" \
    'C12,confirmatory,,claim,layer_choice,"slope, nats",-0.25,-0.5,,t,0.01,,3,8,holds here,,,,,"a ""rule""",2026-01-31' \
    >"$folder/one/verdict.csv"
cp "$folder/one/predictions/4-1.csv" "$folder/two/predictions/"
printf '%s\n' "$head" "$cell,4,1,0,0,x" >"$folder/two/predictions/5-1.csv"
readonly bad=bad/predictions/1.csv row="$cell,3,1,0,0,10,0,a,2,1,a,-,0.5,0.25,0.25"

check 'loads files of two tables' results "$folder/a.db" \
    "$folder/one/verdict.csv" "$folder"/one/predictions/{3,4}-1.csv
check 'the order of files does not matter' results "$folder/b.db" \
    "$folder"/one/predictions/{4,3}-1.csv "$folder/one/verdict.csv"
check 'both databases are the same bytes' cmp "$folder/a.db" "$folder/b.db"
check 'provenance lies beside' test -s "$folder/a.db.prov"
check 'predictions are there' ask \
    'select count(*), sum(p_a), group_concat(free, "") from prediction' '3|1.001|-ba'
check 'numbers are numbers' ask 'select distinct typeof(seed) || typeof(p_a) from prediction' integerreal
check 'verdicts are there, with text as it stood' ask \
    'select effect, high is null, p_holm is null, part = "", rule from verdict' '-0.25|1|1|1|a "rule"'
check 'columns are described in the database' ask \
    "select count(*) from sqlite_schema where sql like '%-- greedy%' or sql like '%-- the greedy%'" 1
check 'the database is sound' ask 'pragma integrity_check' ok
check 'every row names its profile' ask "select profile, count(*) from prediction
    union all select profile, count(*) from verdict" $'one|3\none|1'

# two WORD...: both profiles, of which two has a damaged file.
two() { results "$folder/a.db" "$@" "$folder"/{one,two}/predictions/*.csv; }
check 'the same rows of two profiles' results "$folder/a.db" "$folder"/{one,two}/predictions/4-1.csv
check 'they stand side by side' ask 'select profile, layer from prediction' $'one|4\ntwo|4'
check 'a damaged profile that was asked for ends it' bash -c "! '$bin/results' --root '$folder' \
    --profile two --out '$folder/c.db' '$folder'/{one,two}/predictions/*.csv 2>'$folder/said' &&
    grep -q '^docmem: results: $folder/two/predictions/5-1.csv:2: .*;' '$folder/said' && ! [ -e '$folder/c.db' ]"
check 'a damaged profile beside it is left out' two --profile one
check 'it is told' grep -q ' profile two is left out: .*/two/predictions/5-1.csv:2: .*; ' \
    <<<"$(two --profile one 2>&1)"
check 'nothing of it is there' ask 'select distinct profile from prediction' one
check 'a profile whose file is gone is left out' bash -c "'$bin/results' --root '$folder' \
    --profile one --out '$folder/c.db' '$folder'/one/predictions/4-1.csv '$folder/two/predictions/6.csv' &&
    [ \"\$(sqlite3 '$folder/c.db' 'select group_concat(profile) from prediction')\" = one ]"
check 'what is left out leaves no trace' results "$folder/b.db" "$folder"/one/predictions/*.csv
check 'in the bytes' cmp "$folder/a.db" "$folder/b.db"
check 'a file outside the folder of profiles' bash -c "! '$bin/results' --root '$folder' \
    --out '$folder/c2.db' checks/stages/results.sh 2>'$folder/said' && ! [ -e '$folder/c2.db' ] &&
    grep -q 'results.sh: does not lie in a profile.s folder of .*; ' '$folder/said'"
check 'a profile that no file is of' bash -c "! '$bin/results' --root '$folder' --profile three \
    --out '$folder/c3.db' '$folder'/one/predictions/4-1.csv 2>'$folder/said' && ! [ -e '$folder/c3.db' ] &&
    grep -q ': none of the files is of profile three; ' '$folder/said'"
check 'no file makes empty tables' results "$folder/empty.db"

check 'a repeated row' refuse ':3: does not fit table prediction (UNIQUE' $bad "$head\n$row\n$row\n"
check 'an unknown label' refuse ':2: does not fit table prediction (CHECK' $bad \
    "$head\n${row/,a,/,d,}\n"
check 'a word for a number' refuse ":2: column 'epoch': 'x' is not a whole number" $bad \
    "$head\n$cell,3,1,x,0,10,0,a,2,1,a,-,0.5,0.25,0.25\n"
check 'a missing number' refuse '(NOT NULL' $bad \
    "$head\n$cell,3,,0,0,10,0,a,2,1,a,-,0.5,0.25,0.25\n"
check 'a NaN' refuse ":2: column 'p_b': 'nan' is not a finite number" $bad \
    "$head\n$cell,3,1,0,0,10,0,a,2,1,a,-,0.5,nan,0.25\n"
check 'a short row' refuse ':2: 3 fields' $bad "$head\n1,2,3\n"
check 'another header' refuse ":1: column 6 is 'x' where 'seed'" $bad "${head/seed/x}\n"
check 'an empty file' refuse 'is empty' $bad ''
check 'bytes that are not UTF-8' refuse 'not UTF-8' $bad "$head\n$row\xff\n"
check 'a file without a table' refuse 'neither its name' bad/other.csv 'a\n1\n'
check 'a damaged schema' bash -c "printf 'CREATE TABEL x' >'$folder/s.sql' &&
    ! '$bin/results' --schema '$folder/s.sql' --out '$folder/s.db' 2>'$folder/said' &&
    grep -q 's.sql: does not make tables (near' '$folder/said' && ! [ -e '$folder/s.db' ]"
check 'no argument is a usage error' bash -c "'$bin/results' 2>/dev/null; [ \$? -eq 2 ]"
check 'help works' bash -c "'$bin/results' --help | grep -q -- --schema"
echo "1..$number"
