#!/bin/bash
# example: README's question of one's own, its files as they stand there, in a copy of the house.
source "$(dirname "$0")/readme.bash"
[ ! -e stages/document_length.c ] || { skip 'the example' 'it is part of this tree already'; finish; }
own=$(section 'A question of your own')
check 'the house is copied' copy_house
run_readme "$own" $((own + 1))
readonly found=$house/build/tiny/document_length.csv
check 'there is a picture' test "$(head -c 8 "$house/figures/document_length.png" | od -An -t x1 | tr -d ' ')" = \
    89504e470d0a1a0a
check 'every layer and saved epoch has its row' test "$(($(wc -l <"$found") - 1))" -eq \
    "$(sqlite3 -readonly "$house/build/results.db" "SELECT count(DISTINCT layer) * count(DISTINCT epoch) FROM prediction
        WHERE allocation = 'none' AND variant = 'plain' AND target = 'document'")"
check 'the pretrained model has one correlation' test 1 -eq \
    "$(awk -F, '$2 == 0 { print $3 }' "$found" | sort -u | wc -l)"
check 'its rows are in the results' test "$(($(wc -l <"$found") - 1))" -eq \
    "$(sqlite3 -readonly "$house/build/results.db" 'SELECT count(*) FROM document_length')"
check 'make status knows it' grep -q '^document_length .* 100 %' <(cd "$house" && make status)
check 'a bad call is one line' grep -qx 'docmem: document_length: no memory is named; .*' \
    <("$house/build/bin/document_length" --encoded build/tiny/encoded.safetensors --out "$folder/none" 2>&1)
check 'a corpus that is none is one line' grep -q 'README.org: .*; ' \
    <("$house/build/bin/document_length" --encoded README.org --out "$folder/none" build/tiny/cells/none-plain-document-L2-s1.safetensors 2>&1)
check 'nothing else was changed' cmp stages/stages.mk "$house/stages/stages.mk"
finish
