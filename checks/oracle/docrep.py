"""The DocRep memory in PyTorch, vectors and all, trained for ten steps on llama.py's checkpoints.

    python checks/oracle/docrep.py      rewrites checks/reference/docrep-*.safetensors

h' = h + Mem(h; s_i) after one block, s_i = phi(G(K_i)); the model is frozen; L = L_pos + alpha F.
Everything is float64; each case is trained once more in float32, to see how near that can come.
"""
import math

import torch
from safetensors.torch import save_file
from transformers import get_cosine_schedule_with_warmup

from float64_llama import Llama
from memory import (BATCH, DOCUMENTS, REFERENCE, STEPS, draw_batches, draw_documents, float32_gap,
                    sort_metadata)

ENTRIES, GRADIENTS_AT = 6, (0, 9)
SEED = 300
GELU = torch.nn.functional.gelu

# Learning rate, warm-up steps, scheduled steps, weight decay, bound of the gradient norm.
PLAIN = (1e-2, 3, 30, 0.01, 5.0)
HARSH = (3e-2, 2, 10, 0.5, 0.05)

# name, checkpoint, layer, phi, selection, lm, k, form, negative, alpha, tau less the first L_neg,
# settings
CASES = [
    ("other", "gqa", 1, "tanh", "linear", True, 3, "squared", "other", 0.5, 0.4, PLAIN),
    ("perturbed", "gqa", 1, "relu", "mlp", True, 2, "squared", "perturbed", 0.5, 0.7, PLAIN),
    ("zero", "bf16", 2, "tanh", "mlp", False, 3, "absolute", "zero", 0.5, 0.9, PLAIN),
    ("random", "gqa", 2, "relu", "linear", False, 4, "absolute", "random", 0.5, -0.9, PLAIN),
    ("zero-squared", "gqa", 1, "relu", "linear", True, 2, "squared", "zero", 0.8, -0.5, PLAIN),
    ("other-absolute", "bf16", 1, "tanh", "mlp", True, 3, "absolute", "other", 0.3, 0.5, HARSH),
    ("random-squared", "gqa", 1, "relu", "mlp", False, 3, "squared", "random", 0.5, 0.6, HARSH),
    ("perturbed-absolute", "gqa", 2, "tanh", "linear", False, 2, "absolute", "perturbed", 0.5, 0.9,
     PLAIN),
    ("detached", "gqa", 1, "tanh", "linear", True, 3, "squared", "other-detached", 0.5, 0.4, PLAIN),
    ("detached-absolute", "gqa", 2, "relu", "mlp", False, 3, "absolute", "other-detached", 0.5, 0.9,
     PLAIN),
    ("far", "gqa", 1, "tanh", "linear", False, 3, "squared", "other", 0.5, 9.0, PLAIN),
    ("alone", "bf16", 1, "relu", "linear", True, 3, "squared", "other", 0.0, 0.4, PLAIN),
    ("alone-mlp", "gqa", 2, "tanh", "mlp", False, 5, "absolute", "zero", 0.0, 0.4, HARSH),
    ("context", "gqa", 1, "tanh", "linear", True, 3, "squared", "other", 0.5, 0.4, PLAIN),
    ("context-mlp", "bf16", 2, "relu", "mlp", False, 2, "absolute", "perturbed", 0.5, 0.9, HARSH),
]
DELTA = 0.3
COLUMNS = ("own.s", "own.slope", "own.G", "own.K", "negative.s", "negative.slope", "negative.G",
           "negative.K", "K", "up", "down", "lm", "G")


class DocRep(torch.nn.Module):
    """Memory, selection and document vectors; or, with contexts (documents, width), the map U that makes them."""

    def __init__(self, width, phi, selection, lm, k, contexts=None):
        super().__init__()
        self.phi = torch.tanh if phi == "tanh" else torch.relu
        self.up, self.down = torch.nn.Linear(width, ENTRIES), torch.nn.Linear(ENTRIES, width)
        self.lm = torch.nn.Linear(width, width) if lm else None
        if selection == "mlp":
            self.G = torch.nn.ModuleDict({"1": torch.nn.Linear(k, ENTRIES),
                                          "2": torch.nn.Linear(ENTRIES, ENTRIES)})
        else:
            self.G = torch.nn.Linear(k, ENTRIES)
        for module in self.modules():
            if isinstance(module, torch.nn.Linear):
                torch.nn.init.orthogonal_(module.weight, gain=math.sqrt(2))
                torch.nn.init.normal_(module.bias, std=0.1)
        self.contexts = contexts
        if contexts is None:
            self.K = torch.nn.Parameter(torch.randn(DOCUMENTS, k))
        else:
            self.U = torch.nn.Linear(width, k, bias=False)
            torch.nn.init.orthogonal_(self.U.weight, gain=math.sqrt(2))
            self.make_vectors()

    def make_vectors(self):
        """K of U and the contexts, anew for each step."""
        if self.contexts is not None:
            self.K = self.U(self.contexts.to(self.U.weight.dtype))
            if self.K.requires_grad:
                self.K.retain_grad()

    def before(self, vectors):
        if isinstance(self.G, torch.nn.ModuleDict):
            return self.G["2"](GELU(self.G["1"](vectors)))
        return self.G(vectors)

    def forward(self, h, s):
        y = self.down(GELU(self.up(h)) * s)
        return y if self.lm is None else GELU(self.lm(y))


