"""A GPT-NeoX written out in float64, from the tensors of a checkpoint folder as they are stored.

The counterpart of float64_llama.py, with the same interface; neox.py holds it against transformers.
"""
import json
import math
from pathlib import Path

import torch

from float64_llama import read_tensors


class NeoX:
    """h_l, the stream after block l, is (t, d); one sequence at a time, from position 0."""

    def __init__(self, folder, dtype=torch.float64):
        config = json.loads((Path(folder) / "config.json").read_text())
        rope = config.get("rope_parameters") or {}
        self.dtype = dtype
        self.w = {k: v.to(dtype) for k, v in read_tensors(folder).items()}
        self.d, self.vocab = config["hidden_size"], config["vocab_size"]
        self.blocks, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.head, self.eps = self.d // self.heads, config["layer_norm_eps"]
        self.theta = rope.get("rope_theta", config.get("rotary_emb_base", 10000.0))
        share = rope.get("partial_rotary_factor", config.get("rotary_pct", 0.25))
        self.rotary = int(self.head * share)
        self.parallel = config.get("use_parallel_residual", True)
        self.by_tanh = config.get("hidden_act", "gelu") in ("gelu_fast", "gelu_new")
        tied = config.get("tie_word_embeddings", False)
        self.unembedding = self.w["gpt_neox.embed_in.weight" if tied else "embed_out.weight"]

    def embed(self, ids):
        return self.w["gpt_neox.embed_in.weight"][ids.long()]

    def linear(self, x, name):
        return x @ self.w[name + ".weight"].T + self.w.get(name + ".bias", 0)

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdim=True)
        scale = torch.sqrt((centred * centred).mean(-1, keepdim=True) + self.eps)
        return centred / scale * self.w[name + ".weight"] + self.w[name + ".bias"]

    def rotate(self, x):
        """Turns the pairs (i, i + rotary/2) of x, (heads, t, head); the columns past them stay."""
        half = self.rotary // 2
        frequency = self.theta ** (-torch.arange(half, dtype=torch.float64) / half)
        angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * frequency
        cos, sin = angle.cos().to(self.dtype), angle.sin().to(self.dtype)
        a, b, rest = x.split([half, half, self.head - 2 * half], -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], -1)

    def attention(self, x, p):
        t = x.shape[0]
        fused = self.linear(x, p + "query_key_value").view(t, self.heads, 3, self.head)
        q, k, v = fused.permute(2, 1, 0, 3)  # each (heads, t, head)
        score = self.rotate(q) @ self.rotate(k).transpose(1, 2) / math.sqrt(self.head)
        future = torch.ones(t, t, dtype=torch.bool).triu(1)
        mixed = score.masked_fill(future, -math.inf).softmax(-1) @ v
        return self.linear(mixed.transpose(0, 1).reshape(t, -1), p + "dense")

    def mlp(self, x, p):
        up = self.linear(x, p + "dense_h_to_4h")
        bend = torch.tanh(math.sqrt(2 / math.pi) * (up + 0.044715 * up ** 3)) if self.by_tanh else \
            torch.erf(up / math.sqrt(2))
        return self.linear(0.5 * up * (1 + bend), p + "dense_4h_to_h")

    def block(self, h, l):
        p = f"gpt_neox.layers.{l}."
        middle = h + self.attention(self.norm(h, p + "input_layernorm"), p + "attention.")
        read = h if self.parallel else middle
        return middle + self.mlp(self.norm(read, p + "post_attention_layernorm"), p + "mlp.")

    def logits(self, h):
        return self.norm(h, "gpt_neox.final_layer_norm") @ self.unembedding.T

    def nll(self, h, ids):
        """Nats of each token after the first, (t - 1), from the last block's stream h, (t, d)."""
        return torch.nn.functional.cross_entropy(self.logits(h)[:-1], ids[1:].long(),
                                                 reduction="none")
