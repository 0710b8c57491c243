#!/bin/bash
# bench_tools: our side of the bench does its jobs, so that `make bench`, which wants PyTorch and a quiet
# machine, does not find out that it cannot.
source "$(dirname "$0")/lib.bash"
readonly model=data/base texts=$folder/texts.safetensors start=$folder/start.safetensors
field() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" $model/config.json; }

# job WORDS...: what bench-ours replies to one request, "go 2 4": seconds, operations and values.
job() { printf 'go 2 4\nend\n' | "$bin/bench-ours" "$@" --encoded "$texts" --model $model; }
# replies VALUES WORDS...: a time, operations and so many values, then the largest memory.
replies() {
    local values=$1
    shift
    job "$@" >"$folder/said"
    awk -v values="$values" 'NR == 1 { if ($1 != "ready") exit 1 }
        NR == 2 { if (!($1 > 0 && $2 > 0 && NF - 2 == values)) exit 1 }
        NR == 3 { if (!($1 > 1000)) exit 1 } END { exit NR != 3 }' "$folder/said" ||
        { sed 's/^/difference: /' "$folder/said"; return 1; }
}

check 'a corpus is drawn' "$bin/bench-data" --vocabulary "$(field vocab_size)" --width "$(field hidden_size)" --documents 4 \
    --claims 8 --longest 60 --steps 4 --out "$texts" --start "$start"
check 'and a start for one that is there' "$bin/bench-data" --encoded "$texts" --width "$(field hidden_size)" --steps 4 \
    --start "$folder/again.safetensors"
check 'which is the same' cmp "$start" "$folder/again.safetensors"
check 'its prefix' "$bin/prefix" --model $model --encoded "$texts" --layers 2 --out "$folder/prefix.safetensors"
check 'blocks forward' replies 0 forward --layer 2
readonly memory=(--prefix "$folder/prefix.safetensors" --start "$start" --layer 2)
check 'two steps of training, a loss each' replies 2 memorize "${memory[@]}"
check 'four prompts answered' replies 4 answer "${memory[@]}"
check 'and freely' replies 4 answer "${memory[@]}" --tokenizer $model/tokenizer.json
finish