def negatives(docrep, kind, batch, other, noise):
    """(B, k) under the rule `kind`; the gradient flows as the rule has it."""
    if kind == "zero":
        return torch.zeros_like(noise)
    if kind == "random":
        return noise
    if kind == "perturbed":
        return docrep.K[batch] + DELTA * noise
    rows = docrep.K[other]
    return rows.detach() if kind == "other-detached" else rows


def loss_under(model, docrep, layer, texts, s):
    """Mean NLL over every token after the first of every text, text i under selection s[i]."""
    terms = []
    for ids, row in zip(texts, s):
        h = model.embed(ids)
        for l in range(model.blocks):
            h = model.block(h, l)
            if l == layer:
                h = h + docrep(h, row)
        terms.append(model.nll(h, ids))
    return torch.cat(terms).mean()


def read_contexts(model, layer, documents):
    """(documents, width): the mean over each document of what enters the memory."""
    rows = []
    with torch.no_grad():
        for ids in documents:
            h = model.embed(ids)
            for l in range(layer + 1):
                h = model.block(h, l)
            rows.append(h.reshape(-1, h.shape[-1]).mean(0))
    return torch.stack(rows)


def select(docrep, vectors):
    """s of the vectors, with what the gradient is taken apart at."""
    vectors = vectors.clone() if vectors.requires_grad else vectors.clone().requires_grad_()
    before = docrep.before(vectors)
    s = docrep.phi(before)
    for tensor in (vectors, before, s):
        tensor.retain_grad()
    return vectors, before, s


def norms(docrep, vectors, before, s):
    """Means over the rows of |dL/ds|, rms phi', |dL/dG|, |dL/dvector|."""
    if s.grad is None:  # the minimum left these rows out
        s.grad, before.grad, vectors.grad = (torch.zeros_like(x) for x in (s, before, vectors))
    point = before.detach().clone().requires_grad_()
    slope, = torch.autograd.grad(docrep.phi(point).sum(), point)
    return [s.grad.norm(dim=1).mean().item(), (slope ** 2).mean(1).sqrt().mean().item(),
            before.grad.norm(dim=1).mean().item(), vectors.grad.norm(dim=1).mean().item()]


def weight_norms(docrep):
    """|dL/dW| of up, down, lm and G, without biases."""
    grads = {k: p.grad for k, p in docrep.named_parameters() if k.endswith("weight")}
    return [math.sqrt(sum((g ** 2).sum().item() for k, g in grads.items() if k.startswith(part)))
            for part in ("up", "down", "lm", "G")]


def all_numbers(docrep):
    """Parameters, and the vectors where these are none."""
    return list(docrep.named_parameters()) + ([] if docrep.contexts is None else [("K", docrep.K)])


def forget(form, positive, negative, tau):
    if form == "absolute":
        return (negative - tau).abs()
    return torch.minimum((negative - tau) ** 2, positive)


