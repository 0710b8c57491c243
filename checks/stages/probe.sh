#!/bin/bash
# probe: its replies as a person sees them, and one line for every bad request, file or argument.
source "$(dirname "$0")/lib.bash"
readonly reference=checks/reference shared=${DOCMEM_SHARED:-../shared}
readonly model=$folder/model bare=$reference/llama-gqa

# skip 'what' 'why'
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# answers 'request' 'reply' ARGUMENT...: the whole reply, byte for byte.
answers() {
    local said request=$1 wanted=$2
    shift 2
    said=$(printf '%b' "$request" | "$bin/probe" "$@" 2>&1) && [ "$said" = "$wanted" ] ||
        { echo "$said"; false; }
}

# refuses STATUS 'words' 'request' ARGUMENT...: one line on stderr that says so and gives a cure.
refuses() {
    local status=$1 words=$2 request=$3 said
    shift 3
    said=$(printf '%b' "$request" | "$bin/probe" "$@" 2>&1 >/dev/null)
    [ $? -eq "$status" ] && [[ $said == 'docmem: probe: '*"$words"*\;* ]] &&
        [ "$(wc -l <<<"$said")" -eq 1 ] || { echo "$said"; false; }
}

# usage ARGUMENT...: the list of subcommands, and status 2.
usage() {
    local said
    said=$("$bin/probe" "$@" 2>&1 </dev/null)
    [ $? -eq 2 ] && [[ $said == *'probe tokens MODEL'* ]] || { echo "$said"; false; }
}

# lines N ARGUMENT...: three good requests, of which N are answered; the rest of input is bad.
lines() {
    local wanted=$1 said
    shift
    said=$(printf '{"ids":[%s]}\n' 1 1,2 1,96 1 | "$bin/probe" "$@" 2>/dev/null)
    [ "$(wc -l <<<"$said")" -eq "$wanted" ] || { echo "$said"; false; }
}

# ids COUNT: a request of as many ids.
ids() { printf '{"ids":[%s1]}' "$(for ((i = 1; i < $1; i++)); do printf '1,'; done)"; }

mkdir -p "$model" "$folder/broken"
cp "$bare/config.json" "$bare/model.safetensors" "$model"
cp "$reference/tokenizer-metaspace-first/tokenizer.json" "$model"
cp "$bare/config.json" "$folder/broken"
head -c 20000 "$bare/model.safetensors" >"$folder/broken/model.safetensors"
head -c 500 "$model/tokenizer.json" >"$folder/broken/tokenizer.json"
readonly cell=$reference/memory-gqa-1-plain.safetensors # a file of tensors, but no cell

# ---- Replies ----
check 'text becomes ids' answers '{"text": "a"}\n{"text":"Z"}' $'{"ids":[94]}\n{"ids":[73,0]}' \
    tokens "$model"
check 'BOS on request' answers '{"text":"a"}' '{"ids":[1,94]}' tokens "$model" --bos
check 'ids become text' answers '{"ids":[1,94]}' '{"text":"a"}' text "$model"
check 'text is continued after BOS' answers '{"text":"a"}' '{"ids":[1,94,64,64],"text":"aкк"}' \
    generate "$model" --tokens 2
check 'ids with a tokenizer give text' answers '{"ids":[1,94]}' '{"ids":[1,94,64],"text":"aк"}' \
    generate "$model" --tokens 1
check 'ids without a tokenizer give ids' answers '{"ids":[1,94]}' '{"ids":[1,94,64]}' \
    generate "$bare" --tokens 1
check 'continuation ends at the longest context' \
    answers "$(ids 63)" "$(ids 63 | sed 's/]}/,64]}/')" generate "$bare" --tokens 1000
check 'a full context cannot grow' answers "$(ids 64)" "$(ids 64)" generate "$bare" --tokens 5
check 'one id has logits but no loss' bash -c "echo '{\"ids\":[1]}' | '$bin/probe' logits $bare |
    grep -qE '^\{\"nll\":\[\],\"logits_last\":\[(-?[0-9.]+,){95}-?[0-9.]+\]\}$'"
