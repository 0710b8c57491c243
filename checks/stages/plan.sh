#!/bin/bash
# plan: every profile has one, its parts add up, its counts are those by hand; and what is missing is
# said in one line.
source "$(dirname "$0")/lib.bash"

# planned PROFILE ARGUMENT...: the profile's plan as CSV, at a rate given, with nothing fetched.
planned() {
    local profile=$1
    shift
    env -u MAKEFLAGS -u MAKELEVEL make -s -o "$bin/plan" plan BIN="$bin" PROFILE="$profile" \
        OUT="$folder/$profile" DATA="$folder/none" MODELS="$folder/none" \
        PLAN='--rate 1e11 --format csv' "$@"
}

# adds_up FILE: every column's parts make its total; memory is the largest; there is work in it.
adds_up() {
    awk -F, 'NR == 1 { head = $0; next }
        $1 == "all" { last = 1
            for (i = 2; i <= NF; i++) {
                mine = i == 9 ? most : sum[i]
                if ((mine - $i) ^ 2 > (1e-9 * $i + 0.01) ^ 2) {
                    printf "difference: column %d is %s, its parts %.3f\n", i, $i, mine; wrong = 1 } }
            if ($5 <= 0 || $5 != $6 || $2 < 20 || $3 != 0) {
                print "difference: nothing is to be done: " $0; wrong = 1 } }
        { for (i = 2; i <= NF; i++) sum[i] += $i; most = $9 > most ? $9 : most }
        END { if (!last) { print "difference: there is no total"; wrong = 1 }
              if (head !~ /^step,targets,done,tokens,operations,left,disk,disk_left,memory,seconds/) {
                  print "difference: the head is " head; wrong = 1 }
              exit wrong }' "$1"
}

# steps FILE: the names of its steps.
steps() { cut -d, -f1 "$1" | grep -vx -e step -e all | paste -sd' '; }

# refuses 'words' ARGUMENT...: one line that says so and gives a cure.
refuses() {
    local words=$1 said
    shift
    said=$("$bin/plan" --rate 1e9 "$@" 2>&1 >/dev/null)
    [ $? -eq 1 ] && [[ $said == 'docmem: plan: '*"$words"*\;* ]] &&
        [ "$(wc -l <<<"$said")" -eq 1 ] || { echo "difference: $said"; false; }
}

