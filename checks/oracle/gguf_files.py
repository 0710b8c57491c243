#!/usr/bin/env python3
"""GGUF files for checks/unit/*/gguf*.c, written by the Python package gguf, and what they hold.

    build/oracle/bin/python checks/oracle/gguf_files.py write checks/reference
    build/oracle/bin/python checks/oracle/gguf_files.py folder MODEL.gguf FOLDER
    build/oracle/bin/python checks/oracle/gguf_files.py expect FOLDER checks/reference/gguf/smollm2.jsonl

`expect` asks transformers and tokenizers about such a folder of SmolLM2. `folder` makes a Hugging Face folder of a Llama's GGUF file: its dequantized weights in float32, and its
configuration. Nothing here knows docmem.
"""
import io
import json
import os
import sys

import gguf
import numpy as np
import sentencepiece
import tokenizers
import torch
from gguf.quants import dequantize
from safetensors.numpy import save_file
from safetensors.torch import load_file

QUANTIZED = "Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K".split()
# Where in a block its binary16 scales lie.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82],
          "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
ROWS, COLUMNS = 3, 512


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# ---- Types ----------------------------------------------------------------------------------------

def random_blocks(name, random):
    """Any bytes, but scales that are finite: of either sign, subnormal ones among them."""
    kind = gguf.GGMLQuantizationType[name]
    block, size = gguf.GGML_QUANT_SIZES[kind]
    count = ROWS * COLUMNS // block
    data = random.integers(0, 256, (count, size), dtype=np.uint8)
    for at in SCALES[name]:
        bits = random.integers(0, 0x7c00, count, dtype=np.uint16) | random.integers(0, 2, count, dtype=np.uint16) << 15
        data[:, at:at + 2] = bits.astype("<u2").view(np.uint8).reshape(count, 2)
    return data.reshape(ROWS, -1)


def write_types(folder):
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(f"{folder}/types.gguf", "llama")
    wide = {}
    for name in QUANTIZED:
        kind, data = gguf.GGMLQuantizationType[name], random_blocks(name, random)
        writer.add_tensor(name, data, raw_dtype=kind)
        wide[name] = dequantize(data, kind)
    plain = random.standard_normal((2, 5)).astype(np.float32)
    for name in ("F32", "F16", "BF16"):
        kind = gguf.GGMLQuantizationType[name]
        data = gguf.quants.quantize(plain, kind)
        writer.add_tensor(name, data, raw_dtype=kind if name == "BF16" else None)
        wide[name] = dequantize(data, kind).reshape(plain.shape)
    finish(writer)
    save_file({name: np.ascontiguousarray(values) for name, values in wide.items()}, f"{folder}/types.safetensors")


# ---- Models ---------------------------------------------------------------------------------------

LLAMA = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
         "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
         "model.embed_tokens": "token_embd", "lm_head": "output", "model.norm": "output_norm"}
NEOX = {"input_layernorm": "attn_norm", "attention.query_key_value": "attn_qkv", "attention.dense": "attn_output",
        "post_attention_layernorm": "ffn_norm", "mlp.dense_h_to_4h": "ffn_up", "mlp.dense_4h_to_h": "ffn_down",
        "gpt_neox.embed_in": "token_embd", "embed_out": "output", "gpt_neox.final_layer_norm": "output_norm"}