check 'numbers have nine digits' bash -c "echo '{\"ids\":[1]}' | '$bin/probe' logits $bare |
    grep -oE '[1-9][0-9]*\.[0-9]+' | awk '{ n = length(\$0) - 1
    if (n > 9) exit 1; if (n == 9) full++ } END { exit full < 40 }'"
check 'lines before a bad one are answered' lines 2 logits "$bare"
check 'and each at once' bash -c "coproc '$bin/probe' generate $bare --tokens 1
    echo '{\"ids\":[1]}' >&\${COPROC[1]} && read -r -t 60 line <&\${COPROC[0]} && [ -n \"\$line\" ]"
check 'no line, no reply' answers '' '' logits "$bare"
check 'tensors of a file' bash -c "'$bin/probe' tensors $bare/model.safetensors |
    grep -qx '{\"name\":\"model.embed_tokens.weight\",\"dtype\":\"F32\",\"shape\":\[96,32\]}'"
check 'tensors of a folder of shards' bash -c "[ \$('$bin/probe' tensors $reference/llama-bf16 |
    grep -c '\"dtype\":\"BF16\"') -eq \$(grep -c 'model-0000' $reference/llama-bf16/*.index.json) ]"

# ---- Requests that cannot be answered ----
for verb in "logits $bare" "generate $bare --tokens 2"; do
    check "$verb: no ids" refuses 1 'standard input:1: the sequence is empty' '{"ids":[]}' $verb
    check "$verb: an id too large" refuses 1 'standard input:2: ids[1] is 96' \
        '{"ids":[1]}\n{"ids":[1,96]}' $verb
    check "$verb: too long" refuses 1 'input:1: 65 ids are more than the model' "$(ids 65)" $verb
    check "$verb: an id below 0" refuses 1 'input:1: ids[0] is not' '{"ids":[-1]}' $verb
    check "$verb: a huge id" refuses 1 'input:1: ids[0] is not' '{"ids":[2147483648]}' $verb
    check "$verb: a fraction" refuses 1 'input:1: ids[1] is not' '{"ids":[1,1.0]}' $verb
    check "$verb: a word" refuses 1 'input:1: ids[0] is not' '{"ids":["1"]}' $verb
    check "$verb: no JSON" refuses 1 'input:1: not a JSON object' '{"ids":[1]' $verb
    check "$verb: a number past any" refuses 1 'input:1: not a JSON object' '{"ids":[1e999]}' $verb
    check "$verb: an empty line" refuses 1 'input:2: not a JSON object' '{"ids":[1]}\n\n' $verb
    check "$verb: bad UTF-8" refuses 1 'input:1: not a JSON object' '{"\xff":1}' $verb
    check "$verb: a name twice" refuses 1 'duplicate' '{"ids":[1],"ids":[1]}' $verb
    check "$verb: a list" refuses 1 'input:1: not a JSON object' '[1]' $verb
done
check 'logits of a text' refuses 1 'no list "ids"' '{"text":"a"}' logits "$model"
check 'a text without a tokenizer' refuses 1 'no tokenizer.json' '{"text":"a"}' \
    generate "$bare" --tokens 2
check 'ids and text' refuses 1 'not one of' '{"text":"a","ids":[1]}' generate "$model" --tokens 2
check 'neither' refuses 1 'not one of' '{}' generate "$model" --tokens 2
check 'a text of unknown ids' refuses 1 'ids[1] is 105' '{"text":"is"}' generate "$model" --tokens 2
check 'a text that is a number' refuses 1 'no string "text"' '{"text":1}' tokens "$model"
check 'a line too long to hold' bash -c "head -c 70000000 /dev/zero | tr '\\0' ' ' |
    { ! '$bin/probe' logits $bare 2>'$folder/said'; } &&
    grep -q 'standard input:1: the line is over 64 MiB long; ' '$folder/said'"

# ---- Arguments ----
check 'no subcommand' usage
check 'an unknown subcommand' usage token "$model"
check 'no folder' usage tokens
check 'two folders' usage logits "$model" "$model"
check 'generate without --tokens' refuses 1 '--tokens: must be from 1' '' generate "$bare"
check 'generate no tokens' refuses 1 '--tokens: must be from 1' '' generate "$bare" --tokens 0
check '--tokens elsewhere' refuses 1 'logits: takes no such' '' logits "$bare" --tokens 1
check '--memory elsewhere' refuses 1 'tokens: takes no such' '' tokens "$model" --memory "$cell"
check '--layer alone' refuses 1 'without a memory' '' logits "$bare" --layer 1
check '--bos elsewhere' refuses 1 'text: takes no such' '' text "$model" --bos
check 'help' bash -c "'$bin/probe' --help | grep -q -- --memory"

# ---- Files ----
check 'a model that is not there' refuses 1 "$folder/none/config.json: cannot be read" '' \
    logits "$folder/none"
check 'weights cut short' refuses 1 'model.safetensors: tensor' '' logits "$folder/broken"
check 'a tokenizer that is not there' refuses 1 'tokenizer.json' '' tokens "$bare"
check 'a tokenizer cut short' refuses 1 "$folder/broken/tokenizer.json:" '' \
    generate "$folder/broken" --tokens 1
check 'a memory that is not there' refuses 1 'none.safetensors: cannot be read' '' \
    logits "$bare" --memory "$folder/none.safetensors"
check 'a memory that is none' refuses 1 "$cell: metadata" '' logits "$bare" --memory "$cell"
check 'tensors of no tensors' refuses 1 'config.json' '' tensors "$bare/config.json"
check 'a full disk' bash -c "! '$bin/probe' tensors $bare >/dev/full 2>'$folder/said' &&
    grep -q 'standard output: cannot be written (No space left on device); ' '$folder/said'"

# ---- Real files ----
if [ -r "$shared/tokenizers/llama-2/tokenizer.json" ]; then
    check 'Llama 2 ids of a claim' \
        answers '{"text": "Is it so?"}' '{"ids":[1,1317,372,577,29973]}' \
        tokens "$shared/tokenizers/llama-2" --bos
else skip 'Llama 2 ids of a claim' "$shared/tokenizers/llama-2 is absent"; fi

# A GPT-NeoX as published: its own tokenizer, whose ids are fewer than the model's rows, and buffers.
readonly neox=$folder/neox
if [ -r "$shared/tokenizers/gpt-neox/tokenizer.json" ]; then
    echo '{"model_type": "gpt_neox", "hidden_size": 16, "intermediate_size": 32,
        "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 50304, "rotary_pct": 0.25,
        "max_position_embeddings": 64, "layer_norm_eps": 1e-5, "use_parallel_residual": true}' \
        >"$folder/shape.json"
    check 'a GPT-NeoX is drawn' "$bin/random-model" --shape "$folder/shape.json" --dtype F16 \
        --shard-mib 1 --buffers --out "$neox"
    cp "$shared/tokenizers/gpt-neox/tokenizer.json" "$neox"
    check 'GPT-NeoX ids of a claim' answers '{"text": "Is it so?"}' \
        '{"ids":[0,2513,352,594,32]}' tokens "$neox" --bos
    # As transformers 5.23.0 continues the same checkpoint.
    check 'a GPT-NeoX continues a text' bash -c "echo '{\"text\":\"Is it so?\"}' |
        '$bin/probe' generate $neox --tokens 4 |
        grep -qF '{\"ids\":[0,2513,352,594,32,9002,12983,32654,24417],\"text\":\"Is it so? Wood fert'"
    check 'rows past the tokenizer are ids' bash -c "echo '{\"ids\":[0,50303]}' |
        '$bin/probe' logits $neox | grep -qE '^\{\"nll\":\[1[0-9.]+\],'"
    check 'and have no text' answers '{"ids":[2513,50303]}' '{"text":"Is"}' text "$neox"
    check 'rows past the model are none' refuses 1 'ids[0] is 50304' '{"ids":[50304]}' logits "$neox"
else skip 'a GPT-NeoX with its tokenizer' "$shared/tokenizers/gpt-neox is absent"; fi
finish
