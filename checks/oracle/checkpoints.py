"""Published checkpoints by what is special about them: whether docmem takes them, and how far it is from transformers.

    build/oracle/bin/python checks/oracle/checkpoints.py build/bin >checks/reports/checkpoints.org

Each row is a small random checkpoint made here in the form of the published one named. What docmem takes is asked
for the losses of one text, as transformers is; what it refuses is quoted. A status of 1 ends it where a row is not
what this file expects, or where a loss is further away than BOUND.
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, logging

BOUND = 2e-5  # nats, of any token
WIDTH, HIDDEN, HEADS, KV, VOCAB, BLOCKS = 32, 48, 4, 2, 64, 2
IDS = [1, 5, 15, 8, 15, 5, 9, 27, 28, 12, 10, 22, 17, 26, 18, 24, 13, 16, 2, 60, 16, 13, 24, 18]
PLAIN = dict(hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=BLOCKS, num_attention_heads=HEADS,
             vocab_size=VOCAB, max_position_embeddings=128, bos_token_id=1, eos_token_id=2)
LLAMA = PLAIN | dict(model_type="llama", architectures=["LlamaForCausalLM"], num_key_value_heads=KV, hidden_act="silu",
                     rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, torch_dtype="float32")
NEOX = PLAIN | dict(model_type="gpt_neox", architectures=["GPTNeoXForCausalLM"], hidden_act="gelu", rotary_pct=0.25,
                    rotary_emb_base=10000, layer_norm_eps=1e-5, use_parallel_residual=True, torch_dtype="float32")
QWEN2 = LLAMA | dict(model_type="qwen2", architectures=["Qwen2ForCausalLM"], rms_norm_eps=1e-6)
MISTRAL = LLAMA | dict(model_type="mistral", architectures=["MistralForCausalLM"], sliding_window=None)
LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)


def tensors_of(config, dtype, seed):
    """Random weights of the configuration: matrices N(0, 0.3²), norms N(1, 0.2²), biases N(0, 0.2²)."""
    fields = {k: v for k, v in config.items() if k not in ("quantization_config", "compression_config")}
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**fields))
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, weight in sorted(model.state_dict().items()):
        noise = torch.randn(weight.shape, generator=generator)
        is_norm = "norm" in name and name.endswith("weight")
        weights[name] = (1 + 0.2 * noise if is_norm else (0.2 if weight.dim() == 1 else 0.3) * noise).to(dtype)
    for name in ("lm_head.weight", "embed_out.weight") if config.get("tie_word_embeddings") else ():
        weights.pop(name, None)
    return {("embed_out.weight" if name == "lm_head.weight" and config["model_type"] == "gpt_neox" else name): weight
            for name, weight in weights.items()}


def noise(*shape, seed=99):
    return 0.3 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# ---- What can be done to a folder, after its config.json and weights are there ----
def adds(**tensors):
    """Tensors more, their dots written as __."""
    return lambda folder, weights: weights.update({k.replace("__", "."): v for k, v in tensors.items()})


def removes(*names):
    return lambda folder, weights: [weights.pop(name) for name in names]


def renames(old, new):
    def act(folder, weights):
        for name in [n for n in weights if old in n]:
            weights[name.replace(old, new)] = weights.pop(name)
    return act


def both(*acts):
    return lambda folder, weights: [act(folder, weights) for act in acts]


def alone(name, contents=b""):
    """In place of the weights, a file of another kind."""
    def act(folder, weights):
        weights.clear()
        (folder / name).write_bytes(contents)
    return act


def no_config(name):
    """In place of the configuration, a file of another kind."""
    def act(folder, weights):
        (folder / "config.json").unlink()
        (folder / name).write_text("{}")
    return act


def config_text(old, new):
    def act(folder, weights):
        text = (folder / "config.json").read_text()
        assert old in text
        (folder / "config.json").write_text(text.replace(old, new))
    return act


def shards(folder, weights):
    """Two shards, and an index that names a buffer more than they hold."""
    names = sorted(weights)
    parts = {"model-00001-of-00002.safetensors": names[:5], "model-00002-of-00002.safetensors": names[5:]}
    index = {name: shard for shard, held in parts.items() for name in held}
    for shard, held in parts.items():
        save_file({name: weights[name] for name in held}, folder / shard, metadata={"format": "pt"})
    index["model.layers.0.self_attn.rotary_emb.inv_freq"] = "model-00001-of-00002.safetensors"
    (folder / "model.safetensors.index.json").write_text(json.dumps(
        {"metadata": {"total_size": 1}, "weight_map": index}))
    weights.clear()


def unknown_type(folder, weights):
    """A tensor more, of a type that few programs know, written by hand."""
    header, data = {}, b""
    for name, tensor in weights.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    header["model.layers.0.self_attn.rotary_emb.inv_freq"] = {
        "dtype": "F8_E4M3FNUZ", "shape": [4], "data_offsets": [len(data), len(data) + 4]}
    header["__metadata__"] = None
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data + b"\0" * 4)
    save_file(weights, folder.parent / "plain.safetensors", metadata={"format": "pt"})
    weights.clear()


F16, BF16, F64 = torch.float16, torch.bfloat16, torch.float64
BIAS = noise(WIDTH, seed=5)
LORA = adds(model__layers__0__self_attn__q_proj__lora_A__weight=noise(2, WIDTH),
            model__layers__0__self_attn__q_proj__lora_B__weight=noise(WIDTH, 2))


def to_fp8(folder, weights):
    for name in [n for n in weights if "proj" in n]:
        weights[name] = weights[name].to(torch.float8_e4m3fn)
        weights[name + "_scale"] = torch.ones(())


def to_gptq(folder, weights):
    for name in [n for n in weights if "proj" in n]:
        rows, columns = weights.pop(name).shape
        stem = name.removesuffix("weight")
        weights[stem + "qweight"] = torch.zeros(columns // 8, rows, dtype=torch.int32)
        weights[stem + "qzeros"] = torch.zeros(1, max(1, rows // 8), dtype=torch.int32)
        weights[stem + "scales"] = torch.ones(1, rows, dtype=F16)
        weights[stem + "g_idx"] = torch.zeros(columns, dtype=torch.int32)


def to_mlx(folder, weights):
    for name in [n for n in weights if "proj" in n or "embed" in n or "lm_head" in n]:
        rows, columns = weights.pop(name).shape
        weights[name] = torch.zeros(rows, columns // 8, dtype=torch.uint32)
        weights[name.replace("weight", "scales")] = torch.ones(rows, 1, dtype=F16)
        weights[name.replace("weight", "biases")] = torch.ones(rows, 1, dtype=F16)


# (the published model, or the kind; what is special; config; dtype; what is done to the folder;
#  None: taken, or a part of what docmem says as it refuses)
ROWS = [
    ("Llama-2-7b", "as many key heads as heads, F16", LLAMA | dict(num_key_value_heads=4), F16, None, None),
    ("Llama-3-8B", "grouped queries, theta 500000, BF16", LLAMA | dict(rope_theta=5e5), BF16, None, None),
    ("Llama-3.1-8B", "=llama3= scaling", LLAMA | dict(rope_theta=5e5, rope_scaling=dict(rope_type="llama3") | LLAMA3),
     BF16, None, None),
    ("Llama-3.2-1B", "the same, tied", LLAMA | dict(
        tie_word_embeddings=True, rope_theta=5e5, rope_scaling=dict(rope_type="llama3") | LLAMA3), BF16, None, None),
    ("Llama-3.1-8B, saved by transformers 5", "=rope_parameters=", {k: v for k, v in LLAMA.items() if k != "rope_theta"}
     | dict(rope_parameters=dict(rope_type="llama3", rope_theta=5e5) | LLAMA3), BF16, None, None),
    ("the same, by another program", "=type= in =rope_parameters=", LLAMA | dict(
        rope_parameters=dict(type="llama3", rope_theta=5e5) | LLAMA3), None, None, None),
    ("Phi-3's place of a field", "=llama3=, another =original_max_position_embeddings= beside it", LLAMA | dict(
        original_max_position_embeddings=64, rope_scaling=dict(rope_type="llama3") | LLAMA3), None, None, None),
    ("", "=llama3= without that field", LLAMA | dict(rope_scaling=dict(rope_type="llama3") | {
        k: v for k, v in LLAMA3.items() if k[0] != "o"}), None, None, None),
    ("vicuna-7b-v1.5-16k", "=linear= scaling under the key =type=", LLAMA | dict(
        rope_scaling=dict(type="linear", factor=4.0)), F16, None, None),
    ("the same, by another program", "=type= in =rope_parameters=", LLAMA | dict(
        rope_parameters=dict(type="linear", factor=4.0)), None, None, None),
    ("Yi-6B-200K", "200,000 positions", LLAMA | dict(max_position_embeddings=200000, rope_theta=5e6), BF16, None, None),
    ("Llama-3-8B-Instruct-Gradient-4194k", "4,194,304 positions", LLAMA | dict(
        max_position_embeddings=4194304, rope_theta=45.9e6), BF16, None, None),
    ("TinyLlama-1.1B", "scaling that is null, empty or of no effect", LLAMA | dict(rope_scaling={}), None, None, None),
    ("", "", LLAMA | dict(rope_scaling=dict(type="default")), None, None, None),
    ("", "", LLAMA | dict(rope_scaling=dict(rope_type="default", type="default")), None, None, None),
    ("", "", LLAMA | dict(rope_scaling=dict(type="dynamic", factor=1.0)), None, None, None),
    ("SmolLM2-135M", "tied, BF16", LLAMA | dict(tie_word_embeddings=True), BF16, None, None),
    ("fine-tunes by peft or unsloth", "says it is tied, stores a head of its own", LLAMA | dict(tie_word_embeddings=True),
     None, adds(lm_head__weight=noise(VOCAB, WIDTH)), None),
    ("", "the same of GPT-NeoX", NEOX | dict(tie_word_embeddings=True), None,
     adds(embed_out__weight=noise(VOCAB, WIDTH)), None),
    ("", "says it is tied, stores the table twice", LLAMA | dict(tie_word_embeddings=True), None,
     lambda folder, w: w.update({"lm_head.weight": w["model.embed_tokens.weight"].clone()}), None),
    ("granite-3b-code-base", "biases of attention and MLP, tied", LLAMA | dict(
        attention_bias=True, mlp_bias=True, tie_word_embeddings=True), BF16, None, None),
    ("InternLM-7b as Llama", "biases of attention", LLAMA | dict(attention_bias=True), F16, None, None),
    ("Mistral-7B-v0.1", "a sliding window that the text is within", MISTRAL | dict(sliding_window=len(IDS)), BF16, None,
     None),
    ("Mistral-7B-v0.3", "no window", MISTRAL, BF16, None, None),
    ("Mistral-Nemo-Base-2407", "=head_dim= given", MISTRAL | dict(head_dim=12), BF16, None, None),
    ("Qwen2.5-0.5B", "biases of queries, keys, values; tied", QWEN2 | dict(tie_word_embeddings=True), BF16, None, None),
    ("Qwen2.5-7B", "the same, untied; a window that is off", QWEN2 | dict(
        sliding_window=4, use_sliding_window=False, max_window_layers=1), BF16, None, None),
    ("", "F64", LLAMA, F64, None, None),
    ("pythia-410m", "parallel, a quarter of each head turned, F16", NEOX, F16,
     adds(gpt_neox__layers__0__attention__bias=torch.ones(1, 1, 8, 8, dtype=torch.bool),
          gpt_neox__layers__0__attention__masked_bias=torch.tensor(-1e9),
          gpt_neox__layers__0__attention__rotary_emb__inv_freq=torch.ones(1)), None),
    ("gpt-neox-20b", "=gelu_fast=", NEOX | dict(hidden_act="gelu_fast"), F16, None, None),
    *[("", f"={act}=", NEOX | dict(hidden_act=act), None, None, None)
      for act in ("gelu_new", "gelu_pytorch_tanh", "gelu_accurate", "gelu_python")],
    ("RedPajama-INCITE-Base-3B", "sequential, all of each head turned", NEOX | dict(
        use_parallel_residual=False, rotary_pct=1.0), F16, None, None),
    ("stablelm-base-alpha-3b", "parallel, theta 10000 in =rotary_emb_base=", NEOX | dict(rotary_emb_base=2000), F16,
     None, None),
    ("GPT-NeoX without biases of attention", "=attention_bias= false", NEOX | dict(attention_bias=False), None, None,
     None),
    ("GPT-NeoX, saved by transformers 5", "=rope_parameters= with the share", {
        k: v for k, v in NEOX.items() if not k.startswith("rotary")} | dict(rope_parameters=dict(
            rope_type="linear", factor=2.0, rope_theta=500.0, partial_rotary_factor=0.5)), None, None, None),
    ("GPT-NeoX in the words of Llama", "=rope_theta=, =partial_rotary_factor= beside", {
        k: v for k, v in NEOX.items() if not k.startswith("rotary")} | dict(
            rope_theta=500.0, partial_rotary_factor=0.5), None, None, None),
    ("Llama-2-7b in shards", "an index that names a buffer its shard lacks", LLAMA, None, shards, None),
    ("", "an unused tensor of a type unknown; =__metadata__= null", LLAMA, None, unknown_type, None),
    ("Nemotron and others", "=Infinity= in a field that is not used", LLAMA | dict(time_step_limit=[0.0, 1e99]), None,
     config_text("1e+99", "Infinity"), None),
    ("", "=NaN=, and a byte-order mark", LLAMA | dict(unused=1e99), None,
     both(config_text("1e+99", "NaN"), config_text('{"hidden', '\ufeff{"hidden')), None),
    # What stays out.
    *[(name, f"=model_type= {kind}", LLAMA | dict(model_type=kind, architectures=[architecture]), None, None,
       f"model_type is {kind}") for name, kind, architecture in (
           ("gemma-2b", "gemma", "GemmaForCausalLM"), ("phi-2", "phi", "PhiForCausalLM"),
           ("gpt2", "gpt2", "GPT2LMHeadModel"), ("opt-125m", "opt", "OPTForCausalLM"),
           ("falcon-7b", "falcon", "FalconForCausalLM"), ("Qwen3-0.6B", "qwen3", "Qwen3ForCausalLM"),
           ("Mixtral-8x7B", "mixtral", "MixtralForCausalLM"), ("DeepSeek-V2", "deepseek_v2", "DeepseekV2ForCausalLM"))],
    ("BitNet b1.58 as Llama", "norms of its own, =BitnetForCausalLM=", LLAMA | dict(architectures=["BitnetForCausalLM"]),
     None, adds(model__layers__0__self_attn__inner_attn_ln__weight=torch.ones(WIDTH)), "BitnetForCausalLM"),
    ("a classifier of Llama", "=LlamaForSequenceClassification=", LLAMA | dict(
        architectures=["LlamaForSequenceClassification"]), None,
     both(removes("lm_head.weight"), adds(score__weight=noise(2, WIDTH))), "LlamaForSequenceClassification"),
    ("a reward model by trl", "=v_head=", LLAMA, None, adds(v_head__summary__weight=noise(1, WIDTH)), "v_head"),
    ("Qwen3's norms under llama", "=q_norm=, =k_norm=", LLAMA, None, adds(
        model__layers__0__self_attn__q_norm__weight=torch.ones(8)), "norms of its own"),
    ("Qwen2 under llama", "biases that no flag tells of", LLAMA, None, adds(
        model__layers__0__self_attn__q_proj__bias=BIAS), "the model has no such biases"),
    ("GPT-NeoX", "a bias of the head", NEOX, None, adds(embed_out__bias=noise(VOCAB)), "'embed_out.bias'"),
    ("a model cut short in config.json", "more blocks than it tells", LLAMA, None, adds(
        model__layers__2__input_layernorm__weight=torch.ones(WIDTH)), "fewer blocks"),
    ("peft, saved whole", "LoRA beside the weights", LLAMA, None, LORA, "an adapter's; merge it"),
    ("peft, its names", "=base_layer=, =base_model.model.=", LLAMA, None, both(
        renames("q_proj.weight", "q_proj.base_layer.weight"), renames("model.", "base_model.model.model.")),
     "merge it"),
    ("torch.compile", "=_orig_mod.= before names", LLAMA, None, renames("model.", "_orig_mod.model."), "_orig_mod"),
    ("Llama's base alone", "names without =model.=", LLAMA, None, renames("model.", ""), "'embed_tokens.weight'"),
    ("Llama-2-7B-GPTQ", "=quantization_config=", LLAMA | dict(quantization_config=dict(bits=4, quant_method="gptq")),
     None, None, "quantized (gptq)"),
    ("Llama-2-7B-AWQ", "=quantization_config=", LLAMA | dict(quantization_config=dict(bits=4, quant_method="awq")),
     None, None, "quantized (awq)"),
    ("GPTQ of an older program", "=qweight=, nothing in config.json", LLAMA, None, to_gptq, "quantized"),
    ("FP8 of an older program", "F8_E4M3 and =weight_scale=, nothing in config.json", LLAMA, None, to_fp8, "quantized"),
    ("MLX, 4 bits", "=quantization=", LLAMA | dict(quantization=dict(group_size=64, bits=4)), None, to_mlx,
     "quantized"),
    ("Yarn-Llama-2-7b-64k", "=yarn= scaling", LLAMA | dict(rope_scaling=dict(
        type="yarn", factor=16.0, original_max_position_embeddings=32)), None, None, "rope_scaling.type is yarn"),
    ("", "=yarn= by a factor of 1, with a factor of attention", LLAMA | dict(rope_scaling=dict(
        type="yarn", factor=1.0, attention_factor=1.5, original_max_position_embeddings=32)), None, None, "yarn"),
    ("Nous-Hermes, 8k", "=dynamic= scaling", LLAMA | dict(rope_scaling=dict(type="dynamic", factor=2.0)), None, None,
     "rope_scaling.type is dynamic"),
    ("Phi-3's scaling under llama", "=longrope=", LLAMA | dict(rope_scaling=dict(
        type="longrope", long_factor=[1.0] * 4, short_factor=[1.0] * 4)), None, None, "rope_scaling.type is longrope"),
    ("Mistral-7B-v0.1", "a text longer than its window", MISTRAL | dict(sliding_window=len(IDS) - 1), None, None,
     "sliding window"),
    ("Qwen2 with its window on", "a text longer than it", QWEN2 | dict(
        use_sliding_window=True, sliding_window=8, max_window_layers=0), None, None, "sliding window"),
    ("an adapter alone", "=adapter_model.safetensors=", LLAMA, None, both(
        no_config("adapter_config.json"), alone("adapter_model.safetensors")), "merge it into its base model"),
    ("open_llama_3b", "=pytorch_model.bin= alone", LLAMA, None, alone("pytorch_model.bin"), "as safetensors"),
    ("Llama-2-7b, as Meta gives it", "=consolidated.00.pth=, =params.json=", LLAMA, None, both(
        no_config("params.json"), alone("consolidated.00.pth")), "Meta's own form"),
    ("Mistral-7B-v0.3, half of it", "=consolidated.safetensors=", LLAMA, None, alone("consolidated.safetensors"),
     "Mistral's own form"),
    ("any, by git without LFS", "a pointer", LLAMA, None, alone(
        "model.safetensors", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 13476835328\n"),
     "pointer to 13476835328 bytes"),
    ("any that wants a login", "a web page", LLAMA, None, alone("model.safetensors", b"<!DOCTYPE html><html></html>"),
     "a web page"),
]


def make(folder, config, dtype, act, seed):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    try:
        weights = tensors_of(config, dtype or torch.float32, seed)
    except (ValueError, KeyError, RuntimeError, TypeError):  # of another family: its weights do not matter
        weights = tensors_of(LLAMA, dtype or torch.float32, seed)
    if act:
        act(folder, weights)
    if weights:
        save_file({k: v.contiguous() for k, v in weights.items()}, folder / "model.safetensors",
                  metadata={"format": "pt"})


def by_docmem(binaries, folder):
    """The losses, or None, and what was said."""
    asked = subprocess.run([binaries / "probe", "logits", folder.name], cwd=folder.parent, text=True,
                           capture_output=True, input=json.dumps({"ids": IDS}) + "\n")
    said = asked.stderr.strip().removeprefix("docmem: probe: ")
    return (json.loads(asked.stdout)["nll"] if asked.returncode == 0 else None), said


def by_transformers(folder):
    """Losses by transformers, which reads a copy where docmem takes more than it does."""
    config = (folder / "config.json").read_text().removeprefix("\ufeff")
    copy = folder.parent / (folder.name + "-plain")
    shutil.copytree(folder, copy)
    (copy / "config.json").write_text(config)
    if (folder.parent / "plain.safetensors").exists():
        shutil.copy(folder.parent / "plain.safetensors", copy / "model.safetensors")
    model = AutoModelForCausalLM.from_pretrained(copy, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        logits = model(torch.tensor([IDS])).logits[0].double()
    return (-torch.log_softmax(logits[:-1], -1)[range(len(IDS) - 1), IDS[1:]]).tolist()

# ---- Tokenizers ----
REFERENCE = Path(__file__).resolve().parents[1] / "reference"
TEXTS = ["Ada Quill was made in 1910.", "  two  blanks", "caf\u00e9 cafe\u0301", "in 1984, 12.5% of 007", "tab\there\n\nend",
         "<|endoftext|> and <thing>x"]


def edit(change):
    """Edits the tokenizer.json that lies in the folder."""
    def act(folder):
        file = folder / "tokenizer.json"
        root = json.loads(file.read_text())
        change(root)
        file.write_text(json.dumps(root))
    return act


def hole(root):
    """The last token that no merge needs leaves the vocabulary, and later ids stay."""
    vocab, merges = root["model"]["vocab"], root["model"]["merges"]
    pairs = [m if isinstance(m, list) else m.split(" ") for m in merges]
    used = {part for pair in pairs for part in pair} | {t["content"] for t in root["added_tokens"]}
    name = max((n for n in vocab if "".join(pairs[-2]) == n or n not in used), key=lambda n: (n not in used, vocab[n] < max(vocab.values()), vocab[n]))
    root["model"]["merges"] = [m for m, pair in zip(merges, pairs) if "".join(pair) != name]
    del vocab[name]


def shifted(root):
    """The last token's id is three further, so that two ids are nobody's."""
    vocab = root["model"]["vocab"]
    last = max(vocab, key=vocab.get)
    vocab[last] += 2
    root["added_tokens"] = [t for t in root["added_tokens"] if t["content"] in vocab]


def adds_token(id_of):
    def change(root):
        ids = list(root["model"]["vocab"].values()) + [t["id"] for t in root["added_tokens"]]
        root["added_tokens"].append(dict(id=id_of(root, max(ids) + 1), content="<thing>", single_word=False, lstrip=False,
                                         rstrip=False, normalized=False, special=False))
    return change


def sets(**fields):
    return lambda root: root.update(fields)


def kind_of(kind):
    return lambda root: root["model"].update(type=kind)


def with_eos(root):
    token = root["added_tokens"][0]["content"]
    root["post_processor"] = dict(type="TemplateProcessing", single=[
        {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": token, "type_id": 0}}],
        pair=[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        special_tokens={token: dict(id=token, ids=[root["added_tokens"][0]["id"]], tokens=[token])})


def only(name):
    def act(folder):
        (folder / "tokenizer.json").unlink()
        (folder / name).write_bytes(b"")
    return act


PADDING = dict(strategy="BatchLongest", direction="Right", pad_to_multiple_of=None, pad_id=0, pad_type_id=0, pad_token="a")
# (published as, what is special, the fixture, what is done, None or a part of what docmem says)
TOKENIZERS = [
    ("pythia, gpt-neox-20b", "byte-level pairs", "byte-level", None, None),
    ("Llama-3", "split by pattern, merges passed over for whole words", "llama3", None, None),
    ("SmolLM2", "digits one by one", "smollm2", None, None),
    ("Llama-2", "prepended blank, bytes for what is unknown", "replace", None, None),
    ("Mistral-7B-v0.3", "=Metaspace=, first", "metaspace-first", None, None),
    ("Yi, vocabularies that were cut", "a hole before added tokens, whose ids tokenizers move", "byte-level", edit(hole), "tokenizers would number"),
    ("", "holes: two ids that are nobody's before the last", "byte-level", edit(shifted), None),
    ("", "an added token whose id comes next", "byte-level", edit(adds_token(lambda root, next: next)), None),
    ("", "an added token whose id is not the one that tokenizers give", "byte-level",
     edit(adds_token(lambda root, next: next + 5)), "tokenizers would number <thing>"),
    ("sentence transformers", "padding set", "byte-level", edit(sets(padding=PADDING)), "set it to null"),
    ("", "truncation set", "byte-level", edit(sets(truncation=dict(
        direction="Right", max_length=8, strategy="LongestFirst", stride=0))), "set it to null"),
    ("fine-tunes that end each text", "a template with a token behind", "byte-level", edit(with_eos), "a template other than"),
    ("T5, XLNet", "=Unigram=", "byte-level", edit(kind_of("Unigram")), "Unigram is not supported"),
    ("BERT", "=WordPiece=", "byte-level", edit(kind_of("WordPiece")), "WordPiece is not supported"),
    ("open_llama_3b, vicuna-7b-v1.5", "=tokenizer.model= alone", "byte-level", only("tokenizer.model"), "SentencePiece"),
    ("gpt2's older files", "=vocab.json= alone", "byte-level", only("vocab.json"), "AutoTokenizer"),
    ("Qwen-7B", "=qwen.tiktoken= alone", "byte-level", only("qwen.tiktoken"), "tiktoken"),
]


def make_tokenizer(folder, fixture, act):
    folder.mkdir(parents=True)
    shutil.copy(REFERENCE / f"tokenizer-{fixture}" / "tokenizer.json", folder)
    if act:
        act(folder)


def tokens_by_docmem(binaries, folder):
    asked = subprocess.run([binaries / "probe", "tokens", folder.name], cwd=folder.parent, text=True, capture_output=True,
                           input="".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    ids = [json.loads(line)["ids"] for line in asked.stdout.splitlines()] if asked.returncode == 0 else None
    return ids, asked.stderr.strip().removeprefix("docmem: probe: ")


def tokenizer_rows(binaries, place):
    """Prints the table; how many rows are not as expected."""
    print(f"\nTokenizers, beside the package tokenizers {tokenizers.__version__}: how many of {len(TEXTS)} texts get other ids.\n")
    print("| published as | what is special | docmem | differ | it says |\n|-")
    wrong = 0
    for number, (name, special, fixture, act, refusal) in enumerate(TOKENIZERS):
        folder = place / f"t{number}" / "model"
        make_tokenizer(folder, fixture, act)
        ids, said = tokens_by_docmem(binaries, folder)
        differ = ""
        if ids:
            package = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            differ = sum(package.encode(text, add_special_tokens=False).ids != own for text, own in zip(TEXTS, ids))
        bad = (ids is None) != (refusal is not None) or (refusal or "") not in said or bool(differ)
        wrong += bad
        print(f"| {name} | {special} | {'taken' if ids else 'refused'}{' *unexpected*' if bad else ''} | {differ} | "
              f"{said.replace('|', '¦')} |", flush=True)
    return wrong


def main():
    binaries = Path(sys.argv[1]).resolve()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print("# Made by checks/oracle/checkpoints.py: small random checkpoints in the form of published ones, by docmem "
          f"and by transformers\n# {transformers.__version__} (torch {torch.__version__.split('+')[0]}, float32). "
          f"Gap: the largest difference of a token's loss, in nats; {BOUND:g} is the bound.")
    print("| published as | what is special | docmem | gap | it says |\n|-")
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        for seed, (name, special, config, dtype, act, refusal) in enumerate(ROWS):
            folder = Path(place) / f"m{seed}" / "model"
            make(folder, config, dtype, act, seed)
            losses, said = by_docmem(binaries, folder)
            gap = ""
            if losses:
                gap = max(map(lambda a, b: abs(a - b), losses, by_transformers(folder)))
            bad = (losses is None) != (refusal is not None) or (refusal or "") not in said or (gap or 0) > BOUND
            wrong += bad
            mark = " *unexpected*" if bad else ""
            print(f"| {name} | {special} | {'taken' if losses else 'refused'}{mark} | {gap and f'{gap:.1e}'} | "
                  f"{said.replace('|', '¦')} |", flush=True)
        wrong += tokenizer_rows(binaries, Path(place))
    sys.exit(f"{wrong} rows are not as expected" if wrong else 0)


main()
