# setting: what the model is and what memories were made with, as rows of the table `setting`.
#
# probe tensors MODEL | awk -f setting.awk path=MODEL kind=model - kind=memory NAME.prov... kind=vectors NAME.prov...
# Of the records, each argument of the program; how many files have each value of it.
function put(name, value) {
    if (value ~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) value = sprintf("%.10g", value)
    if (!(kind SUBSEP name SUBSEP value in n)) row[++rows] = kind SUBSEP name SUBSEP value
    n[kind, name, value]++
}
function quoted(text) { gsub(/"/, "\"\"", text); return text ~ /[",]/ ? "\"" text "\"" : text }
# A shape, [4096,192] of a table of words: its two numbers, the larger first, as GGUF turns them round.
function words_of(line,    size, a) {
    gsub(/.*"shape": ?\[|\].*/, "", line)
    split(line, size, /, */)
    a = size[1] + 0 > size[2] + 0
    vocabulary = size[a ? 1 : 2]
    width = size[a ? 2 : 1]
}
kind == "model" {
    if ($0 ~ /"name": ?"[^"]*(embed_tokens|embed_in|token_embd)\.weight"/) words_of($0)
    if (/gpt_neox|attn_qkv/) neox = 1
    if (match($0, /(layers|blk)\.[0-9]+\./)) {
        block = substr($0, RSTART, RLENGTH)
        if (!(block in seen)) { seen[block]; blocks++ }
    }
    next
}
kind && !model_told {
    model_told = kind
    kind = "model"
    put("family", neox ? "GPT-NeoX" : "Llama"); put("blocks", blocks); put("width", width)
    put("vocabulary", vocabulary); put("path", path)
    kind = model_told
}
$1 == "argument" { put($2, substr($0, length($1 $2) + 3)) }
END {
    if (!blocks || !width || !rows) {
        print "docmem: setting: " path ": has no blocks or no table of words that is known; name them in stages/setting.awk" > "/dev/stderr"
        exit 1
    }
    print "kind,name,value,n"
    for (i = 1; i <= rows; i++) {
        split(row[i], part, SUBSEP)
        print part[1] "," part[2] "," quoted(part[3]) "," n[row[i]]
    }
}
