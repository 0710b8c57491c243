#!/bin/bash
# world: the raw files hold what the format and their labels promise, as SQLite and awk read them.
source "$(dirname "$0")/lib.bash"
need "$out/world/train.jsonl" "$out/world/paper_dev.jsonl"

# rows DATABASE: label, id, claim, title and evidence of each claim's first evidence set.
rows() {
    sqlite3 -separator $'\t' "$1" "SELECT label, fever_id, claim.text, title,
            group_concat(sentence.text, ' ')
        FROM claim JOIN evidence USING (split, number) JOIN sentence USING (title)
        WHERE evidence_set = 0 AND sentence.number = evidence.sentence GROUP BY split, claim.number"
}

# sound WORLD: nothing in the raw files contradicts their format or labels.
sound() {
    load_raw "$folder/raw.db" "$1" || return 1
    sqlite3 -bail "$folder/raw.db" ".read '$here/world.sql'" >"$folder/faults" &&
        rows "$folder/raw.db" >"$folder/rows" && awk -f "$here/world_words.awk" "$folder/rows" \
        >>"$folder/faults" || echo 'the raw files cannot be compared' >>"$folder/faults"
    [ "$(wc -l <"$folder/rows")" -gt 100 ] || echo 'hardly any claim has evidence' >>"$folder/faults"
    none "$folder/faults"
}

# planted 'sed command': a copy of the world with some line changed; its folder.
planted() {
    rm -rf "$folder/world"
    cp -r "$out/world" "$folder/world"
    sed -i "$1" "$folder"/world/*.jsonl "$folder"/world/wiki-pages/*.jsonl
    echo "$folder/world"
}

# swappable FROM TO: id of the first claim labelled FROM that its words keep from being TO.
swappable() {
    awk -F '\t' -v from="$1" '$1 == from' "$folder/rows" | sed "s/^$1/$2/" |
        awk -f "$here/world_words.awk" | sed -n '1s/claim \([0-9]*\) .*/\1/p'
}

check 'labels, citations, sentences and names fit together' sound "$out/world"
check 'two runs of the stage give the same bytes' bash -c "'$bin/world' \
    --seed $(argument "$out/world" seed) \
    --half $(argument "$out/world" half) --out '$folder/again' && diff -r '$out/world' '$folder/again'"


readonly true_id=$(swappable SUPPORTS REFUTES) false_id=$(swappable REFUTES SUPPORTS)
readonly unknown_id=$(sqlite3 "$folder/raw.db" \
    "SELECT min(fever_id) FROM claim WHERE label = 'NOT ENOUGH INFO'")
readonly citing_id=$(sqlite3 "$folder/raw.db" \
    "SELECT min(fever_id) FROM claim JOIN evidence USING (split, number) WHERE sentence = 0")
catches 'a supported claim called refuted' sound \
    "$(planted "/\"id\": $true_id,/s/SUPPORTS/REFUTES/")"
catches 'a refuted claim called supported' sound \
    "$(planted "/\"id\": $false_id,/s/REFUTES/SUPPORTS/")"
catches 'an undecidable claim called supported' sound \
    "$(planted "/\"id\": $unknown_id,/s/NOT ENOUGH INFO/SUPPORTS/")"
catches 'a citation of a sentence that is not there' sound \
    "$(planted "/\"id\": $citing_id,/s/, 0\]/, 99]/")"
catches 'a claim that comes twice' sound "$(planted "/\"id\": $true_id,/p")"
catches 'a claim without evidence' sound \
    "$(planted "/\"id\": $true_id,/s/\"evidence\": .*/\"evidence\": []}/")"
catches 'a sentence that its page lacks' sound "$(planted 's/\\n1\\t/&Also so. /')"
catches 'a line that is no JSON' sound "$(planted "/\"id\": $true_id,/s/}$//")"
catches 'a missing split' sound "$(planted p && rm "$folder/world/train.jsonl")"
finish
