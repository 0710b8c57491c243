"""The bench's peers: the same jobs in PyTorch, the usual way or a strong one.

usual   the whole transformers model with its parameters frozen, a forward hook that adds the
        memory, batches padded, an attention mask, cross-entropy on the logits of all positions
strong  activations below the memory cached, the blocks above it alone, no mask where causality
        does the masking (padding is on the right), logits only where a token is predicted

Speaks as checks/tools/bench_ours.c does: "ready", then a line for each "go": seconds, 0, values;
at "end" the largest resident memory in KiB. With --bf16 the model and its activations are bfloat16,
the memory's parameters and the losses float32.

  peer.py usual memorize --model M --encoded E --prefix P --start S --layer 8
"""

import argparse
import math
import resource
import sys
import time

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional
from transformers import AutoModelForCausalLM

CONTINUATION = 16


class Memory(nn.Module):
    """h + down(gelu(up(h))), or where the start has a gate h + gate * norm(the same); in float32"""

    def __init__(self, start):
        super().__init__()
        entries, width = start.get_slice("up.weight").get_shape()
        self.up = nn.Linear(width, entries)
        self.down = nn.Linear(entries, width)
        self.gated = "gate" in start.keys()
        if self.gated:
            self.norm = nn.LayerNorm(width)
            self.gate = nn.Parameter(torch.ones(1))
        self.reset(start)

    def reset(self, start):
        self.load_state_dict({name: start.get_tensor(name) for name, _ in self.named_parameters()})

    def forward(self, h):
        added = self.down(functional.gelu(self.up(h.float())))
        if self.gated:
            added = self.gate * self.norm(added)
        return h + added.to(h.dtype)


class Ragged:
    """Texts as flat ids with offsets."""

    def __init__(self, file, kind):
        self.ids = file.get_tensor(f"{kind}.ids").long()
        self.offset = file.get_tensor(f"{kind}.offset").tolist()

    def __getitem__(self, i):
        return self.ids[self.offset[i] : self.offset[i + 1]]


def pad(texts, left=False):
    """ids and mask (texts, longest)."""
    longest = max(len(t) for t in texts)
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, text in enumerate(texts):
        at = longest - len(text) if left else 0
        ids[i, at : at + len(text)] = text
        mask[i, at : at + len(text)] = 1
    return ids, mask


def targets(ids, mask):
    """The next id at each position but the last, -100 where there is none."""
    return torch.where(mask[:, 1:] == 1, ids[:, 1:], -100)


class Usual:
    """The whole model, with the memory hooked in."""

    def __init__(self, args, model, memory):
        self.model = model

        def add_memory(module, inputs, output):
            return (memory(output[0]), *output[1:]) if isinstance(output, tuple) else memory(output)

        model.base_model.layers[args.layer].register_forward_hook(add_memory)

    def loss(self, documents, chosen):
        ids, mask = pad([documents[i] for i in chosen])
        logits = self.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        return functional.cross_entropy(
            logits[:, :-1].flatten(0, 1).float(), targets(ids, mask).flatten(), ignore_index=-100
        )


class Strong:
    """The blocks above the memory, from cached activations."""

    def __init__(self, args, model, memory):
        self.model, self.memory = model, memory
        base = model.base_model
        base.layers = base.layers[args.layer + 1 :]
        base.set_input_embeddings(None)
        with safe_open(args.prefix, "pt") as file:
            self.rows = file.get_slice(f"h.{args.layer}")

    def loss(self, documents, chosen):
        ids, mask = pad([documents[i] for i in chosen])
        h = torch.zeros(*ids.shape, self.model.config.hidden_size, dtype=self.model.dtype)
        for i, c in enumerate(chosen):
            first, end = documents.offset[c : c + 2]
            h[i, : end - first] = self.rows[first:end]
        top = self.model.base_model(inputs_embeds=self.memory(h), use_cache=False)
        wanted = mask[:, 1:] == 1
        logits = self.model.get_output_embeddings()(top.last_hidden_state[:, :-1][wanted])
        return functional.cross_entropy(logits.float(), ids[:, 1:][wanted])


def rate(step, args):
    """Linear warm-up, then a half cosine to 0."""
    if step < args.warmup:
        return args.lr * step / args.warmup
    done = (step - args.warmup) / max(1, args.schedule - args.warmup)
    return args.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


