"""A Llama written out in float64, from the tensors of a checkpoint folder as they are stored.

transformers keeps its norms, rotary tables and attention softmax in float32 whatever the weights
are, so its answers carry float32 noise. This one does not; llama.py holds the two together.
"""
import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file


def read_tensors(folder):
    """Every tensor of model.safetensors, or of the shards its index names, widened to float64."""
    folder = Path(folder)
    index = folder / "model.safetensors.index.json"
    if index.exists():
        shards = sorted(set(json.loads(index.read_text())["weight_map"].values()))
    else:
        shards = ["model.safetensors"]
    tensors = {}
    for shard in shards:
        tensors.update(load_file(folder / shard))
    return {name: tensor.double() for name, tensor in tensors.items()}


def scaled(frequency, scaling):
    """Frequencies as a longer context divides them: all alike, or as Llama 3.1 those that turn less than
    low_freq_factor times in the original context, and those up to high_freq_factor times in part."""
    kind = scaling.get("rope_type", "default")
    if kind == "default":
        return frequency
    divided = frequency / scaling["factor"]
    if kind == "linear":
        return divided
    turns = scaling["original_max_position_embeddings"] * frequency / (2 * torch.pi)
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    share = ((turns - low) / (high - low)).clamp(0, 1)
    return share * frequency + (1 - share) * divided


def rope_theta(config):
    """The rotary base: at the top level, or where transformers 5 writes it, or 10000."""
    inner = config.get("rope_parameters") or {}
    return float(config.get("rope_theta", inner.get("rope_theta", 10000.0)))


def rms_norm(x, weight, eps):
    return weight * x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps)


class Llama:
    """h_l, the stream after block l, is (t, d); one sequence at a time, from position 0."""

    def __init__(self, folder, dtype=torch.float64):
        config = json.loads((Path(folder) / "config.json").read_text())
        self.dtype = dtype
        self.w = {k: v.to(dtype) for k, v in read_tensors(folder).items()}
        self.d, self.vocab = config["hidden_size"], config["vocab_size"]
        self.blocks, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.kv_heads = config.get("num_key_value_heads", self.heads)
        self.head = config.get("head_dim", self.d // self.heads)
        self.eps, self.theta = config["rms_norm_eps"], rope_theta(config)
        self.scaling = config.get("rope_scaling") or config.get("rope_parameters") or {}
        # A table of its own counts, whatever tie_word_embeddings says.
        self.unembedding = self.w.get("lm_head.weight", self.w["model.embed_tokens.weight"])

    def embed(self, ids):
        return self.w["model.embed_tokens.weight"][ids.long()]

    def linear(self, x, name):
        """x (t, columns) by the weight, plus the bias where the file has one."""
        return x @ self.w[name + ".weight"].T + self.w.get(name + ".bias", 0)

    def rotate(self, x):
        """Turns the pairs (i, i + head/2) of x, (heads, t, head), by position times frequency."""
        half = self.head // 2
        frequency = scaled(self.theta ** (-torch.arange(half, dtype=torch.float64) / half), self.scaling)
        angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * frequency
        cos, sin = angle.cos().to(self.dtype), angle.sin().to(self.dtype)
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def attention(self, x, p):
        t = x.shape[0]

        def split(kind, heads):
            y = self.linear(x, f"{p}{kind}_proj")
            return y.view(t, heads, self.head).transpose(0, 1)

        q, k, v = split("q", self.heads), split("k", self.kv_heads), split("v", self.kv_heads)
        q, k = self.rotate(q), self.rotate(k)
        group = self.heads // self.kv_heads  # query heads g*group .. share key-value head g
        k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
        score = q @ k.transpose(1, 2) / math.sqrt(self.head)
        future = torch.ones(t, t, dtype=torch.bool).triu(1)
        mixed = score.masked_fill(future, -math.inf).softmax(-1) @ v
        return self.linear(mixed.transpose(0, 1).reshape(t, -1), p + "o_proj")

    def block(self, h, l):
        p = f"model.layers.{l}."
        h = h + self.attention(rms_norm(h, self.w[p + "input_layernorm.weight"], self.eps),
                               p + "self_attn.")
        x = rms_norm(h, self.w[p + "post_attention_layernorm.weight"], self.eps)
        gate, up = (self.linear(x, f"{p}mlp.{kind}_proj") for kind in ("gate", "up"))
        return h + self.linear(torch.nn.functional.silu(gate) * up, p + "mlp.down_proj")

    def logits(self, h):
        return rms_norm(h, self.w["model.norm.weight"], self.eps) @ self.unembedding.T

    def nll(self, h, ids):
        """Nats of each token after the first, (t - 1), from the last block's stream h, (t, d)."""
        return torch.nn.functional.cross_entropy(self.logits(h)[:-1], ids[1:].long(),
                                                 reduction="none")
