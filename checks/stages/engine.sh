#!/bin/bash
# engine: ENGINE=bf16 gives results of its own tier, near float32's and the same on any threads; what it cannot do it says.
source "$(dirname "$0")/lib.bash"
readonly model=$folder/model encoded=$out/encoded.safetensors
need "$encoded"

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

# says_engine NAME [ENGINE]: the record of its making names the engine.
says_engine() {
    grep -q "^engine ${2:-bf16-.*} (.*)$" "$folder/$1.prov" ||
        { echo 'difference: no engine in'; cat "$folder/$1.prov"; return 1; }
}

# tier ENGINE: what that unit gives is its own tier's, on any threads, in any batches, of any checkpoint.
tier() {
    local engine=$1 reason type
    if ! reason=$(prefix "$engine" "$engine" 2>&1); then
        check "$engine: what is missing is told" refused "engine $engine: this machine has no" "$engine"
        echo "ok $((++number)) - products with $engine # SKIP ${reason#docmem: prefix: }"
        return
    fi
    check "$engine: the record names the engine" says_engine "$engine" "$engine"
    check "$engine: its streams are near those of float32" streams_near float32 "$engine"
    DOCMEM_THREADS=3 prefix "$engine" threads
    check "$engine: three threads give the same bits" cmp "$folder/$engine" "$folder/threads"
    prefix "$engine" batches --batch-rows 700
    check "$engine: so do smaller batches" cmp "$folder/$engine" "$folder/batches"
    for type in F16 F32; do
        prefix float32 exact --model "$folder/$type" && prefix "$engine" rounded --model "$folder/$type"
        check "$engine: weights in $type are rounded once" streams_near exact rounded
    done
}

cat >"$folder/shape.json" <<'END'
{"model_type": "llama", "hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 2,
 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4096, "rms_norm_eps": 1e-5}
END
"$bin/random-model" --shape "$folder/shape.json" --dtype BF16 --out "$model" >/dev/null

for type in F16 F32; do
    "$bin/random-model" --shape "$folder/shape.json" --dtype $type --out "$folder/$type" >/dev/null
done

check 'an unknown engine is refused' refused 'engine f16: there is none' f16
check 'float32 is an engine' prefix float32 float32
check 'float32 is the default' prefix '' default
check 'and the same' cmp "$folder/float32" "$folder/default"
catches 'a record without an engine' says_engine float32
catches 'an engine that does nothing' streams_near float32 default
tier bf16-amx
tier bf16-avx512
if reason=$(prefix bf16 bf16 2>&1); then
    check 'bf16 is one of the two' says_engine bf16
    for engine in bf16-amx bf16-avx512; do
        grep -q "^engine $engine " "$folder/bf16.prov" &&
            check "and gives the bits of $engine" cmp "$folder/bf16" "$folder/$engine"
    done
    [ ! -e "$folder/bf16-amx" ] || check 'AMX where it is' says_engine bf16 bf16-amx
else
    check 'what is missing for bf16, or quicker, is told' refused 'engine bf16: this processor' bf16
fi
finish
