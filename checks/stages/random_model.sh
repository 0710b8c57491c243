#!/bin/bash
# random_model: random checkpoints open as models, whatever their type and shards, and hold what they should.
source "$(dirname "$0")/lib.bash"
readonly llama='{"model_type": "llama", "hidden_size": 64, "intermediate_size": 96,
    "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 5000,
    "rms_norm_eps": 1e-5}'
readonly neox='{"model_type": "gpt_neox", "hidden_size": 64, "intermediate_size": 96,
    "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 5000, "rotary_pct": 0.25,
    "max_position_embeddings": 32, "layer_norm_eps": 1e-5, "use_parallel_residual": true}'

# draw NAME SHAPE WORD...: the checkpoint NAME.
draw() {
    local name=$1 shape=$2
    shift 2
    echo "$shape" >"$folder/shape.json"
    "$bin/random-model" --shape "$folder/shape.json" "$@" --out "$folder/$name"
}

# losses NAME: of a few ids, one a line.
losses() {
    echo '{"ids": [1, 5, 4999, 7, 300]}' | "$bin/probe" logits "$folder/$1" | field nll | tr , '\n'
}

# losses_near TOLERANCE NAME NAME
losses_near() {
    losses "$2" >"$folder/wanted"
    losses "$3" >"$folder/found"
    near "$1" "$folder/wanted" "$folder/found"
}

# spread MODEL TENSOR: mean 0 and deviation 0.02, within five standard errors, and no value beyond 3.46 of them.
spread() {
    tensor "$folder/$1/model.safetensors" "$2" | awk '
        { sum += $1; squares += $1 * $1; most = $1 > most ? $1 : most; least = $1 < least ? $1 : least }
        END {
            if (NR < 1000) { print "difference: " NR " numbers"; exit 1 }
            mean = sum / NR; deviation = sqrt(squares / NR - mean * mean)
            if (mean ^ 2 > 25 * 4e-4 / NR || (deviation - 0.02) ^ 2 > 25 * 2e-4 / NR ||
                most > 0.0692 || least < -0.0692) {
                print "difference: mean " mean ", deviation " deviation ", " least " to " most; exit 1 }
        }'
}

# names NAME: the tensors, their types and shapes, sorted.
names() { "$bin/probe" tensors "$folder/$1" | sort; }

# tensor_is NAME TENSOR DTYPE SHAPE
tensor_is() {
    names "$1" | grep -qxF "{\"name\":\"$2\",\"dtype\":\"$3\",\"shape\":[$4]}" ||
        { echo "difference: no $3 $2 [$4]"; names "$1" | grep -F "$2"; return 1; }
}

# refused 'words' SHAPE WORD...: one line that says so, and no checkpoint.
refused() {
    local words=$1 said
    shift
    rm -rf "$folder"/refused*
    said=$(draw refused "$@" 2>&1)
    [ $? -eq 1 ] && [[ $said == 'docmem: random-model: '*"$words"*\;* ]] && [ "$(wc -l <<<"$said")" -eq 1 ] &&
        ! compgen -G "$folder/refused*" || { echo "$said"; return 1; }
}

for type in F32 F16 BF16; do
    check "a $type Llama" draw llama-$type "$llama" --dtype $type
    check "a $type Llama in shards" draw llama-$type-shards "$llama" --dtype $type --shard-mib 1
    check "$type: shards hold the same model" losses_near 0 llama-$type llama-$type-shards
done
check 'shards are several, with an index' test -s "$folder/llama-F32-shards/model-00003-of-00003.safetensors" \
    -a -s "$folder/llama-F32-shards/model.safetensors.index.json"
check 'F16 rounds F32' losses_near 1e-3 llama-F32 llama-F16
check 'BF16 rounds F32' losses_near 1e-2 llama-F32 llama-BF16
check 'weights are spread as said' spread llama-F32 model.layers.1.mlp.up_proj.weight
check 'embeddings too' spread llama-F32 model.embed_tokens.weight
check 'the same again' draw again "$llama" --dtype BF16 --seed 1
check 'has the same bits' cmp "$folder/again/model.safetensors" "$folder/llama-BF16/model.safetensors"
check 'another seed' draw other "$llama" --dtype BF16 --seed 2
check 'has others' test -n "$(cmp "$folder/other/model.safetensors" "$folder/llama-BF16/model.safetensors")"
check 'grouped keys' tensor_is llama-F32 model.layers.2.self_attn.k_proj.weight F32 32,64
check 'an unembedding' tensor_is llama-F32 lm_head.weight F32 5000,64

check 'a tied Llama' draw tied "${llama/\"hidden_size\"/\"tie_word_embeddings\": true, \"hidden_size\"}"
check 'has no unembedding' test "$(names tied | wc -l)" -eq $(($(names llama-F32 | wc -l) - 1))

check 'a GPT-NeoX model' draw neox "$neox" --dtype F16
check 'with buffers' draw buffers "$neox" --dtype F16 --buffers
check 'query, key and value in one' tensor_is neox gpt_neox.layers.1.attention.query_key_value.weight F16 192,64
check 'their bias' tensor_is neox gpt_neox.layers.1.attention.query_key_value.bias F16 192
check 'its unembedding' tensor_is neox embed_out.weight F16 5000,64
check 'a block has twelve tensors' test "$(names neox | grep -c 'layers\.1\.')" -eq 12
check 'buffer: mask' tensor_is buffers gpt_neox.layers.1.attention.bias BOOL 1,1,32,32
check 'buffer: masked value' tensor_is buffers gpt_neox.layers.1.attention.masked_bias F16 ''
check 'buffer: frequencies' tensor_is buffers gpt_neox.layers.1.attention.rotary_emb.inv_freq F16 2

check 'refuses another family' refused 'model_type is gpt2' '{"model_type": "gpt2"}'
check 'refuses what is no JSON' refused 'shape.json:1' 'hidden_size = 64'
check 'refuses an absent size' refused 'vocab_size' "${llama/vocab_size/words}"
check 'refuses a size that is none' refused 'hidden_size' "${llama/\"hidden_size\": 64/\"hidden_size\": \"64\"}"
check 'refuses a type' refused '--dtype' "$llama" --dtype F64
check 'refuses no megabyte' refused '--shard-mib' "$llama" --shard-mib 0

for shape in data/shapes/*.json; do
    check "$(basename "$shape") is a shape" grep -Eq '"model_type": "(llama|gpt_neox)"' "$shape"
done
finish
