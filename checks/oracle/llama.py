"""Small random Llama checkpoints in published form, with what they compute.

    python checks/oracle/llama.py                  rewrites checks/reference/llama-*/
    python checks/oracle/llama.py --verify FOLDER  compares a checkpoint with its reference.json
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, logging

from float64_llama import Llama

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
LENGTHS = (19, 7)

# name: the configuration, the dtype stored, and what is special about the files.
CHECKPOINTS = {
    "llama-mha": dict(
        dtype=torch.float32, drop=("num_key_value_heads", "rope_theta"), old_buffers=True,
        config=dict(hidden_size=32, intermediate_size=40, num_attention_heads=4,
                    num_key_value_heads=4, vocab_size=96, rms_norm_eps=1e-6)),
    "llama-gqa": dict(
        dtype=torch.float32,
        config=dict(hidden_size=32, intermediate_size=48, num_attention_heads=4,
                    num_key_value_heads=2, vocab_size=96, rms_norm_eps=1e-3,
                    tie_word_embeddings=True)),
    "llama-bf16": dict(
        dtype=torch.bfloat16, shard="24KB", theta=500000.0,
        config=dict(hidden_size=32, intermediate_size=56, num_attention_heads=4,
                    num_key_value_heads=2, vocab_size=96, rms_norm_eps=1e-5)),
    "llama-f16": dict(
        dtype=torch.float16, theta=50000.0, newest_config=True,
        config=dict(hidden_size=40, intermediate_size=52, num_attention_heads=4,
                    num_key_value_heads=1, vocab_size=90, rms_norm_eps=1e-5)),
    "llama-linear": dict(
        dtype=torch.bfloat16, scaling=dict(rope_type="linear", factor=4.0),
        config=dict(hidden_size=32, intermediate_size=24, num_attention_heads=2,
                    num_key_value_heads=1, vocab_size=40, rms_norm_eps=1e-5)),
    "llama-llama3": dict(  # frequencies of all three kinds: kept, between, divided
        dtype=torch.bfloat16, theta=500.0, newest_config=True,
        scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                     original_max_position_embeddings=32),
        config=dict(hidden_size=32, intermediate_size=24, num_attention_heads=2,
                    num_key_value_heads=1, vocab_size=40, rms_norm_eps=1e-5)),
}


def random_model(recipe, seed):
    """A model with weights N(0, 0.3²) and norm weights N(1, 0.2²), from a seed."""
    config = LlamaConfig(num_hidden_layers=3, max_position_embeddings=64, bos_token_id=1,
                         eos_token_id=2, pad_token_id=None,
                         rope_parameters=dict(recipe.get("scaling", dict(rope_type="default")),
                                              rope_theta=recipe.get("theta", 10000.0)),
                         **recipe["config"])
    model = LlamaForCausalLM(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, weight in sorted(model.named_parameters()):
            noise = torch.randn(weight.shape, generator=generator)
            weight.copy_(1 + 0.2 * noise if weight.dim() == 1 else 0.3 * noise)
    return model.to(recipe["dtype"])


def publish_config(folder, recipe):
    """Rewrites config.json with the keys published Llama 2 checkpoints have."""
    path = folder / "config.json"
    made = json.loads(path.read_text())
    keep = ("architectures bos_token_id eos_token_id hidden_act hidden_size initializer_range "
            "intermediate_size max_position_embeddings model_type num_attention_heads "
            "num_hidden_layers num_key_value_heads rms_norm_eps tie_word_embeddings vocab_size")
    config = {key: made[key] for key in keep.split()}
    config["torch_dtype"] = made["dtype"]
    config["rope_theta"] = recipe.get("theta", 10000.0)
    config["rope_scaling"] = recipe.get("scaling")
    for key in recipe.get("drop", ()):
        del config[key]
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def add_old_buffers(folder, config):
    """Adds the rotary tables which the first published Llama checkpoints stored in every block."""
    path = folder / "model.safetensors"
    tensors = load_file(path)
    head = config.hidden_size // config.num_attention_heads
    for l in range(config.num_hidden_layers):
        tensors[f"model.layers.{l}.self_attn.rotary_emb.inv_freq"] = \
            10000.0 ** (-torch.arange(0, head, 2, dtype=torch.float32) / head)
    save_file(tensors, path, metadata={"format": "pt"})


def write_checkpoint(folder, recipe, seed):
    shutil.rmtree(folder, ignore_errors=True)
    model = random_model(recipe, seed)
    model.save_pretrained(folder, max_shard_size=recipe.get("shard", "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if not recipe.get("newest_config"):
        publish_config(folder, recipe)
    if recipe.get("old_buffers"):
        add_old_buffers(folder, model.config)


def run(model, ids):
    """Streams after each block, logits, NLLs, and the gradient of the summed NLL at each stream."""
    h, streams = model.embed(ids), []
    for l in range(model.blocks):
        h = model.block(h, l)
        if l == 0:
            h = h.detach().requires_grad_()
        h.retain_grad()
        streams.append(h)
    nll = model.nll(h, ids)
    nll.sum().backward()
    return ([s.detach() for s in streams], model.logits(h).detach(), nll.detach(),
            [s.grad for s in streams])


def transformers_run(folder, ids):
    """The streams (by hooks) and logits of transformers itself, in as much float64 as it allows."""
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager",
                                                 dtype=torch.float64)
    streams = []
    for layer in model.base_model.layers:
        layer.register_forward_hook(
            lambda _, __, out: streams.append(out[0] if isinstance(out, tuple) else out))
    with torch.no_grad():
        logits = model(ids[None].long()).logits[0]
    return [s.view(len(ids), -1) for s in streams], logits


def relative_gap(a, b):
    return float((a - b).abs().max() / b.abs().max())


def write_expected(folder, seed, model, tokens):
    """Writes expected.safetensors beside the model, on ids below `tokens`; returns the largest gap
    to transformers."""
    gap = 0.0
    generator = torch.Generator().manual_seed(1000 + seed)
    out = {f"{kind}.{l}": [] for kind in ("hidden", "grad") for l in range(model.blocks)}
    out.update(ids=[], logits=[], nll=[])
    for length in LENGTHS:
        ids = torch.randint(3, tokens, (length,), generator=generator, dtype=torch.int32)
        ids[0] = 1
        streams, logits, nll, grads = run(model, ids)
        theirs, their_logits = transformers_run(folder, ids)
        gap = max(gap, *map(relative_gap, streams + [logits], theirs + [their_logits]))
        for l in range(model.blocks):
            out[f"hidden.{l}"].append(streams[l])
            out[f"grad.{l}"].append(grads[l])
        out["ids"].append(ids)
        out["logits"].append(logits)
        out["nll"].append(nll)
    tensors = {k: torch.cat(v) for k, v in out.items()}
    tensors = {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}
    ends = [sum(LENGTHS[:i]) for i in range(len(LENGTHS) + 1)]
    tensors["offset"] = torch.tensor(ends, dtype=torch.int64)
    save_file(tensors, folder / "expected.safetensors")
    return gap


def verify(folder):
    """Compares both implementations with a published reference.json; returns whether they agree."""
    reference = json.loads((Path(folder) / "reference.json").read_text())
    ids = torch.tensor(reference["greedy_ids"], dtype=torch.int32)
    mine, (_, theirs) = run(Llama(folder), ids)[1], transformers_run(folder, ids)
    worst = 0.0
    for name, logits in ("float64", mine), ("transformers", theirs):
        first = logits[:64]
        nll = torch.nn.functional.cross_entropy(first[:-1], ids[1:64].long()).item()
        known = torch.tensor(reference["logits_last_first8"], dtype=torch.float64)
        gap = float((first[-1, :8] - known).abs().max())
        wrong = int((logits[:-1].argmax(-1) != ids[1:]).sum())
        top = logits[:-1].topk(2).values
        print(f"{name}: logits {gap:.2e}, nll {abs(nll - reference['mean_nll_63']):.2e} away; "
              f"argmax {int(first[-1].argmax())}, {wrong} greedy ids differ, "
              f"closest call {float((top[:, 0] - top[:, 1]).min()):.4f}")
        worst = max(worst, gap, abs(nll - reference["mean_nll_63"]), wrong,
                    int(first[-1].argmax()) != reference["logits_last_argmax"])
    return worst < 1e-4


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if sys.argv[1:2] == ["--verify"]:
        sys.exit(0 if verify(sys.argv[2]) else 1)
    for seed, (name, recipe) in enumerate(CHECKPOINTS.items()):
        folder = REFERENCE / name
        write_checkpoint(folder, recipe, seed)
        model = Llama(folder)
        gap = write_expected(folder, seed, model, model.vocab)
        size = sum(f.stat().st_size for f in folder.iterdir())
        print(f"{name}: {size} bytes, within {gap:.1e} of transformers")
        if gap > 1e-5:
            sys.exit(f"{name}: the two implementations disagree")


if __name__ == "__main__":
    main()
