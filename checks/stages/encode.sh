#!/bin/bash
# encode: ids equal what `probe tokens` makes of texts rebuilt in SQL; the rest equals the corpus.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors corpus=$out/corpus.db
need "$encoded" "$encoded.prov" "$corpus"
readonly tokenizer=$(dirname "$(input "$encoded" tokenizer)")
readonly most=$(argument "$encoded" max-tokens)

ask() { sqlite3 -bail -readonly "$corpus" ".read '$here/encode.sql'" "$1"; }

# tokens KIND: ids of the texts of a kind, a line each, as the tokenizer gives them.
tokens() {
    ask "SELECT json_object('text', text) FROM text WHERE kind = '$1' ORDER BY id, place" |
        "$bin/probe" tokens "$tokenizer" --bos | field ids
}

# Four readings of each prompt become its ids, where its answer starts, the letters and the close.
readonly read_prompts='
function word(line, i) { split(line, list, ","); return list[i] }
{ line[NR % 4] = $0; count[NR % 4] = split($0, list, ",") }
NR % 4 == 0 {
    for (n = 0; word(line[2], n + 1) == word(line[3], n + 1) &&
                word(line[3], n + 1) == word(line[0], n + 1); ) n++
    ids = split(line[2], list, ",")
    common = list[1]
    for (i = 2; i <= n; i++) common = common "," list[i]
    letters = list[n + 1] "," word(line[3], n + 1) "," word(line[0], n + 1)
    print common, count[1], letters, word(line[2], n + 2), ids - n
}'

# found FILE: texts and numbers of an encoded file, as they are wanted.
found() {
    local kind name
    for kind in document template prompt claim; do texts "$1" $kind | sed "s/^/$kind /"; done
    for name in template.document prompt.answer_start prompt.document prompt.claim prompt.label \
        prompt.rows prompt.main answer.letters answer.offset answer.close claim.prompt claim.same \
        document.half; do
        tensor "$1" $name | sed "s/^/$name /"
    done
}

# halves: a bit of each title's FNV-1a hash, mixed; the shell's numbers wrap at 64 bits.
halves() {
    local byte hash
    ask 'SELECT hex(title) FROM page ORDER BY id' | while read -r title; do
        hash=$((0xcbf29ce484222325))
        for ((byte = 0; byte < ${#title}; byte += 2)); do
            hash=$(((hash ^ 16#${title:byte:2}) * 0x100000001b3))
        done
        hash=$(((hash ^ (hash >> 33 & 0x7fffffff)) * 0xff51afd7ed558ccd))
        echo $((hash < 0))
    done
}

# column NAME 'SQL': the numbers of a tensor from the corpus.
column() { ask "$2" | sed "s/^/$1 /"; }

wanted() {
    tokens document | cut -d , -f "1-$most" | sed 's/^/document /'
    tokens template | sed 's/^/template /'
    tokens claim >"$folder/claims"
    tokens prompt | awk "$read_prompts" >"$folder/prompts"
    sed 's/ .*//; s/^/prompt /' "$folder/prompts"
    sed 's/^/claim /' "$folder/claims"
    column template.document 'SELECT page FROM template ORDER BY id'
    awk '{ print "prompt.answer_start " $2 }' "$folder/prompts"
    column prompt.document 'SELECT page FROM prompt ORDER BY id'
    column prompt.claim 'SELECT claim FROM prompt ORDER BY id'
    column prompt.label "SELECT unicode(letter) - unicode('a') FROM said JOIN prompt
        ON prompt.claim = said.id ORDER BY prompt.id"
    column prompt.rows 'SELECT rows FROM prompt ORDER BY id'
    column prompt.main 'SELECT main FROM prompt ORDER BY id'
    cut -d ' ' -f 3 "$folder/prompts" | sort -u | tr , '\n' | sed 's/^/answer.letters /'
    printf 'answer.offset %s\n' 0 1 2 3
    cut -d ' ' -f 4 "$folder/prompts" | sort -u | sed 's/^/answer.close /'
    column claim.prompt 'SELECT id FROM prompt WHERE main ORDER BY id'
    column claim.same 'WITH asked AS (SELECT row_number() OVER (ORDER BY prompt.id) - 1 AS number, text
        FROM prompt JOIN said ON said.id = prompt.claim WHERE main)
        SELECT min(number) OVER (PARTITION BY text) FROM asked ORDER BY number'
    halves | sed 's/^/document.half /'
}

# equal FILE: an encoded file is as wanted.
equal() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    found "$1" >"$folder/found" || return 1
    same "$folder/wanted" "$folder/found"
}

# planted TENSOR ELEMENT BYTES: a copy with one number changed; its path.
planted() {
    cp "$encoded" "$folder/planted"
    plant "$folder/planted" "$@" && echo "$folder/planted"
}

wanted >"$folder/wanted"
check 'ids, labels and places follow from the corpus' equal "$encoded"
check 'every answer is a letter and its close' \
    awk '$5 != 2 { print; bad = 1 } END { exit bad || NR == 0 }' "$folder/prompts"
check 'the longest document is named' test "$(ask_header "$encoded" '$."__metadata__".max_tokens')" = "$most"
catches 'another id in a document' equal "$(planted document.ids 3 '\x07\x00\x00\x00')"
catches 'another id in a prompt' equal "$(planted prompt.ids 99 '\x07\x00\x00\x00')"
catches 'a shifted document' equal "$(planted document.offset 1 '\x05\x00\x00\x00\x00\x00\x00\x00')"
catches 'a shifted answer' equal "$(planted prompt.answer_start 0 '\x05\x00\x00\x00')"
label=$(tensor "$encoded" prompt.label | head -n 1)
catches 'a swapped label' equal "$(planted prompt.label 0 "\\x0$(((label + 1) % 3))\\x00\\x00\\x00")"
catches 'a prompt about another document' equal "$(planted prompt.document 5 '\x4f\x00\x00\x00')"
catches 'swapped letters' equal \
    "$(planted answer.letters 0 "$(printf '\\x%02x\\x%02x\\x00\\x00' 9 0)")"
catches 'another id in a claim' equal "$(planted claim.ids 4 '\x07\x00\x00\x00')"
catches 'a claim of another prompt' equal "$(planted claim.prompt 2 '\x00\x00\x00\x00')"
catches 'a claim like another' equal "$(planted claim.same 2 '\x00\x00\x00\x00')"
catches 'a page of the other half' equal \
    "$(planted document.half 0 "\\x0$((1 - $(tensor "$encoded" document.half | head -n 1)))\\x00\\x00\\x00")"
catches 'a file that is absent' equal "$folder/absent"
finish