class Memorize:
    def __init__(self, args, way, memory, start):
        self.args, self.way, self.memory, self.start = args, way, memory, start
        self.order = [[i for i in row if i >= 0] for row in start.get_tensor("order").tolist()]
        with safe_open(args.encoded, "pt") as file:
            self.documents = Ragged(file, "document")

    def go(self, steps, _):
        self.memory.reset(self.start)
        optimizer = torch.optim.AdamW(
            self.memory.parameters(), lr=self.args.lr, weight_decay=self.args.decay
        )
        losses, began = [], time.perf_counter()
        for step in range(steps):
            loss = self.way.loss(self.documents, self.order[step % len(self.order)])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.memory.parameters(), self.args.clip)
            optimizer.param_groups[0]["lr"] = rate(step, self.args)
            optimizer.step()
            losses.append(loss.item())
        return time.perf_counter() - began, [f"{loss:.6f}" for loss in losses]


class Answer:
    """The chosen letter from one forward pass; with --free also a greedy continuation up to --stop."""

    def __init__(self, args, way, memory, start):
        self.model, self.free = way.model, args.free
        self.model.generation_config.eos_token_id = self.stop = args.stop or None
        with safe_open(args.encoded, "pt") as file:
            self.prompts = Ragged(file, "prompt")
            self.bare = file.get_tensor("prompt.answer_start").tolist()
            self.letters = file.get_tensor("answer.letters").long()
            self.close = file.get_tensor("answer.close").item()

    def choose(self, some):
        ids, mask = pad([self.prompts[i] for i in some])
        logits = self.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        last = logits[torch.arange(len(some)), mask.sum(1) - 1]
        share, letter = last[:, self.letters].float().softmax(1).max(1)
        return list(zip(letter.tolist(), share.tolist()))

    def continued(self, some):
        ids, mask = pad([self.prompts[i][: self.bare[i]] for i in some], left=True)
        new = self.model.generate(
            ids, attention_mask=mask, max_new_tokens=CONTINUATION, do_sample=False, pad_token_id=0
        )[:, ids.shape[1] :].tolist()
        return [self.find(self.prompts[i][self.bare[i] :].tolist(), n) for i, n in zip(some, new)]

    def find(self, common, new):
        """The letter of the first answer among new ids, before a stop, or -."""
        new = new[: min([new.index(s) for s in self.stop or [] if s in new], default=len(new))]
        for at in range(len(new) - len(common) - 1):
            for x, letter in enumerate(self.letters.tolist()):
                if new[at : at + len(common) + 2] == [*common, letter, self.close]:
                    return "abc"[x]
        return "-"

    @torch.no_grad()
    def go(self, first, count):
        answers, began = [], time.perf_counter()
        for at in range(first, first + count, 4):
            some = range(at, min(at + 4, first + count))
            chosen = self.choose(some)
            free = self.continued(some) if self.free else "-" * len(some)
            answers += [f"{'abc'[c]}{f}:{p:.5f}" for (c, p), f in zip(chosen, free)]
        return time.perf_counter() - began, answers


class Product:
    def __init__(self, args):
        self.shape = args.columns, args.inner

    def go(self, rows, _):
        columns, inner = self.shape
        a, b = torch.randn(rows, inner), torch.randn(columns, inner)
        functional.linear(a, b)
        began = time.perf_counter()
        for _ in range(4):
            functional.linear(a, b)
        return time.perf_counter() - began, []


def open_job(args):
    if args.job == "product":
        return Product(args)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.bfloat16 if args.bf16 else torch.float32)
    model.requires_grad_(False)
    model.eval()
    start = safe_open(args.start, "pt").__enter__()
    memory = Memory(start)
    way = (Usual if args.way == "usual" else Strong)(args, model, memory)
    return (Memorize if args.job == "memorize" else Answer)(args, way, memory, start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=["usual", "strong"])
    parser.add_argument("job", choices=["memorize", "answer", "product"])
    for name in ["model", "encoded", "prefix", "start"]:
        parser.add_argument(f"--{name}")
    for name, default in [("layer", 0), ("warmup", 1), ("schedule", 1000), ("threads", 2)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, default in [("columns", 2048), ("inner", 2048)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, default in [("lr", 1e-3), ("decay", 0.05), ("clip", 10.0)]:
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--free", action="store_true")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--stop", type=int, nargs="*", default=[])
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    job = open_job(args)
    print(f"ready torch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        first, count = [int(word) for word in [*line.split()[1:], 0]][:2]
        seconds, values = job.go(first, count)
        print(f"{seconds:.6f} 0", *values, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
