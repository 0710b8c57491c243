#!/bin/bash
# gates: the shipped base model can do what the study needs of it; a model that cannot is refused by name.
source "$(dirname "$0")/lib.bash"
need data/base/model.safetensors data/base/config.json data/base/tokenizer.json

# gates MODEL: its table in $folder/gates.csv, of the exploratory half; fails where one is missed.
gates() { "$bin/gates" --model "$1" --halves 1 --out "$folder/gates.csv"; }

check 'every gate of the shipped model holds' gates data/base
check 'each gate has its number and interval' test "$(awk -F, '$9 == "yes" && $3 <= $2 && $2 <= $4' \
    "$folder/gates.csv" | wc -l)" -eq 6
check 'the model takes 16 MB at most' test "$(wc -c <data/base/model.safetensors)" -le 16000000

# A model whose heads no longer find their places cannot compare a claim with a page.
cp -r data/base "$folder/lost"
sed -i 's/"rope_theta": *[0-9]*/"rope_theta": 10/' "$folder/lost/config.json"
said=$(gates "$folder/lost" 2>&1)
check 'a model that cannot use its context is refused' test $? -eq 1
check 'and the gates it misses are named' grep -q 'page in context is 0' <<<"$said"
finish
