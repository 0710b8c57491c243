# A small run of every stage, and what it takes to spoil its files one by one; for the bad_ checks.
source "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
readonly good=$folder/good bad=$folder/bad
target=$folder/target
readonly grid=("$good"/cell{0,1,2} "$good"/cell{0,1,2}.csv)
mkdir -p "$good" "$bad"

# ---- A small run of everything, to spoil ------------------------------------------------
# A stage's words on good input; a later --name value overrides an earlier one.
declare -A words=(
    [world]='--pages 6 --others 3 --dev 4 --train 3'
    [ingest]="--wiki $good/world/wiki-pages --train $good/world/train.jsonl
        --dev $good/world/paper_dev.jsonl --top 6 --nei title"
    [other_pages]="--corpus $good/corpus --wiki $good/world2/wiki-pages
        --train $good/world/train.jsonl --dev $good/world/paper_dev.jsonl"
    [encode]="--corpus $good/corpus --tokenizer $good/tokenizer.json --max-tokens 40"
    [prefix]="--model $good/model --encoded $good/encoded --layers 0-2"
    [allocate]="--encoded $good/encoded --entries 2 --bands 1"
    [memorize]="--model $good/model --encoded $good/encoded --prefix $good/prefix --layer 1
        --entries 2 --epochs 2 --save 1,2"
    [document_vectors]="--model $good/model --encoded $good/encoded --prefix $good/prefix --layer 1
        --documents 3 --entries 2 --epochs 2 --save 1,2"
    [intervene]="--model $good/model --encoded $good/encoded --prefix $good/prefix
        --cell $good/vectors --word the --contexts 1"
    [memory_sign]='--report measures --word the --resamples 100'
    [answer]="--model $good/model --encoded $good/encoded --prefix $good/prefix --cell $good/cell1"
    [held_out]="--model $good/model --encoded $good/encoded --prefix $good/prefix --cell $good/cell1"
    [likelihood]="--model $good/model --encoded $good/encoded --prefix $good/prefix --cell $good/cell1"
    [controls]='--resamples 100'
    [drift_landscape]="--model $good/model --encoded $good/encoded --prefix $good/prefix
        --cell $good/vectors"
    [representation_drift]='--report measures --resamples 100'
    [layer_choice]='--report measures --resamples 100'
    [simset_vs_unstructured]='--report measures --resamples 100'
    [verdicts]="--documents $good/document.csv --claims $good/fever_claim.csv --resamples 100"
    [results]='--schema stages/results.sql'
    [curriculum]='--sequences 60 --background 20 --open 0.4 --page 0.3 --claims 0.3'
    [tokenizer_train]="--texts $good/texts.jsonl --vocab 330"
    [pretrain]="--texts $good/texts.jsonl --tokenizer $good/tokenizer.json --blocks 3 --width 8
        --hidden 8 --heads 2 --kv-heads 1 --batch 2 --steps 30 --warmup 1 --report 30"
)

# make STAGE OUT WORD...: a good run.
make() {
    local stage=$1 path=$2
    shift 2
    # shellcheck disable=SC2086
    "$bin/$stage" ${words[$stage]} "$@" --out "$path"
}