# ---- Every profile ----
for path in data/profiles/*.mk; do
    profile=$(basename "$path" .mk)
    arguments=()
    [ "$profile" != local ] || arguments=(MODEL="$folder/model" SHAPE=data/shapes/llama-1.1b.json LAYERS='4 8 16')
    check "$profile has a plan" bash -c "$(declare -f planned); bin=$bin folder=$folder
        planned $profile ${arguments[*]@Q} >'$folder/$profile.csv'"
    check "$profile: its parts add up" adds_up "$folder/$profile.csv"
    kinds='ingest encode prefix allocate memorize .* answer likelihood document_vectors drift_landscape intervene questions$'
    [[ $profile != smollm2-500 ]] || kinds='ingest encode prefix .*memorize document likelihood questions$' # one question
    check "$profile: all kinds of commands" grep -q "$kinds" <(steps "$folder/$profile.csv")
done
sed 's/^prefix,1,0,\([0-9]*\),\([0-9]*\)/prefix,1,0,\1,1\2/' "$folder/tiny.csv" >"$folder/planted.csv"
catches 'a part that is too large' adds_up "$folder/planted.csv"
check 'the seeds asked for DocRep memories of Pythia-1B after four layers' test 4 -eq \
    "$(grep -c '^ *document_vectors .*--documents 100 .*--negative random .*--layer [0-9]* .*--epochs 50' \
        "$folder/pythia-1b/commands")"

plans_nothing() {
    env -u MAKEFLAGS -u MAKELEVEL make -n -o "$bin/plan" plan BIN="$bin" OUT="$folder/dry" >/dev/null && [ ! -e "$folder/dry" ]
}
check 'make -n plan writes nothing' plans_nothing

# half_stream: with STREAM=bf16 the prefix takes half the disk and its stream's memory; what reads it, its rows widened.
half_stream() {
    planned pythia-1b >"$folder/whole.csv" && planned pythia-1b STREAM=bf16 >"$folder/half.csv" || return 1
    join -t, <(sort "$folder/whole.csv") <(sort "$folder/half.csv") | awk -F, '
        $1 == "prefix" { prefix = $7 == 2 * $17 && $19 > $9 && $19 - $9 <= $17 }
        $1 == "memorize document" { documents = $19 - $9 }
        $1 == "memorize both" { both = $19 - $9 }
        END { if (!(prefix && documents > 0 && both > documents)) {
            print "difference: prefix " prefix ", documents " documents ", both " both; exit 1 } }'
}
check 'a stream in BF16: half the disk, more memory' half_stream

# ---- By hand ----
# Llama of 3 blocks: q = 4, a block's weights 2·4·(4 + 2) + 3·4·8 = 144, V d = 40. Two documents of 5
# tokens, a template of 7, a prompt of 9, a claim of 4: 30 tokens, squares 50 + 49 + 81 + 16.
echo '{"model_type": "llama", "num_hidden_layers": 3, "hidden_size": 4, "num_attention_heads": 2,
    "num_key_value_heads": 1, "vocab_size": 10, "intermediate_size": 8}' >"$folder/shape.json"
readonly some='--documents 2 --document-tokens 5 --templates 1 --template-tokens 7'
readonly texts="$some --prompts 1 --prompt-tokens 9 --claims 1 --claim-tokens 4"
cat >"$folder/grid" <<EOF
prefix --layers 0,1 --out $folder/prefix
prefix --layers 0 --texts document,claim --out $folder/few

memorize --layer 1 --entries 2 --epochs 3 --save 1,3 --target document --out $folder/cell
memorize --layer 2 --entries 2 --epochs 2 --save 2 --target both --start $folder/cell --out $folder/made
memorize --layer 2 --entries 2 --epochs 3 --save 3 --target cheat --out $folder/cheat
memorize --layer 2 --entries 2 --epochs 4 --save 4 --target document --pages half-1 --start $folder/cell --out $folder/half
answer --cell $folder/cell --out $folder/answers
answer --epochs last --cell $folder/made --out $folder/last
likelihood --cell $folder/cell --without $folder/without --out $folder/claims
likelihood --epochs last --cell $folder/made --out $folder/likely
likelihood --encoded $folder/page.safetensors --out $folder/told-likely
answer --encoded $folder/page.safetensors --out $folder/told
document_vectors --layer 1 --documents 1 --tokens 4 --entries 2 --alpha 0.1 --lm no --epochs 2 --save 1,2 --out $folder/vectors
questions --out $folder/csv
EOF
touch "$folder/made"
cat >"$folder/wanted" <<EOF
prefix 2 0 44 $((2 * (288 * 30 + 16 * 196) + 288 * 14 + 16 * 66))
memorize document 1 0 60 $((3 * (576 * 10 + 48 * 50 + 160 * 10 + 80 * 10) + 3 * (288 * 10 + 16 * 50 + 80 * 10 + 32 * 10)))
memorize then both 1 1 54 $((2 * (160 * 17 + 80 * 17) + 2 * (80 * 10 + 32 * 10)))
memorize cheat 1 0 47 $((3 * (160 * 1 + 80 * 9) + 2 * (80 * 10 + 32 * 10)))
memorize then document 1 0 40 $((4 * (160 * 5 + 80 * 5) + 2 * (80 * 10 + 32 * 10)))
answer 3 0 50 $((3 * (288 * 9 + 16 * 81 + 80 * 5 + 32 * 9) + (80 * 5 + 32 * 9) + 3 * (288 * 14 + 16 * 14 * 14) + 80 * 5))
likelihood 3 0 29 $((3 * (288 * 4 + 16 * 16 + 80 * 4 + 32 * 4) + 2 * (80 * 4 + 32 * 4) + 3 * (288 * 9 + 16 * 81) + 80 * 4))
document_vectors 1 0 44 $((2 * 2 * (576 * 4 + 48 * 16 + 160 * 4 + 80 * 4) + 7 * (288 * 4 + 16 * 16 + 80 * 4 + 32 * 4)))
questions 1 0 0 0
EOF
good=(--shape "$folder/shape.json" --grid "$folder/grid")
# shellcheck disable=SC2086
plan_by_hand() {
    "$bin/plan" --shape "$folder/shape.json" --grid "$folder/grid" $texts --open 0 --rate 1e9 --format csv "$@"
}
plan_by_hand | sed -e 1d -e '/^all,/d' -e 's/,/ /g' | awk '{ n = NF - 10; name = $1
    for (i = 2; i <= n; i++) name = name " " $i
    print name, $(n + 1), $(n + 2), $(n + 3), $(n + 4) }' >"$folder/found"
check 'operations and tokens as by hand' same "$folder/wanted" "$folder/found"
sed 's/^answer 3 0 50/answer 3 0 51/' "$folder/wanted" >"$folder/planted"
catches 'another count' same "$folder/planted" "$folder/found"
check 'time is operations by three quarters of the rate, in two programs at once' test \
    "$(plan_by_hand --jobs 2 --rate 1 | awk -F, '$1 == "answer" && ($10 * 1.5 - $5) ^ 2 < 1e-3' | wc -l)" -eq 1
check 'a table to read' bash -c "'$bin/plan' --shape '$folder/shape.json' --grid '$folder/grid' $texts --rate 1e9 |
    grep -q '^memory: .* free; the checkpoint of'"
wanted=$(plan_by_hand --rate 1 | awk -F, '$1 == "all" { printf "%d", (1.1 * $9 + 2000) / 1048576 + 65 }')
# shellcheck disable=SC2086
said=$("$bin/plan" "${good[@]}" $texts --rate 1e9 --threads 3 | grep '^steps:')
check 'what a step on a cluster asks for: memory and a tenth, the weights, 64 MiB' \
    test "$said" = "steps:  on a cluster RUN='srun -N1 -n1 -c3 --mem=${wanted}M' suffices"
check 'a rate is measured' bash -c "'$bin/plan' --shape data/shapes/pythia-70m.json --grid '$folder/grid' $texts |
    grep -qE '^[0-9.]+ [MGT] operations a second in each of 1 program at once'"
check 'a disk that does not suffice' bash -c "'$bin/plan' --shape data/shapes/Llama-2-7b-hf.json --rate 1e9 \
    --grid '$folder/grid' --documents 10000000 --document-tokens 512 | grep -q '^WARNING: the disk does not suffice; '"

# ---- What is wrong ----
echo '{"version": "1.0", "model": {"type": "WordPiece"}}' >"$folder/tokenizer.json"
# shellcheck disable=SC2086
check 'a tokenizer that would be refused later' refuses 'tokenizer.json: ' "${good[@]}" $texts --tokenizer "$folder/tokenizer.json"
# shellcheck disable=SC2086
check 'no tokenizer is no matter' "$bin/plan" --rate 1e9 "${good[@]}" $texts --tokenizer "$folder/absent.json"
check 'no shape' refuses 'none.json: cannot be read' --shape "$folder/none.json" --grid "$folder/grid"
check 'no commands' refuses 'none: cannot be read' --shape "$folder/shape.json" --grid "$folder/none"
check 'a folder of commands' refuses 'cannot be read whole' --shape "$folder/shape.json" --grid "$folder"
echo "memorize --layer 3 --out x" >"$folder/deep"
check 'a layer beyond the model' refuses 'deep:1: layer 3 is beyond' --shape "$folder/shape.json" --grid "$folder/deep"
echo "memorize --layer 1" >"$folder/aimless"
check 'a command without a target' refuses 'aimless:1: a command without --out' \
    --shape "$folder/shape.json" --grid "$folder/aimless"
check 'a bad corpus' refuses 'shape.json' "${good[@]}" --encoded "$folder/shape.json"
check 'no jobs' refuses '--jobs' "${good[@]}" --jobs 0
check 'another format' refuses '--format' "${good[@]}" --format xml
check 'a share above 1' refuses '--open' "${good[@]}" --open 2
check 'no such text' refuses '--prompts' "${good[@]}" --prompts -1

# absent GOAL: make stops with one line that names the missing folders and the cure.
absent() {
    local said
    # As within a run: the make that waits for its turn has a word of its own, and knows no -o.
    said=$(env -u MAKEFLAGS -u MAKELEVEL DOCMEM_LOCKED="$PWD" make -s -o "$bin/ingest" "$1" BIN="$bin" PROFILE=pythia-1b \
        OUT="$folder/pythia-1b" DATA="$folder/none" MODELS="$folder/none" 2>&1)
    [ $? -eq 2 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said == *"DATA=$folder/none is no folder here;"*\
"MODEL=$folder/none/pythia-1b is no folder here;"*'name your own: '*DATA=*MODELS=* ]] ||
        { echo "difference: $said"; false; }
}
check 'missing files end a run in one line' absent "$folder/pythia-1b/corpus.db"
check 'local without a model' bash -c "env -u MAKEFLAGS -u MAKELEVEL make -s plan PROFILE=local 2>&1 |
    grep -q 'no MODEL is named; say MODEL=folder'"
finish
