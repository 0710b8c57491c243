#!/bin/bash
# prefix: rows of texts that start alike are the same bytes, and losses above them are the model's.
source "$(dirname "$0")/lib.bash"
readonly prefix=$out/prefix.safetensors encoded=$out/encoded.safetensors
need "$prefix" "$prefix.prov" "$encoded"
readonly model=$(dirname "$(input "$prefix" model)") layers=$(argument "$prefix" layers | tr , ' ')
readonly last=${layers##* }
readonly width=$(ask_header "$prefix" "\$.\"h.$last\".shape[1]")

# starts: first row of every text in the file's order, and how many ids it shares with the first
# prompt; a prompt's ids are followed by three rows for its letters, and after prompts come claims.
starts() {
    {
        texts "$encoded" prompt | head -n 1
        texts "$encoded" document && texts "$encoded" template
        texts "$encoded" prompt | sed 's/$/,a,b,c/'
        texts "$encoded" claim
    } | awk -F, 'NR == 1 { common = split($0, first); next }
        { for (n = 0; n < NF && n < common && $(n + 1) == first[n + 1]; ) n++
          print row + 0, n; row += NF } END { print row, 0 }'
}

# row_bytes FILE TENSOR ROW COUNT: bytes of rows.
row_bytes() {
    local from
    read -r from _ < <(place "$1" "$2") || return 1
    tail -c +$((from + 4 * width * $3 + 1)) "$1" | head -c $((4 * width * $4))
}

# alike FILE: every block has all rows, and texts that start alike have the same first rows.
alike() {
    local layer row shared bad=0
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    for layer in $layers; do
        [ "$(ask_header "$1" "\$.\"h.$layer\".shape")" = \
            "[$(tail -n 1 "$folder/starts" | cut -d ' ' -f 1),$width]" ] ||
            { echo "difference: h.$layer has another shape"; return 1; }
        while read -r row shared; do
            cmp -s <(row_bytes "$1" "h.$layer" "$row" "$shared") \
                <(row_bytes "$1" "h.$layer" "$first" "$shared") ||
                { echo "difference: h.$layer, rows $row and on"; bad=1; }
        done < <(awk 'NR % 97 == 1 && $2 > 0' "$folder/starts")
    done
    return $bad
}

# losses FILE: document losses of the model without a memory, from the stream after the last layer.
losses() {
    "$bin/memorize" --model "$model" --encoded "$encoded" --prefix "$1" --layer "$last" \
        --entries 1 --epochs 1 --save 1 --batch 4096 --out "$folder/cell" || return 1
    tensor "$folder/cell" document_nll | head -n "$(wc -l <"$folder/wanted")"
}

# same_losses FILE: they are those that the model gives by itself.
same_losses() {
    losses "$1" >"$folder/found" || { echo "difference: no losses from $1"; return 1; }
    near 1e-5 "$folder/wanted" "$folder/found"
}

# planted ELEMENT: a copy with one number of the last block's stream changed; its path.
planted() {
    cp "$prefix" "$folder/planted"
    plant "$folder/planted" "h.$last" "$1" '\x00\x00\xc8\x42' && echo "$folder/planted"
}

# rounded FILE: its last block's rows of documents are those of the prefix, each to the nearest BF16, a tie to the even one.
rounded() {
    local from at count
    read -r at count < <(place "$1" "h.$last") && read -r from _ < <(place "$prefix" "h.$last") || return 1
    [ "$(ask_header "$1" "\$.\"h.$last\".dtype")" = BF16 ] || { echo "difference: h.$last is not BF16"; return 1; }
    paste <(od -An -v -tu4 -w4 -j "$from" -N $((2 * count)) "$prefix") <(od -An -v -tu2 -w2 -j "$at" -N "$count" "$1") | awk '
        { high = int($1 / 65536); low = $1 - 65536 * high
          if (low > 32768 || (low == 32768 && high % 2)) high++
          if (high != $2) { print "difference: number " NR - 1 ": wanted " high ", found " $2; exit 1 } }'
}

starts >"$folder/starts"
readonly first=$(sed -n "$((1 + $(texts "$encoded" document | wc -l) + \
    $(texts "$encoded" template | wc -l)))s/ .*//p" "$folder/starts")
texts "$encoded" document | mean_losses "$model" >"$folder/wanted"
readonly prompt=$(awk 'NR % 97 == 1 && $2 > 20 { row = $1 } END { print row }' "$folder/starts")
check 'texts that start alike have the same rows' alike "$prefix"
check 'losses above the last block are those of probe' same_losses "$prefix"
catches 'a changed number in a document' same_losses "$(planted $((width * 3 + 5)))"
catches 'a changed number in a prompt' alike "$(planted $((width * prompt + width + 1)))"
rm -f "$folder/planted"
"$bin/prefix" --model "$model" --encoded "$encoded" --layers "$last" --texts document --stream bf16 --out "$folder/bf16" >"$folder/said" 2>&1
check 'with --stream bf16 the same rows, rounded' rounded "$folder/bf16"
losses "$folder/bf16" >"$folder/rounded"
check 'losses above the rounded stream are near those of probe' near 2e-2 "$folder/wanted" "$folder/rounded"
plant "$folder/bf16" "h.$last" 7 '\x00\x42'
catches 'a number that is rounded otherwise' rounded "$folder/bf16"
refused() { ! "$bin/prefix" --model "$model" --encoded "$encoded" --layers 0 --stream f16 --out "$folder/bf16" 2>"$folder/said" &&
    [ "$(cat "$folder/said")" = 'docmem: prefix: --stream: there is no f16; choose float32 or bf16' ]; }
check 'another kind of stream is refused in one line' refused
catches 'a file that is absent' alike "$folder/absent"
finish
