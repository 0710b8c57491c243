#!/bin/bash
# trace: a result leads back to the rows, cells and raw files it came from, and to no others.
source "$(dirname "$0")/small_run.bash"
# The small run's answers as a profile of their own.
readonly root=$folder/root database=$folder/results.db table=$folder/root/small/simset.csv
readonly told=$folder/told
mkdir -p "$root/small"
check 'a profile of the small run' make simset_vs_unstructured "$table" "${grid[@]}"
check 'its results' make results "$database" --root "$root" "$table"

# trace WORD...: what it says, in $told; its status.
trace() {
    "$bin/trace" --database "$database" --root "$root" --profile small --programs "$bin" --result "$@" \
        >"$told" 2>&1
}
says() { grep -Eq -- "$1" "$told" || { echo "no line like '$1' in"; cat "$told"; return 1; }; }
lacks() { ! grep -E -- "$1" "$told"; }

# Paths that were looked at and shown: those with a hash in the next line.
shown() {
    awk 'NF > 1 && length($1) == 32 && $1 !~ /[^0-9a-f]/ && path ~ /\// { print path } { path = $1 }' "$told"
}

# field ROW COLUMN: of the table, by another route.
field() { awk -F, -v row="$1" -v column="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == row + 1 { print $at[column] }' "$table"; }
readonly cell='simset_conditions: plain document none 1'

right_row() {
    local row value
    row=$(sed -n "s|^  $table, row ||p" "$told")
    value=$(sed -n "s/^$cell: accuracy = //p" "$told")
    [ "$(wc -l <<<"$row")" -eq 1 ] && [ -n "$row" ] || { echo "rows: $row"; return 1; }
    same <(echo "none 1.0 1 -1 choice_accuracy claim $value") \
        <(echo "$(field "$row" allocation) $(field "$row" strength) $(field "$row" layer) $(field "$row" seed)" \
            "$(field "$row" measure) $(field "$row" unit) $(printf %.3f "$(field "$row" value)")")
}

# Every file that anything on the way has a record of, by the records themselves.
ancestors() {
    local path record
    sort -u | while read -r path; do
        echo "$path"
        for record in "$path.prov" "${path%/*}.prov" "${path%/*/*}.prov"; do
            [ -f "$record" ] && break
        done
        [ -f "$record" ] && sed -n 's/^input [^ ]* [^ ]* //p' "$record"
    done | sort -u
}
all_ancestors() {
    local before='' now
    now=$(echo "$1" | ancestors)
    while [ "$now" != "$before" ]; do before=$now now=$(ancestors <<<"$now"); done
    echo "$now"
}
# The row is of one layer: the cells of others are counted, not shown.
readonly others="$good/cell[02]([.]csv)?\$"
whole() { same <(all_ancestors "$table" | grep -Ev "$others") <(shown | sort); }
once() { [ -z "$(shown | sort | uniq -d)" ] && [ -n "$(shown)" ]; }
hashes() {
    local path hash
    while read -r hash path; do
        grep -Fxq "$hash" <(grep -A 1 -E "^ *$path\$" "$told" | sed -n 's/^ *\([0-9a-f]\{32\}\)  .*/\1/p') ||
            { echo "difference: $path"; return 1; }
    done < <(sed -n 's/^input [^ ]* //p' "$table.prov" "$good/cell1.prov" "$good/corpus.prov" | grep -Ev "$others")
}
narrow() { awk 'length > 80 && !/\// && !/=/ { print "difference: " $0; bad = 1 } END { exit bad }' "$told"; }

check 'a cell of a table is found by its name' trace "$cell: accuracy" --all
cp "$told" "$folder/first"
check 'with its query and line' says '^query +paper/simset_conditions.sql:2$'
check 'on the database as it was made' says '^ +[0-9a-f]{32}  as it was made$'
check 'it rests on the row that SQL reads, and on no other' right_row
check 'all that it was made from is looked at' whole
check 'cells of other rows are counted' says '^ *and from 4 files more, all as they were used$'
check 'each file once' once
check 'with the hashes of the records' hashes
check 'and the arguments' says '^ +with +.*--layer 1 --seed 1 '
check 'raw files are told' says 'as it was used; raw$|as it was made; raw$|as it was used$'
check 'all are as they were' says '^All [0-9]+ files whose hash was recorded are the ones that were used'
check 'lines fit a terminal' narrow
check 'a number of the paper' trace simset-plain-none-loss
check 'has its query' says '^query +paper/numbers.sql:[0-9]+$'
told_alike() {
    trace simset-plain-none-loss && same \
        <(sed -n 's/^  \(.*\), row \([0-9]*\)$/row\t\1\t\2\t\2/p' "$told") \
        <(awk '$1 == "result" { own = $3 == "simset-plain-none-loss" } own && $1 == "row"' "$folder/traces" |
            cut -f 1-4)
}
check 'all numbers at once' "$bin/traces" --database "$database" --root "$root" --profile small \
    --out "$folder/traces"
check 'rest on the same rows' told_alike
check 'with the file and its hash' \
    grep -qP "^file\t$table\t$(sed -n 's/^output //p' "$table.prov" | cut -d ' ' -f 1)\t\tsimset_vs_" "$folder/traces"
check 'a figure, by its file' trace figures/simset_accuracy.png
check 'rests on its table' says "^  $table\$"
check 'a file of a stage' trace "$good/encoded"
check 'leads to the raw pages' says "^ +$good/world/wiki-pages/wiki-001.jsonl"
check 'words of several results list them' trace 'none accuracy'
check 'with what to type' says "^  $cell: accuracy by rows = 0\.[0-9]*\$"
check 'and trace nothing' lacks '^query'
fails() { ! trace "$@"; }
check 'words of none end it' fails simset-plain-none-lost
check 'in one line with near ones' says \
    "^docmem: trace: 'simset-plain-none-lost': .*; near it are 'simset-plain-none-loss'"
check 'only one' test "$(wc -l <"$told")" = 1

# ---- The page that shows it, made by another program ---------------------------------------
readonly page=$root/small/tables/simset_conditions.txt sqlite=$(type -P sqlite3)
shows() {
    "$bin/record" --program "$sqlite" --out "$page" "$@" --run "sqlite3 -batch -readonly -header -column \\
        -cmd \".parameter set :profile \\\"'small'\\\"\" -cmd \"create temp table the as select 'small' as profile\" \\
        '$database' < paper/simset_conditions.sql"
}
check 'a page, with its record' shows paper/simset_conditions.sql "$database"
check 'holds the value' bash -c 'grep -q -- "$(sed -n "s/.*: accuracy = //p" "$1")" "$2"' - "$folder/first" "$page"
check 'a cell of the page' trace "$cell: accuracy"
check 'is shown there' says "^shown in $page\$"
# stands PATH HOW: the line below the path that follows a label.
stands() { grep -A 1 -E "^[a-z ]{9}$1\$" "$told" | grep -Eq "^ {9}[0-9a-f]{32}  $2\$" || { cat "$told"; return 1; }; }
check 'the page is as it was made' stands "$page" 'as it was made'
check 'the query as it was used' stands paper/simset_conditions.sql:2 'as it was used'
check 'the database too' stands "$database" 'as it was used'
check 'and its schema' stands stages/results.sql 'as it was used'
check 'and the program' stands "$sqlite" 'as it was used'
check 'nothing is without a hash' lacks 'no hash was recorded'
printf ' ' >>"$page"
check 'a page that was changed' trace "$cell: accuracy"
check 'is told' stands "$page" 'NOT as it was made'
sed -i 's/^\(input word\) [0-9a-f]* \(paper\/.*sql\)/\1 00000000000000000000000000000000 \2/' "$page.prov"
check 'another query than the one that was used' trace "$cell: accuracy"
check 'is told too' stands paper/simset_conditions.sql:2 'CHANGED since it was used'
check 'both at the end' bash -c "grep -A 2 'of [0-9]* files are NOT' '$told' | grep -q '^  $page' &&
    grep -q '^  paper/simset_conditions.sql' '$told'"
check 'a raw file, by its absolute path' timeout 60 "$bin/trace" --database "$database" --root "$root" \
    --profile small --programs "$bin" --result "$PWD/README.org"
no_page() { # WORD...: the words are refused in one line, with nothing under the target's name
    local said status
    said=$("$bin/record" --out "$folder/none" "$@" 2>&1)
    status=$?
    [ $status -eq 1 ] && ! compgen -G "$folder/none*" && [ "$(grep -c '^docmem: record: .*; ' <<<"$said")" = 1 ] ||
        { echo "status $status: $said"; return 1; }
}
check 'a command that fails makes no page' no_page --program "$sqlite" --run 'echo half; sqlite3 -no_such_option'
check 'nor one that fails in a pipe' no_page --program "$sqlite" --run 'false | cat'
check 'nor one that is ended' no_page --program "$sqlite" --run 'echo half; kill -9 $$'
check 'nor one of a file that is absent' no_page --program "$sqlite" --run 'echo x' "$folder/absent"
check 'nor by a program that is absent' no_page --program "$folder/absent" --run 'echo x'
check 'nor of a file that changes meanwhile' no_page --program "$sqlite" --run "echo >>'$told'; cat '$told'" "$told"
rm "$page" "$page.prov"

# changed 'what' FILE 'how' COMMAND...: after the command, trace names the file and how it stands.
changed() {
    local what=$1 path=$2 how=$3
    shift 3
    rm -rf "$folder/kept"
    cp -a "$good" "$folder/kept"
    "$@"
    trace "$cell: accuracy" --all
    says "^[0-9]+ of [0-9]+ files are NOT the ones that were used:" >"$folder/reason" &&
        grep -A 1 -E "^ *$path\$" "$told" | grep -q "  $how" && grep -q "^  $path\$" "$told"
    tell $? "$what" "$(tail -n 5 "$told")"
    rm -rf "$good"
    mv "$folder/kept" "$good"
}
touched() { printf ' ' >>"$1"; }
encoded_again() { make encode "$good/encoded" --max-tokens 30; }
raw=$good/world/train.jsonl model=$good/model/config.json
changed 'a raw file that changed' "$raw" 'CHANGED since it was used' touched "$raw"
changed 'a model that changed' "$model" 'CHANGED since it was used' touched "$model"
changed 'a cell that is gone' "$good/cell1" 'ABSENT now' rm "$good/cell1"
changed 'a file that was made again' "$good/encoded" 'MADE AGAIN since it was used' encoded_again
# All others were made with the prefix as it is; these answers, by their record, with another.
cp "$good/cell1.csv.prov" "$folder/kept.prov"
sed -i 's/^\(input prefix \)..../\10000/' "$good/cell1.csv.prov"
check 'one user of a file that had another' trace "$cell: accuracy" --all
check 'is told' says "from another $good/prefix than the one above: 0000"
check 'and the file counted' says '^1 of [0-9]+ files are NOT the ones that were used:'
cp "$folder/kept.prov" "$good/cell1.csv.prov"
check 'and nothing when all is back' trace "$cell: accuracy"
check 'which it says' says '^All [0-9]+ files'
sqlite3 "$database" 'PRAGMA user_version = 7'
check 'a database that was changed is traced' trace "$cell: accuracy"
check 'and told' says 'NOT as it was made$'
rm "$database.prov"
check 'one without a record is refused' fails "$cell: accuracy"
check 'with what to do' says ': has no record of its making; make it again$'

# An input that changes while a stage works: it must not be taken for what was hashed.
slow_change() {
    local status
    cp "$good/encoded" "$folder/changing"
    "$bin/memorize" --model "$good/model" --encoded "$folder/changing" --prefix "$good/prefix" \
        --layer 1 --entries 2 --epochs 2000 --save 2000 --out "$folder/slow" 2>"$told" &
    while kill -0 $! 2>/dev/null; do
        touch "$folder/changing"
        sleep 0.05
    done
    wait $!
    status=$?
    [ $status -eq 1 ] && says 'changing: was changed while it was read; ' && ! [ -e "$folder/slow" ] &&
        ! [ -e "$folder/slow.prov" ] || { echo "status $status"; cat "$told"; return 1; }
}
check 'an input that changes while it is read ends the stage' slow_change
finish