def pairs_together(x, heads):
    """llama.cpp's order of a Llama's query and key rows: the two columns that RoPE turns are neighbours."""
    return x.reshape(heads, 2, x.shape[0] // heads // 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def pairs_apart(x, heads):
    return x.reshape(heads, x.shape[0] // heads // 2, 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def by_part(x, heads):
    """GPT-NeoX's fused projection: all queries, all keys, all values."""
    parts = x.reshape(heads, 3, x.shape[0] // heads // 3, *x.shape[1:])
    return parts.swapaxes(0, 1).reshape(x.shape)


def gguf_name(name, table):
    stem, end = name.rsplit(".", 1)
    if ".layers." in stem:
        block, part = stem.split(".layers.")[1].split(".", 1)
        return f"blk.{block}.{table[part]}.{end}" if part in table else None
    return f"{table[stem]}.{end}" if stem in table else None


def tell_llama(writer, config):
    heads = config["num_attention_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_head_count_kv(config.get("num_key_value_heads") or heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_rope_dimension_count(size)
    writer.add_rope_freq_base(config.get("rope_theta") or config["rope_parameters"]["rope_theta"])


def tell_neox(writer, config):
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_parallel_residual(config.get("use_parallel_residual", True))
    writer.add_rope_dimension_count(int(config["rotary_pct"] * (config["hidden_size"] // config["num_attention_heads"])))
    writer.add_rope_freq_base(config["rotary_emb_base"])


def write_model(source, target):
    config = json.load(open(f"{source}/config.json"))
    neox = config["model_type"] == "gpt_neox"
    qwen2 = config["model_type"] == "qwen2"  # whose rows llama.cpp leaves as they are
    writer = gguf.GGUFWriter(target, "gptneox" if neox else "qwen2" if qwen2 else "llama")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    (tell_neox if neox else tell_llama)(writer, config)
    heads, kv = config["num_attention_heads"], config.get("num_key_value_heads") or config["num_attention_heads"]
    for part in sorted(p for p in os.listdir(source) if p.startswith("model") and p.endswith(".safetensors")):
        for name, x in load_file(f"{source}/{part}").items():
            new = gguf_name(name, NEOX if neox else LLAMA)
            if not new or not x.is_floating_point():
                continue
            kind = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}[x.dtype]
            x = x.float().numpy()
            x = (x if qwen2 else pairs_together(x, heads) if ".attn_q." in new else pairs_together(x, kv) if ".attn_k." in new
                 else by_part(x, heads) if ".attn_qkv." in new else x)
            kind = gguf.GGMLQuantizationType[kind if x.ndim > 1 else "F32"]
            writer.add_tensor(new, gguf.quants.quantize(np.ascontiguousarray(x), kind),
                              raw_dtype=kind if kind.name == "BF16" else None)
    finish(writer)


# ---- Tokenizers -----------------------------------------------------------------------------------

def texts(folder):
    """Texts of the other fixtures, and some in which digits and spaces stand in every way."""
    read = map(json.loads, open(f"{folder}/tokenizer-fixtures.jsonl"))
    lines = [line["text"] for line in read if "text" in line]
    return list(dict.fromkeys(lines + ["", " ", "  a  b ", "in 1984, 12.5% of 007", "1a2 3", "x\u00b2\u00bd \u2167\u0663",
                                       "<|end|> and <thing>x<thing> y", "<s>a</s>", "tab\there\n\nend", "caf\u00e9 cafe\u0301"]))


def write_llama(folder, samples):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(samples), model_writer=model, model_type="bpe", vocab_size=600, byte_fallback=True,
        character_coverage=0.98, normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1,
        user_defined_symbols=["<thing>", "\u2581\u2581\u2581"], hard_vocab_limit=False, minloglevel=2)
    sp = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    writer = gguf.GGUFWriter(f"{folder}/gguf/llama.gguf", "llama")
    ids = range(sp.vocab_size())
    kinds = [2 if sp.is_unknown(i) else 3 if sp.is_control(i) else 6 if sp.is_byte(i)
             else 4 if sp.id_to_piece(i) in ("<thing>", "\u2581\u2581\u2581") else 1 for i in ids]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([sp.id_to_piece(i).encode() for i in ids])
    writer.add_token_scores([sp.get_score(i) for i in ids])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(sp.bos_id())
    writer.add_eos_token_id(sp.eos_id())
    writer.add_unk_token_id(sp.unk_id())
    finish(writer)
    # A control piece in a text is one token to docmem, as to transformers, and text to SentencePiece.
    return [{"tokenizer": "llama", "text": t, "ids": sp.encode(t), "decoded": sp.decode(sp.encode(t))}
            for t in samples if "<s>" not in t]


GPT4 = ("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|DIGITS| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
        "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")


def cut(pre):
    """How a tokenizer of this name cuts texts, as the published tokenizer.json has it."""
    steps = tokenizers.pre_tokenizers
    if pre == "smollm":
        return steps.Sequence([steps.Digits(individual_digits=True), steps.ByteLevel(add_prefix_space=False)])
    if pre == "olmo":
        return steps.ByteLevel(add_prefix_space=False)
    pattern = tokenizers.Regex(GPT4.replace("DIGITS", "\\p{N}{1,3}" if pre == "llama-bpe" else "\\p{N}"))
    return steps.Sequence([steps.Split(pattern, "isolated"), steps.ByteLevel(add_prefix_space=False, use_regex=False)])


def write_gpt2(folder, samples, pre, architecture="llama"):
    name = "gpt2" if pre == "smollm" else f"gpt2-{pre}"
    model = tokenizers.Tokenizer(tokenizers.models.BPE(ignore_merges=pre == "llama-bpe"))
    model.pre_tokenizer = cut(pre)
    if architecture in ("gptneox", "qwen2"):
        model.normalizer = tokenizers.normalizers.NFC()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=500, special_tokens=["<|end|>"], show_progress=False,
                                             initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    model.train_from_iterator(samples, trainer)
    model.decoder = tokenizers.decoders.ByteLevel()
    model.add_tokens([tokenizers.AddedToken("<thing>", normalized=False)])
    kept = json.loads(model.to_str())["model"]
    tokens = sorted(model.get_vocab(), key=model.get_vocab().get)
    writer = gguf.GGUFWriter(f"{folder}/gguf/{name}.gguf", architecture)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([t.encode() for t in tokens])
    writer.add_token_types([3 if t == "<|end|>" else 4 if t == "<thing>" else 1 for t in tokens])
    writer.add_token_merges([" ".join(m) if isinstance(m, list) else m for m in kept["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    finish(writer)
    return [{"tokenizer": name, "text": t, "ids": model.encode(t).ids, "decoded": model.decode(model.encode(t).ids)}
            for t in samples]


def write(folder):
    os.makedirs(f"{folder}/gguf", exist_ok=True)
    write_types(f"{folder}/gguf")
    for name in ("llama-gqa", "llama-f16", "llama-bf16", "neox-f16", "neox-bf16", "relative-qwen2"):
        write_model(f"{folder}/{name}", f"{folder}/gguf/{name}.gguf")
    samples = texts(folder)
    with open(f"{folder}/gguf/tokens.jsonl", "w") as file:
        for line in (write_llama(folder, samples) + write_gpt2(folder, samples, "smollm") + write_gpt2(folder, samples, "llama-bpe")
                     + write_gpt2(folder, samples, "stablelm2") + write_gpt2(folder, samples, "olmo", "gptneox")
                     + write_gpt2(folder, samples, "qwen2", "qwen2")):
            file.write(json.dumps(line) + "\n")


# ---- A folder of what a file holds ----------------------------------------------------------------

def folder_of(path, folder):
    reader = gguf.GGUFReader(path)
    get = lambda key, missing=None: reader.fields[f"llama.{key}"].contents() if f"llama.{key}" in reader.fields else missing
    heads, kv = get("attention.head_count"), get("attention.head_count_kv", get("attention.head_count"))
    back = {new: old for old, new in LLAMA.items()}
    weights = {}
    for tensor in reader.tensors:
        x = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        *block, part, end = tensor.name.split(".")
        x = pairs_apart(x, heads if part == "attn_q" else kv) if part in ("attn_q", "attn_k") else x
        name = f"model.layers.{block[1]}.{back[part]}" if block else back[part]
        weights[f"{name}.{end}"] = np.ascontiguousarray(x)
    os.makedirs(folder, exist_ok=True)
    save_file(weights, f"{folder}/model.safetensors", metadata={"format": "pt"})
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "torch_dtype": "float32",
              "num_hidden_layers": get("block_count"), "hidden_size": get("embedding_length"),
              "intermediate_size": get("feed_forward_length"), "max_position_embeddings": get("context_length"),
              "num_attention_heads": heads, "num_key_value_heads": kv, "rope_theta": get("rope.freq_base", 10000.0),
              "rms_norm_eps": get("attention.layer_norm_rms_epsilon"),
              "vocab_size": len(weights["model.embed_tokens.weight"]), "tie_word_embeddings": "lm_head.weight" not in weights}
    json.dump(config, open(f"{folder}/config.json", "w"), indent=2)
    tokens, kinds, merges = (reader.fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "token_type", "merges"))
    model = tokenizers.Tokenizer(tokenizers.models.BPE({t: i for i, t in enumerate(tokens)}, [tuple(m.split(" ")) for m in merges]))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [tokenizers.pre_tokenizers.Digits(individual_digits=True), tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)])
    model.decoder = tokenizers.decoders.ByteLevel()
    model.add_special_tokens([tokenizers.AddedToken(t, special=True, normalized=False) for t, k in zip(tokens, kinds) if k == 3])
    model.save(f"{folder}/tokenizer.json")


PROMPTS = ["The capital of France is", "In 1984, 12.5% of the 7 claims were false.", "A", "caf\u00e9 \u2014 \u4e2d\u6587 \U0001f642"]


def expect(folder, out):
    """Of each prompt its ids; the losses, and every 97th logit of the last row, of transformers in float64."""
    import transformers
    network = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
    model = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
    with open(out, "w") as file, torch.no_grad():
        for prompt in PROMPTS:
            ids = model.encode(prompt, add_special_tokens=False).ids
            rows = network(torch.tensor([ids])).logits[0]
            nll = torch.nn.functional.cross_entropy(rows[:-1], torch.tensor(ids[1:], dtype=torch.long), reduction="none")
            file.write(json.dumps({"text": prompt, "ids": ids, "best": int(rows[-1].argmax()),
                                   "nll": [round(float(x), 6) for x in nll],
                                   "logits": [round(float(x), 6) for x in rows[-1][::97]]}) + "\n")


if __name__ == "__main__":
    {"write": write, "folder": folder_of, "expect": expect}[sys.argv[1]](*sys.argv[2:])
