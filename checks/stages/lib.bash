# Helpers of the stage checks: lines of TAP, and readers of docmem's files that share no code with it.
#
# A stage check compares what `make all` wrote with the same numbers found another way. A comparison
# is a command that prints each difference and then fails; `check` wants it to be silent, `catches`
# runs it on a file with a planted fault and wants it to name a difference. A file that is not there
# is a difference too.
set -u -o pipefail
export LC_ALL=C DOCMEM_QUIET=1
readonly bin=${BIN:-build/bin} out=${OUT:-build/tiny} here=$(dirname "${BASH_SOURCE[0]}")
# The kernels that the run was made with: a stage check finds the same bits.
kernels_of() { sed -n 's/^blas .*core \([A-Za-z]*\)).*/\1/p' "$1/prefix.safetensors.prov" 2>/dev/null; }
made_with=$(kernels_of "$out")
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=${made_with:-${OPENBLAS_CORETYPE:-Haswell}}

readonly folder=${DOCMEM_SCRATCH:-build/scratch}/$(basename "$0" .sh)
sqlite3() { command sqlite3 -batch -init /dev/null "$@"; } # whatever ~/.sqliterc says
number=0 failures=0
rm -rf "$folder"
mkdir -p "$folder" || exit 1

# tell STATUS 'what' 'reason': one line of TAP, and why it failed.
tell() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else
        failures=$((failures + 1))
        echo "not ok $number - $2"
        head -n 8 <<<"$3" | cut -c 1-300 | sed 's/^/# /'
    fi
}

# check 'what' COMMAND...: the command must end with status 0.
check() {
    local what=$1 said
    shift
    said=$("$@" 2>&1)
    tell $? "$what" "$said"
}

# catches 'fault' COMMAND...: the command must end with status 1 and name a difference. Left out with
# DOCMEM_NO_CATCHES, for what a check says of results alone.
catches() {
    local what=$1 said status
    shift
    [ -z "${DOCMEM_NO_CATCHES-}" ] || return 0
    said=$("$@" 2>&1)
    status=$?
    [ $status -eq 1 ] && grep -q difference <<<"$said"
    tell $? "catches $what" "status $status: $said"
}

finish() {
    echo "1..$number"
    exit $((failures > 0))
}

# need FILE...: ends the check as failed where one of the files it reads is missing.
need() {
    local path absent=0
    for path in "$@"; do
        [ -s "$path" ] || { tell 1 "$path is there" "run make all first"; absent=1; }
    done
    [ $absent -eq 0 ] || finish
}

# same WANTED FOUND: two text files that must be equal, line by line, and hold anything at all.
same() {
    local wanted found
    wanted=$(cat "$1") found=$(cat "$2")
    [ -n "$wanted" ] || { echo "difference: nothing is wanted of $2"; return 1; }
    [ "$wanted" = "$found" ] && return
    echo 'difference: < wanted > found'
    diff <(cat <<<"$wanted") <(cat <<<"$found")
    return 1
}

# none FILE: fails with the lines of the file, each a difference.
none() {
    [ -f "$1" ] || { echo "difference: $1 is absent"; return 1; }
    [ ! -s "$1" ] || { sed 's/^/difference: /' "$1"; return 1; }
}

# ---- Provenance: what a result was made with ------------------------------------
# argument RESULT NAME, input RESULT NAME: the value, or the path; of a folder the first file's.
argument() { sed -n "s/^argument $2 //p" "$1.prov"; }
input() { sed -n "s/^input $2 [0-9a-f]* //p" "$1.prov" | head -n 1; }

# words RESULT PATTERN: the paths of the files named after it that match.
words() { sed -n 's/^input word [0-9a-f]* //p' "$1.prov" | grep -E "$2"; }

# condition CELL: what its name says: allocation, strength, variant, target, layer, seed, with commas.
condition() {
    basename "$1" .safetensors | sed -E 's/-lora-(mlp|attention)-/-lora_\1-/
        s/^(.*)-(plain|norm-gate|lora_mlp|lora_attention|lm|zero|mlp)(-without-first)?-(.*)-L([0-9]+)-s([0-9]+)$/\1-x1,\2\3,\4,\5,\6/
        s/^(.*)-x([0-9.]+)-x1,/\1,\2,/; s/-x1,/,1,/; s/lora_/lora-/'
}

