"""Small random checkpoints of the families' relatives, with what they compute.

    python checks/oracle/relatives.py   rewrites checks/reference/relative-*/

Llama with biases, Qwen2, Mistral within its window, GPT-NeoX with other activations and without the
biases of attention, and a file that says it is tied and is not.
"""
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import (GPTNeoXConfig, GPTNeoXForCausalLM, LlamaConfig, LlamaForCausalLM, MistralConfig,
                          MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, logging)

from float64_llama import Llama
from float64_neox import NeoX
from llama import REFERENCE, write_expected

SIZES = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, vocab_size=48,
             max_position_embeddings=64, bos_token_id=1, eos_token_id=2)
GROUPED = SIZES | dict(num_key_value_heads=2)

# name: the classes, the configuration, the dtype stored, and whether a table of its own is added.
CHECKPOINTS = {
    "relative-llama-biased": (LlamaConfig, LlamaForCausalLM, Llama, torch.float64, GROUPED | dict(
        attention_bias=True, mlp_bias=True, head_dim=8)),
    "relative-llama-own-head": (LlamaConfig, LlamaForCausalLM, Llama, torch.float32, GROUPED | dict(
        tie_word_embeddings=True)),
    "relative-qwen2": (Qwen2Config, Qwen2ForCausalLM, Llama, torch.float32, GROUPED | dict(
        tie_word_embeddings=True)),
    "relative-mistral": (MistralConfig, MistralForCausalLM, Llama, torch.float16, GROUPED | dict(
        sliding_window=19, head_dim=6)),
    "relative-neox-gelu-fast": (GPTNeoXConfig, GPTNeoXForCausalLM, NeoX, torch.float32, SIZES | dict(
        hidden_act="gelu_fast", rotary_pct=0.5)),
    "relative-neox-unbiased": (GPTNeoXConfig, GPTNeoXForCausalLM, NeoX, torch.float32, SIZES | dict(
        hidden_act="gelu_new", rotary_pct=1.0, attention_bias=False, use_parallel_residual=False)),
}


def randomise(model, seed):
    """Matrices N(0, 0.3²), norm weights N(1, 0.2²), biases N(0, 0.2²), from a seed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            noise = torch.randn(weight.shape, generator=generator)
            is_norm = "norm" in name and name.endswith("weight")
            weight.copy_(1 + 0.2 * noise if is_norm else 0.2 * noise if weight.dim() == 1 else 0.3 * noise)
    return model


def add_own_head(folder, seed):
    """Adds to a tied file a table of logits that differs from the embedding."""
    path = folder / "model.safetensors"
    tensors = load_file(path)
    generator = torch.Generator().manual_seed(seed)
    tensors["lm_head.weight"] = 0.3 * torch.randn(tensors["model.embed_tokens.weight"].shape, generator=generator)
    save_file(tensors, path, metadata={"format": "pt"})


def write_checkpoint(folder, recipe, seed):
    config_class, model_class, _, dtype, settings = recipe
    shutil.rmtree(folder, ignore_errors=True)
    model = randomise(model_class(config_class(**settings)), seed).to(dtype)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if folder.name.endswith("own-head"):
        add_own_head(folder, 100 + seed)


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for seed, (name, recipe) in enumerate(CHECKPOINTS.items(), start=20):
        folder = REFERENCE / name
        write_checkpoint(folder, recipe, seed)
        gap = write_expected(folder, seed, recipe[2](folder), recipe[4]["vocab_size"])
        size = sum(f.stat().st_size for f in folder.iterdir())
        print(f"{name}: {size} bytes, within {gap:.1e} of transformers")
        if gap > 1e-5:
            sys.exit(f"{name}: the two implementations disagree")


if __name__ == "__main__":
    main()
