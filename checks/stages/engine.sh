#!/bin/bash
# engine: ENGINE=bf16 gives results of its own tier, near float32's and the same on any threads; what it cannot do it says.
source "$(dirname "$0")/lib.bash"
readonly model=$folder/model encoded=$out/encoded.safetensors
need "$encoded"
unset ONEDNN_MAX_CPU_ISA

# prefix ENGINE NAME WORD...: the streams of the default corpus through the BF16 model.
prefix() {
    local engine=$1 name=$2
    shift 2
    DOCMEM_ENGINE=$engine "$bin/prefix" --model "$model" --encoded "$encoded" --layers 1 \
        --out "$folder/$name" "$@"
}

# refused 'words' ENGINE WORD...: one line that says so, status 1, and no result.
refused() {
    local words=$1 engine=$2 said
    shift 2
    said=$(prefix "$engine" refused "$@" 2>&1)
    [ $? -eq 1 ] && [[ $said == 'docmem: prefix: '*"$words"*\;* ]] && [ "$(wc -l <<<"$said")" -eq 1 ] &&
        [ ! -e "$folder/refused" ] || { echo "$said"; return 1; }
}

# streams NAME: the first numbers of its streams.
streams() {
    local from
    read -r from _ < <(place "$folder/$1" h.1) || return 1
    od -An -v -t f4 -w4 -j "$from" -N 80000 "$folder/$1" | tr -d ' '
}

# streams_near NAME NAME: within the rounding of BF16 (0.7e-3 of numbers up to 0.29), yet not the same.
streams_near() {
    streams "$1" >"$folder/wanted" && streams "$2" >"$folder/found"
    if cmp -s "$folder/wanted" "$folder/found"; then
        echo "difference: none, though one of them was rounded"
        return 1
    fi
    near 5e-3 "$folder/wanted" "$folder/found"
}

# says_engine NAME: the record of its making names engine and library.
says_engine() {
    grep -q '^engine bf16 oneDNN [0-9.]* (.*)$' "$folder/$1.prov" ||
        { echo 'difference: no engine in'; cat "$folder/$1.prov"; return 1; }
}

cat >"$folder/shape.json" <<'END'
{"model_type": "llama", "hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 2,
 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096, "rms_norm_eps": 1e-5}
END
"$bin/random-model" --shape "$folder/shape.json" --dtype BF16 --out "$model" >/dev/null

check 'an unknown engine is refused' refused 'DOCMEM_ENGINE=f16: is not an engine' f16
check 'float32 is an engine' prefix float32 float32
check 'float32 is the default' prefix '' default
check 'and the same' cmp "$folder/float32" "$folder/default"
catches 'a record without an engine' says_engine float32
if reason=$(prefix bf16 bf16 2>&1); then
    check 'the record names the engine' says_engine bf16
    check 'its streams are near those of float32' streams_near float32 bf16
    catches 'an engine that does nothing' streams_near float32 default
    DOCMEM_THREADS=3 prefix bf16 threads
    check 'three threads give the same bits' cmp "$folder/bf16" "$folder/threads"
    prefix bf16 batches --batch-rows 700
    check 'so do smaller batches' cmp "$folder/bf16" "$folder/batches"
    check 'a processor without BF16 is told' \
        env ONEDNN_MAX_CPU_ISA=AVX2 bash -c "$(declare -f prefix refused); folder=$folder bin=$bin \
            model=$model encoded=$encoded; refused 'does not multiply BF16' bf16"
    if grep -qs amx_bf16 /proc/cpuinfo; then
        check 'kernels of AMX are refused' env ONEDNN_MAX_CPU_ISA=AVX512_CORE_AMX bash -c "$(declare -f prefix refused)
            folder=$folder bin=$bin model=$model encoded=$encoded; refused 'allows kernels beyond AVX512_BF16' bf16"
    else echo "ok $((++number)) - kernels of AMX are refused # SKIP this processor has no AMX"; fi
    for type in F16 F32; do
        "$bin/random-model" --shape "$folder/shape.json" --dtype $type --out "$folder/$type" >/dev/null
        prefix float32 exact --model "$folder/$type" && prefix bf16 rounded --model "$folder/$type"
        check "weights in $type are rounded once" streams_near exact rounded
    done
else
    check 'what is missing is told' refused 'engine bf16: this' bf16
    echo "ok $((++number)) - products with the bf16 engine # SKIP ${reason#docmem: prefix: }"
fi
finish