# firsts CELL...: of those that differ in their seed alone, the first.
firsts() { printf '%s\n' "$@" | awk '{ name = $0; sub(/-s[0-9]*$/, "", name) } !seen[name]++'; }

# ---- safetensors ------------------------------------------------------------------
header_size() { od -An -t u8 -N 8 "$1" | tr -d ' '; }
header() { head -c $((8 + $(header_size "$1"))) "$1" | tail -c +9; }

# ask_header FILE 'json path': one value of the header.
ask_header() {
    local text
    text=$(header "$1") || return 1
    sqlite3 :memory: "SELECT json_extract('${text//\'/\'\'}', '$2')"
}

# place FILE TENSOR: byte in the file, count of bytes.
place() {
    local from to
    from=$(ask_header "$1" "\$.\"$2\".data_offsets[0]") || return 1
    to=$(ask_header "$1" "\$.\"$2\".data_offsets[1]")
    [ -n "$from" ] || return 1
    echo $((8 + $(header_size "$1") + from)) $((to - from))
}

# tensor FILE NAME: its numbers, one a line.
tensor() {
    local from count kind
    read -r from count < <(place "$1" "$2") || { echo "difference: $1 has no $2" >&2; return 1; }
    case $(ask_header "$1" "\$.\"$2\".dtype") in
    U8) kind='u1 -w1' ;; I32) kind='d4 -w4' ;; I64) kind='d8 -w8' ;; F32) kind='f4 -w4' ;; F64) kind='f8 -w8' ;;
    *) return 1 ;;
    esac
    # shellcheck disable=SC2086
    od -An -v -t $kind -j "$from" -N "$count" "$1" | tr -d ' '
}

