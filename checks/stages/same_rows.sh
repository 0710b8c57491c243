#!/bin/bash
# same_rows: at a real width, the bits of every stage stay the same whatever the threads and the
# batches, with either family, its weights mapped, and each kernel that this processor has.
source "$(dirname "$0")/lib.bash"
readonly encoded=$folder/encoded
kernels=Haswell
grep -qs avx512f /proc/cpuinfo && kernels+=' SkylakeX'

corpus() {
    "$bin/world" --pages 6 --others 3 --dev 4 --train 3 --out "$folder/world" &&
        "$bin/ingest" --wiki "$folder/world/wiki-pages" --train "$folder/world/train.jsonl" \
            --dev "$folder/world/paper_dev.jsonl" --top 6 --nei title --out "$folder/corpus" &&
        "$bin/encode" --corpus "$folder/corpus" --tokenizer data/base/tokenizer.json \
            --max-tokens 60 --out "$encoded"
}

# model FAMILY DTYPE: two blocks of width 512, with a vocabulary that the tokenizer fits in.
model() {
    local shape="\"hidden_size\":512,\"intermediate_size\":1024,\"num_hidden_layers\":2,
        \"num_attention_heads\":8,\"vocab_size\":4096,\"max_position_embeddings\":512"
    if [ "$1" = llama ]; then shape+=",\"model_type\":\"llama\",\"num_key_value_heads\":2"
    else shape+=",\"model_type\":\"gpt_neox\",\"rotary_pct\":0.25,\"layer_norm_eps\":1e-05,
        \"hidden_act\":\"gelu\",\"use_parallel_residual\":true"; fi
    echo "{$shape,\"tie_word_embeddings\":false}" >"$folder/shape.json"
    "$bin/random-model" --shape "$folder/shape.json" --seed 1 --dtype "$2" --out "$folder/$1" &&
        cp data/base/tokenizer.json "$folder/$1/"
}

# run NAME FAMILY THREADS ROWS PROMPTS: prefix, memorize, answer; their files begin with NAME.
run() {
    local name=$folder/$1 frozen=(--model "$folder/$2" --encoded "$encoded" --float-budget 0)
    export DOCMEM_THREADS=$3
    "$bin/prefix" "${frozen[@]}" --layers 0 --batch-rows "$4" --out "$name.prefix" &&
        "$bin/memorize" "${frozen[@]}" --prefix "$name.prefix" --layer 0 --entries 32 --epochs 2 \
            --save 2 --out "$name.cell" &&
        "$bin/answer" "${frozen[@]}" --prefix "$name.prefix" --cell "$name.cell" --batch "$5" \
            --out "$name.csv"
}

# same NAME NAME: the files of two runs are the same bytes.
same() {
    local kind
    for kind in prefix cell csv; do
        cmp "$folder/$1.$kind" "$folder/$2.$kind" || { echo "difference in $kind"; return 1; }
    done
}

check 'a corpus' corpus
check 'a Llama in BF16' model llama BF16
check 'a GPT-NeoX in F16' model gpt_neox F16
[ $failures -eq 0 ] || finish
for core in $kernels; do
    export OPENBLAS_CORETYPE=$core
    check "$core: rows that sequences share have the bits of rows of their own" "$bin/check-batch"
    check "$core: texts that begin alike share rows" "$bin/check-encoded"
    check "$core: a row has the same bits in each place that generation gives it" "$bin/check-gemm"
    for family in llama gpt_neox; do
        check "$core, $family: all stages run" run one "$family" 1 2048 32
        check "$core, $family: two threads" run two "$family" 2 2048 32
        check "$core, $family: the same bits on two threads" same one two
        check "$core, $family: small batches" run small "$family" 3 64 1
        check "$core, $family: the same bits in small batches" same one small
    done
done
[ "$kernels" = Haswell ] && echo "# skipped the kernels for AVX-512: this processor has none"
# A file of other bits is seen.
cp "$folder/small.csv" "$folder/other.csv"
cp "$folder/small.prefix" "$folder/other.prefix"
sed 's/0/1/' "$folder/small.cell" >"$folder/other.cell"
catches 'other bits' same small other
finish
