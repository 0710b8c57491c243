"""quantized: a GGUF file of a Llama's shape whose weights are random blocks of one quantized type.

    quantized.py data/shapes/llama-1.1b.json Q4_K out.gguf

The time to widen a block does not depend on the numbers in it. Only their scales are chosen, small enough that
activations stay finite; norms are ones.
"""
import json
import sys

import gguf
import numpy as np


def blocks(rng, kind, rows, columns):
    """(rows, bytes of a row) random blocks, with every half-precision scale about 0.0002."""
    size, width = gguf.GGML_QUANT_SIZES[kind]
    raw = rng.integers(0, 256, (rows * columns // size, width), np.uint8)
    scale = np.frombuffer(np.float16(2e-4).tobytes(), np.uint8)
    raw[:, 0:2] = scale
    if kind == gguf.GGMLQuantizationType.Q4_K:
        raw[:, 2:4] = scale  # of the minima
    return raw.reshape(rows, -1)


def main(shape, kind, out):
    config = json.load(open(shape))
    kind = gguf.GGMLQuantizationType[kind]
    width, hidden, count = (config[k] for k in ("hidden_size", "intermediate_size", "num_hidden_layers"))
    heads, shared = config["num_attention_heads"], config["num_key_value_heads"]
    keys = width // heads * shared
    rng = np.random.default_rng(1)
    file = gguf.GGUFWriter(out, "llama")
    file.add_block_count(count)
    file.add_context_length(config["max_position_embeddings"])
    file.add_embedding_length(width)
    file.add_feed_forward_length(hidden)
    file.add_head_count(heads)
    file.add_head_count_kv(shared)
    file.add_layer_norm_rms_eps(config["rms_norm_eps"])
    file.add_rope_freq_base(config["rope_theta"])
    file.add_vocab_size(config["vocab_size"])

    def matrix(name, rows, columns):
        file.add_tensor(name + ".weight", blocks(rng, kind, rows, columns), raw_dtype=kind)

    def norm(name):
        file.add_tensor(name + ".weight", np.ones(width, np.float32))

    matrix("token_embd", config["vocab_size"], width)
    for i in range(count):
        block = f"blk.{i}."
        norm(block + "attn_norm")
        for name, rows, columns in (("attn_q", width, width), ("attn_k", keys, width), ("attn_v", keys, width),
                                    ("attn_output", width, width)):
            matrix(block + name, rows, columns)
        norm(block + "ffn_norm")
        for name, rows, columns in (("ffn_gate", hidden, width), ("ffn_up", hidden, width),
                                    ("ffn_down", width, hidden)):
            matrix(block + name, rows, columns)
    norm("output_norm")
    matrix("output", config["vocab_size"], width)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


main(*sys.argv[1:])