# plant FILE TENSOR ELEMENT HEX: overwrites one element of a tensor, given as bytes \xNN….
plant() {
    local from count size=$((${#4} / 4))
    read -r from count < <(place "$1" "$2") || return 1
    printf '%b' "$4" | dd of="$1" bs=1 seek=$((from + $3 * size)) conv=notrunc status=none
}

# texts ENCODED KIND: the ids of each document, template or prompt, a line each, with commas.
texts() {
    awk 'NR == FNR { offset[NR - 1] = $1; last = NR - 1; next }
         { at = FNR - 1; while (text < last && at >= offset[text + 1]) text = text + 1
           line[text + 0] = line[text + 0] (at > offset[text + 0] ? "," : "") $1 }
         END { for (i = 0; i < last; i++) print line[i] }' \
        <(tensor "$1" "$2.offset") <(tensor "$1" "$2.ids")
}

# ---- probe --------------------------------------------------------------------------
# Lines of ids with commas, a document after a blank or none, as requests; a field of the replies, its
# numbers with commas.
as_requests() {
    awk '{ printf "{\"ids\":[%s]%s}\n", $1, (NF > 1 ? ",\"document\":" $2 : "") }'
}
field() { sed "s/.*\"$1\":\[\([^]]*\)\].*/\1/"; }

# mean_losses MODEL [--memory FILE --layer L]: the documents, lines of ids, to their mean loss in
# nats a token.
mean_losses() {
    awk '{ print $1, NR - 1 }' | as_requests | "$bin/probe" logits "$@" | field nll |
        awk -F, '{ sum = 0; for (i = 1; i <= NF; i++) sum += $i; printf "%.9f\n", sum / NF }'
}

# near TOLERANCE WANTED FOUND: two files of as many numbers, one a line, that agree.
near() {
    [ -s "$2" ] && [ "$(wc -l <"$2")" = "$(wc -l <"$3")" ] ||
        { echo "difference: $(wc -l <"$2") numbers wanted, $(wc -l <"$3") found"; return 1; }
    paste "$2" "$3" | awk -v most="$1" '
        NF != 2 || $1 !~ /^[-+0-9.eE]+$/ || $2 !~ /^[-+0-9.eE]+$/ || !(($1 - $2) ^ 2 <= most ^ 2) {
            print "difference: place " NR - 1 ": wanted " $1 ", found " $2; bad = 1 }
        END { exit bad }'
}

# ---- A question's tables, against the database of what they must hold ------------------
# The first columns of predictions, and those of unit effects.
readonly run_columns='allocation TEXT, strength REAL, variant TEXT, target TEXT, layer INTEGER,
    seed INTEGER, epoch INTEGER'
readonly unit_columns='condition TEXT, seed INTEGER, epoch INTEGER, measure TEXT, unit TEXT,
    document INTEGER, item INTEGER, value REAL'

# take_files RESULT: the arrays `cells` and `predictions`, files it was made from, which must be there.
take_files() {
    need "$1" "$1.prov"
    mapfile -t cells < <(words "$1" '[.]safetensors$')
    mapfile -t predictions < <(words "$1" '[.]csv$')
    readonly cells predictions
    need "${cells[@]}" "${predictions[@]}"
}

# read_predictions FILE...: SQL that makes the table of them; values are read as CSV from here on.
read_predictions() {
    local path
    echo "CREATE TABLE prediction($run_columns, prompt INTEGER, claim INTEGER, page INTEGER,
        label TEXT, rows INTEGER, main INTEGER, choice TEXT, free TEXT, p_a REAL, p_b REAL,
        p_c REAL);"
    echo .mode csv
    for path in "$@"; do echo ".import --skip 1 '$path' prediction"; done
}

# means UNITS 'query' MEASURES 'columns' MORE: the means of unit effects are the rows (condition, seed, measure,
# value) that the query finds in the table `measure`, of MEASURES; of the measure MORE there may be others.
means() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    sqlite3 -bail :memory: >"$folder/differences" 2>&1 <<SQL || echo 'cannot be compared' >>"$folder/differences"
CREATE TABLE found($unit_columns);
CREATE TABLE measure($4);
.mode csv
.import --skip 1 '$1' found
.import --skip 1 '$3' measure
.mode list
CREATE TABLE wanted AS $2;
CREATE TABLE mean AS SELECT condition, seed, measure, avg(value) AS value FROM found WHERE measure <> '$5'
    GROUP BY condition, seed, measure;
SELECT 'no measures' WHERE NOT EXISTS (SELECT 1 FROM wanted);
SELECT 'wanted', wanted.*, 'found', mean.value FROM wanted LEFT JOIN mean USING (condition, seed, measure)
    WHERE abs(wanted.value - mean.value) <= 1e-9 IS NOT 1;
SELECT 'unknown', mean.* FROM mean LEFT JOIN wanted USING (condition, seed, measure) WHERE wanted.value IS NULL;
SQL
    none "$folder/differences"
}

# ask_table FILE 'columns' 'query': what the database says of the file, there as the table `found`.
ask_table() {
    sqlite3 -bail "$folder/db" <<SQL
CREATE TEMP TABLE found($2);
.mode csv
.import --skip 1 '$1' found
.mode list
$3
SQL
}

# against FILE 'columns' 'query': the query, as of ask_table, finds no difference.
against() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    ask_table "$@" >"$folder/differences" 2>&1 || { cat "$folder/differences"; return 2; }
    none "$folder/differences"
}

# planted FILE 'sed command': a copy after it; its path. (Checks of other files have their own.)
planted() {
    sed "$2" "$1" >"$folder/planted"
    echo "$folder/planted"
}

# ---- Raw FEVER files ------------------------------------------------------------------
# load_raw DATABASE WORLD: the raw files as the tables of raw.sql.
load_raw() {
    local path
    rm -f "$1"
    {
        echo 'CREATE TABLE raw_train(line TEXT); CREATE TABLE raw_dev(line TEXT);'
        echo 'CREATE TABLE raw_wiki(line TEXT);'
        echo '.mode ascii'
        echo '.separator "\037" "\n"'
        echo ".import '$2/train.jsonl' raw_train"
        echo ".import '$2/paper_dev.jsonl' raw_dev"
        for path in "$2"/wiki-pages/wiki-*.jsonl; do echo ".import '$path' raw_wiki"; done
        echo ".read '$here/raw.sql'"
    } | sqlite3 -bail "$1" || { echo "difference: the raw files cannot be read"; return 1; }
}