make_all() {
    local layer
    make world "$good/world" && make world "$good/world2" --seed 2 && make ingest "$good/corpus" &&
        make other_pages "$good/others" &&
        make curriculum "$good/texts.jsonl" && make tokenizer_train "$good/tokenizer.json" &&
        make pretrain "$good/model" && make encode "$good/encoded" &&
        make encode "$good/evidence.csv" --report evidence && make prefix "$good/prefix" &&
        make allocate "$good/allocation" || return
    for layer in 0 1 2; do
        make memorize "$good/cell$layer" --layer $layer &&
            make answer "$good/cell$layer.csv" --cell "$good/cell$layer" || return
    done
    make document_vectors "$good/vectors" && make intervene "$good/interventions" &&
        make drift_landscape "$good/plane.csv" &&
        make representation_drift "$good/drift.csv" "$good/vectors" &&
        make memory_sign "$good/sign.csv" "$good/interventions" &&
        make memorize "$good/owned" --allocation "$good/allocation" &&
        make likelihood "$good/likelihood.csv" && make held_out "$good/losses.csv" &&
        make controls "$good/controls.csv" "$good/cell1.csv" "$good/likelihood.csv" "$good/losses.csv" &&
        make layer_choice "$good/layer_choice.csv" "${grid[@]}" &&
        make simset_vs_unstructured "$good/simset.csv" "${grid[@]}" &&
        make layer_choice "$good/units.csv" --report units "${grid[@]}" &&
        sqlite3 -header -csv -separator , -newline $'\n' "$good/corpus" \
            'SELECT id AS document, title, claims FROM page ORDER BY id' >"$good/document.csv" &&
        sqlite3 -header -csv -separator , -newline $'\n' "$good/corpus" "SELECT id AS claim, fever_id, label, text
            FROM claim WHERE split = 'dev' ORDER BY id" >"$good/fever_claim.csv" &&
        make verdicts "$good/verdict.csv" "$good/units.csv"
}

# ---- What a refusal is -----------------------------------------------------------------
# judge STATUS STAGE 'what' 'pattern' 'what it said': a refusal is one line that names the file and
# says what is wrong and what to do, status 1, and no file under the target's name. The pattern is of the file
# and place, or, where a colon stands in it, of what is wrong as well.
judge() {
    local fault='' wrong=': .+'
    [[ $4 != *': '* ]] || wrong=''
    if ! [ "$1" -eq 1 ]; then fault="status $1"
    elif ! [ "$(wc -l <<<"$5")" -eq 1 ]; then fault='not one line'
    elif ! grep -Eaq "^docmem: $2: .*$4.*$wrong; .+" <<<"$5"; then fault="not '$4: what; what to do'"
    elif compgen -G "$target*" >/dev/null; then fault="left $(echo "$target"*)"; fi
    [ -z "$fault" ]
    tell $? "$2: $3" "$fault: $5"
}

# refuse STAGE 'what' 'pattern' WORD...: the words, after the good ones, must be refused.
refuse() {
    local stage=$1 what=$2 pattern=$3 said status
    shift 3
    rm -rf "$target"*
    # shellcheck disable=SC2086
    said=$("$bin/$stage" ${words[$stage]} "$@" --out "$target" 2>&1)
    status=$?
    judge $status "$stage" "$what" "$pattern" "$said"
}

# refuse_on_full_disk STAGE WORD...: good words, but files may not grow beyond 1 KiB.
refuse_on_full_disk() {
    local stage=$1 said status
    shift
    rm -rf "$target"*
    # shellcheck disable=SC2086
    said=$(ulimit -S -f 1; "$bin/$stage" ${words[$stage]} "$@" --out "$target" 2>&1)
    status=$?
    judge $status "$stage" 'a full disk' "$(basename "$target")" "$said"
}

# spoil FILE 'sed command': a copy after it, with the same name; its path.
spoil() {
    sed "$2" "$1" >"$bad/${1##*/}"
    echo "$bad/${1##*/}"
}

# spoil_number FILE TENSOR ELEMENT BYTES: a copy with one number changed; its path.
spoil_number() {
    cp "$1" "$bad/${1##*/}"
    plant "$bad/${1##*/}" "$2" "$3" "$4" && echo "$bad/${1##*/}"
}

# spoil_table 'SQL': a copy of the corpus after it; its path.
spoil_table() {
    cp "$good/corpus" "$bad/corpus"
    sqlite3 "$bad/corpus" "$1"
    echo "$bad/corpus"
}

# spoil_model MEMBER 'sed command': a copy of the model with one file changed; its path.
spoil_model() {
    rm -rf "$bad/model"
    cp -r "$good/model" "$bad/model"
    sed -i "$2" "$bad/model/$1"
    echo "$bad/model"
}

check 'good input makes everything' make_all
[ $failures -eq 0 ] || finish