def train(model, docrep, case, documents, steps, tau):
    _, _, layer, _, _, _, _, form, kind, alpha, _, (base, warmup, total, decay, clip) = case
    optimizer = torch.optim.AdamW(docrep.parameters(), lr=base, betas=(0.9, 0.999), eps=1e-8,
                                  weight_decay=decay)
    schedule = get_cosine_schedule_with_warmup(optimizer, warmup, total)
    curve, anatomy, out = [], [], {}
    for step, (batch, other, noise) in enumerate(steps):
        optimizer.zero_grad()
        docrep.make_vectors()
        batch, other = batch.long(), other.long()
        texts = [documents[i] for i in batch]
        own = select(docrep, docrep.K[batch])
        loss = positive = loss_under(model, docrep, layer, texts, own[2])
        row, negative = [0.0] * 4, torch.tensor(0.0)
        if alpha > 0:
            not_own = select(docrep, negatives(docrep, kind, batch, other, noise.to(model.dtype)))
            negative = loss_under(model, docrep, layer, texts, not_own[2])
            loss = positive + alpha * forget(form, positive, negative, tau)
        loss.backward()
        if alpha > 0:
            row = norms(docrep, *not_own)
        anatomy.append(norms(docrep, *own) + row + [docrep.K.grad[batch].norm(dim=1).mean().item()]
                       + weight_norms(docrep))
        if step in GRADIENTS_AT:
            out.update({f"grad.{step}.{k}": p.grad.clone() for k, p in docrep.named_parameters()})
        norm = torch.nn.utils.clip_grad_norm_(docrep.parameters(), clip).item()
        curve.append([loss.item(), positive.item(), negative.item(), norm])
        optimizer.step()
        schedule.step()
    docrep.make_vectors()
    out.update({f"final.{k}": p.detach().clone() for k, p in all_numbers(docrep)})
    out["curve"] = torch.tensor(curve, dtype=torch.float64)
    out["anatomy"] = torch.tensor(anatomy, dtype=torch.float64)
    return out


def draw_steps(k, generator):
    """Of each step: documents, another document for each, noise."""
    steps = []
    for batch in draw_batches(generator):
        away = torch.randint(1, DOCUMENTS, (BATCH,), generator=generator)
        steps.append((batch, ((batch + away) % DOCUMENTS).to(torch.int32),
                      torch.randn(BATCH, k, generator=generator)))
    return steps


def write_case(case, seed):
    name, checkpoint, layer, phi, selection, lm, k, form, kind, alpha, above, settings = case
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Llama(REFERENCE / f"llama-{checkpoint}")
    documents, steps = draw_documents(model.vocab, generator), draw_steps(k, generator)
    contexts = read_contexts(model, layer, documents) if name.startswith("context") else None
    docrep = DocRep(model.d, phi, selection, lm, k, contexts)
    start = {n: p.detach().clone() for n, p in docrep.named_parameters()}
    docrep.double()
    docrep.make_vectors()
    begun = {n: p.detach().clone() for n, p in all_numbers(docrep)}
    batch, other, noise = steps[0]
    first = negatives(docrep, kind, batch.long(), other.long(), noise.double())
    with torch.no_grad():
        tau = loss_under(model, docrep, layer, [documents[i] for i in batch],
                         docrep.phi(docrep.before(first))).item() + above
    exact = train(model, docrep, case, documents, steps, tau)
    docrep.float().load_state_dict(start)
    rough = train(Llama(REFERENCE / f"llama-{checkpoint}", torch.float32), docrep, case, documents,
                  steps, tau)
    out = {n: v if n in ("curve", "anatomy") else v.float() for n, v in exact.items()}
    out.update({f"init.{n}": v.float() for n, v in begun.items()})
    for step, (batch, other, noise) in enumerate(steps):
        out.update({f"batch.{step}": batch, f"other.{step}": other, f"noise.{step}": noise})
    out["document.ids"] = torch.cat(documents)
    out["document.offset"] = torch.tensor([0] + [len(d) for d in documents]).cumsum(0)
    out["settings"] = torch.tensor(settings + (alpha, tau, DELTA), dtype=torch.float64)
    path = REFERENCE / f"docrep-{name}.safetensors"
    save_file(out, path, metadata=dict(checkpoint=f"llama-{checkpoint}", layer=str(layer), phi=phi,
                                       selection=selection, lm="yes" if lm else "no", form=form,
                                       negative=kind,
                                       **({} if contexts is None else {"start": "context"})))
    sort_metadata(path)
    curve = exact["curve"]
    print(f"{path.name}: {path.stat().st_size} bytes; L_pos {curve[0, 1]:.3f} to"
          f" {curve[-1, 1]:.3f}, L_neg {curve[0, 2]:.3f} to {curve[-1, 2]:.3f}, norm"
          f" {curve[:, 3].min():.3f} to {curve[:, 3].max():.3f};"
          f" float32 within {float32_gap(exact, rough):.1e}")


def main():
    torch.set_num_threads(1)
    for seed, case in enumerate(CASES, SEED):
        write_case(case, seed)


if __name__ == "__main__":
    main()
