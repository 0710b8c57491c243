"""Baselines of the document memory in PyTorch, trained ten steps: a block's own weights.

    python checks/oracle/baselines.py   rewrites checks/reference/memory-*-{lora-mlp,lora-attention,mlp}.safetensors

LoRA's update is PEFT's own layer, with lora_alpha = r, around a Linear that holds the checkpoint's weight; the rank
is the one at which the trained numbers come nearest to those of a plain memory of memory.ENTRIES. Everything else,
the settings, the documents and the file, is as in memory.py. B starts a little off zero, so that the first gradient
of A is no zero; that PEFT starts it at zero, and A within 1/sqrt(columns), is asserted.
"""
import math

import torch
from peft import LoraConfig
from peft.tuners.lora.layer import Linear as LoraLinear
from safetensors.torch import save_file

import memory
from float64_llama import Llama
from memory import ENTRIES, HARSH, PUBLISHED, REFERENCE

MLP = {"gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"}
ATTENTION = {"query": "self_attn.q_proj", "key": "self_attn.k_proj", "value": "self_attn.v_proj",
             "output": "self_attn.o_proj"}


def rank_of(shapes, width):
    """Nearest in trained numbers to a plain memory, up in a tie."""
    plain, each = 2 * ENTRIES * width + ENTRIES + width, sum(rows + columns for rows, columns in shapes)
    return max(1, (plain + each // 2) // each)


class Tuned(torch.nn.Module):
    """The layers of one block, trained; it stands where memory.train expects a memory, and adds nothing."""

    def __init__(self, model, layer, variant):
        super().__init__()
        self.layers, self.names = torch.nn.ModuleDict(), {}
        names = ATTENTION if variant == "lora-attention" else MLP
        weights = {short: model.w[f"model.layers.{layer}.{long}.weight"] for short, long in names.items()}
        rank = rank_of([w.shape for w in weights.values()], model.d)
        for short, weight in weights.items():
            base = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=weight.dtype)
            base.weight.data = weight.clone()
            if variant == "mlp":
                self.layers[short] = base
            else:
                config = LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0.0)
                self.layers[short] = LoraLinear(base, "default", config=config, r=rank, lora_alpha=rank)
                self.start(short, weight)
            self.names[f"model.layers.{layer}.{names[short]}"] = short

    def start(self, short, weight):
        layer = self.layers[short]
        layer.to(weight.dtype)
        layer.base_layer.weight.requires_grad_(False)
        a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        assert b.abs().max() == 0 and a.abs().max() <= 1 / math.sqrt(weight.shape[1]) * (1 + 1e-6)
        torch.nn.init.normal_(b, std=0.02)

    def named_parameters(self, *_args, **_kwargs):
        for short, layer in self.layers.items():
            if isinstance(layer, LoraLinear):
                yield f"{short}.lora_A", layer.lora_A["default"].weight
                yield f"{short}.lora_B", layer.lora_B["default"].weight
            else:
                yield f"{short}.weight", layer.weight

    def parameters(self, *_args, **_kwargs):
        return [p for _, p in self.named_parameters()]

    def forward(self, h):
        return torch.zeros_like(h)


class TunedLlama(Llama):
    """A Llama some of whose products a Tuned makes."""

    tuned = None

    def linear(self, x, name):
        if self.tuned and name in self.tuned.names:
            return self.tuned.layers[self.tuned.names[name]](x)
        return super().linear(x, name)


def run(checkpoint, layer, variant, settings, documents, batches, dtype, start):
    model = TunedLlama(REFERENCE / checkpoint, dtype)
    model.tuned = Tuned(model, layer, variant)
    for name, parameter in model.tuned.named_parameters():
        if start:
            parameter.data = start[name].to(dtype, copy=True)
        else:
            parameter.data = parameter.data.float().to(dtype)  # as the file will hold it
    first = {k: p.detach().float().clone() for k, p in model.tuned.named_parameters()}
    return memory.train(model, model.tuned, layer, documents, batches, settings), first


def write_case(checkpoint, layer, variant, settings, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    vocab = Llama(REFERENCE / checkpoint).vocab
    documents, batches = memory.draw_documents(vocab, generator), memory.draw_batches(generator)
    exact, start = run(checkpoint, layer, variant, settings, documents, batches, torch.float64, None)
    rough, _ = run(checkpoint, layer, variant, settings, documents, batches, torch.float32, start)
    curves = ("loss", "lr", "gradnorm")
    out = {k: v if k in curves else v.float() for k, v in exact.items()}
    out.update({f"init.{k}": v for k, v in start.items()})
    out.update({f"batch.{step}": b for step, b in enumerate(batches)})
    out["document.ids"] = torch.cat(documents)
    out["document.offset"] = torch.tensor([0] + [len(d) for d in documents]).cumsum(0)
    out["settings"] = torch.tensor(settings, dtype=torch.float64)
    path = REFERENCE / f"memory-{checkpoint.removeprefix('llama-')}-{layer}-{variant}.safetensors"
    save_file({k: v.contiguous() for k, v in out.items()}, path,
              metadata=dict(checkpoint=checkpoint, layer=str(layer), variant=variant))
    memory.sort_metadata(path)
    print(f"{path.name}: {path.stat().st_size} bytes; loss {exact['loss'][0]:.4f} to {exact['loss'][-1]:.4f}, "
          f"gradient norm {exact['gradnorm'].min():.3f} to {exact['gradnorm'].max():.3f}; float32 within "
          f"{memory.float32_gap(exact, rough):.1e}")


def main():
    torch.set_num_threads(1)
    cases = (("llama-gqa", 1, "lora-mlp", PUBLISHED), ("llama-gqa", 0, "lora-attention", PUBLISHED),
             ("llama-bf16", 2, "lora-mlp", HARSH), ("llama-gqa", 2, "mlp", HARSH))
    for seed, case in enumerate(cases, memory.SEED + 100):
        write_case(*case, seed)


if __name__ == "__main__":
    main()
