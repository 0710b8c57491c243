"""Small random GPT-NeoX checkpoints in published form, with what they compute.

    python checks/oracle/neox.py        rewrites checks/reference/neox-*/
"""
import json
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, logging

from float64_neox import NeoX
from llama import REFERENCE, write_expected

# name: the configuration, the dtype stored, and what is special about the files.
CHECKPOINTS = {
    "neox-parallel": dict(  # as Pythia is published: padded vocabulary, buffers in every block
        dtype=torch.float32, tokens=90, buffers=torch.bool,
        config=dict(hidden_size=32, intermediate_size=44, num_attention_heads=4, vocab_size=96,
                    rotary_pct=0.25)),
    "neox-sequential": dict(
        dtype=torch.float32, tokens=96, newest_config=True,
        config=dict(hidden_size=40, intermediate_size=52, num_attention_heads=4, vocab_size=96,
                    rotary_pct=1.0, rotary_emb_base=500.0, use_parallel_residual=False,
                    layer_norm_eps=1e-3, tie_word_embeddings=True)),
    "neox-f16": dict(
        dtype=torch.float16, shard="48KB", tokens=96, buffers=torch.uint8,
        config=dict(hidden_size=48, intermediate_size=56, num_attention_heads=3, vocab_size=112,
                    rotary_pct=0.25)),
    "neox-bf16": dict(
        dtype=torch.bfloat16, shard="24KB", tokens=90,
        config=dict(hidden_size=32, intermediate_size=60, num_attention_heads=2, vocab_size=96,
                    rotary_pct=0.5, rotary_emb_base=2000.0, use_parallel_residual=False)),
}


def random_model(recipe, seed):
    """Matrices N(0, 0.3²), norm weights N(1, 0.2²), biases N(0, 0.2²), from a seed."""
    config = GPTNeoXConfig(num_hidden_layers=3, max_position_embeddings=64, bos_token_id=0,
                           eos_token_id=0, **recipe["config"])
    model = GPTNeoXForCausalLM(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            noise = torch.randn(weight.shape, generator=generator)
            is_norm = name.endswith("norm.weight")
            weight.copy_(1 + 0.2 * noise if is_norm else
                         0.2 * noise if weight.dim() == 1 else 0.3 * noise)
    return model.to(recipe["dtype"])


def publish_config(folder, recipe):
    """Rewrites config.json with the keys published Pythia checkpoints have."""
    path = folder / "config.json"
    made = json.loads(path.read_text())
    keep = ("architectures bos_token_id eos_token_id hidden_act hidden_size initializer_range "
            "intermediate_size layer_norm_eps max_position_embeddings model_type "
            "num_attention_heads num_hidden_layers tie_word_embeddings use_parallel_residual "
            "vocab_size")
    config = {key: made[key] for key in keep.split()}
    config["torch_dtype"] = made["dtype"]
    config["use_cache"] = True
    config["rotary_pct"] = recipe["config"]["rotary_pct"]
    config["rotary_emb_base"] = recipe["config"].get("rotary_emb_base", 10000)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def add_buffers(folder, recipe, config):
    """Adds the mask and rotary tables that published Pythia checkpoints store in every block."""
    index = folder / "model.safetensors.index.json"
    last = "model.safetensors"
    if index.exists():
        entries = json.loads(index.read_text())
        last = sorted(set(entries["weight_map"].values()))[-1]
    tensors, added = load_file(folder / last), {}
    rotary = int(config.hidden_size // config.num_attention_heads * recipe["config"]["rotary_pct"])
    for l in range(config.num_hidden_layers):
        p = f"gpt_neox.layers.{l}.attention."
        mask = torch.ones(16, 16, dtype=torch.bool).tril()
        added[p + "bias"] = mask[None, None].to(recipe["buffers"])
        added[p + "masked_bias"] = torch.tensor(-1e9 if recipe["dtype"] == torch.float32 else -6e4,
                                                dtype=recipe["dtype"])
        added[p + "rotary_emb.inv_freq"] = \
            (10000.0 ** (-torch.arange(0, rotary, 2) / rotary)).to(recipe["dtype"])
    save_file(tensors | added, folder / last, metadata={"format": "pt"})
    if index.exists():
        entries["weight_map"].update({name: last for name in added})
        index.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n")


def write_checkpoint(folder, recipe, seed):
    shutil.rmtree(folder, ignore_errors=True)
    model = random_model(recipe, seed)
    model.save_pretrained(folder, max_shard_size=recipe.get("shard", "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if not recipe.get("newest_config"):
        publish_config(folder, recipe)
    if recipe.get("buffers"):
        add_buffers(folder, recipe, model.config)


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for seed, (name, recipe) in enumerate(CHECKPOINTS.items(), start=10):
        folder = REFERENCE / name
        write_checkpoint(folder, recipe, seed)
        gap = write_expected(folder, seed, NeoX(folder), recipe["tokens"])
        size = sum(f.stat().st_size for f in folder.iterdir())
        print(f"{name}: {size} bytes, within {gap:.1e} of transformers")
        if gap > 1e-5:
            sys.exit(f"{name}: the two implementations disagree")


if __name__ == "__main__":
    main()
