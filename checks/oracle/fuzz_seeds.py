"""Seeds of the fuzz targets: small files of every shape that the readers know, made here.

    build/oracle/bin/python checks/oracle/fuzz_seeds.py checks/audit/fuzz/seeds

One folder a target. They are committed; this is how they came about.
"""
import io
import json
import os
import struct
import sys
import zipfile
import zlib

FOLDER = sys.argv[1]


def seed(target, name, data):
    os.makedirs(f"{FOLDER}/{target}", exist_ok=True)
    with open(f"{FOLDER}/{target}/{name}", "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- FEVER, pages, zip ------------------------------------------------------------------------

def claim(number, label, evidence, verifiable="VERIFIABLE", text="Ostrey keeps two clocks."):
    return dump({"id": number, "verifiable": verifiable, "label": label, "claim": text, "evidence": evidence})


FEVER = [claim(7, "SUPPORTS", [[[1, 2, "Ostrey", 0]], [[1, 3, "Ostrey", 2], [1, 4, "Clock_-LRB-tower-RRB-", 0]]]),
         claim(8, "REFUTES", [[[None, None, "Cafe\u0301", 11]]]),
         claim(9, "NOT ENOUGH INFO", [[[5, None, None, None]]], "NOT VERIFIABLE"),
         claim(10, "SUPPORTS", [])]
seed("fever", "four", "\n".join(FEVER) + "\n")
seed("fever", "one", FEVER[1])
seed("fever", "escapes", claim(1, "REFUTES", [[[1, 1, "x", 1]]], text="a\\b\"c").replace("x", "\\u0041\\ud83d\\ude00"))
seed("fever", "more", '{"extra":[1.5,-2e3,true],' + FEVER[0][1:] + "\r\n")
seed("fever", "empty", "")

SENTENCES = "0\tAlpha is a letter .\tLetter\tletter\n1\t\n2\tIt comes first .\tGreek\tGreek\tone\nstray\n2\tagain"
PAGES = [dump({"id": "", "text": "", "lines": ""}),
         dump({"id": "Alpha", "text": "Alpha is a letter . It comes first .", "lines": SENTENCES}),
         dump({"id": "Beta_-LRB-b-RRB-", "text": " \t\n", "lines": "0\t"}),
         '{"id": "Ze\\u0301ta", "text": "Z\\ud83d\\ude00", "lines": "0\\tZ\\n1\\tZ"}',
         dump({"text": "t", "lines": "10\ta\n999999999\tb\n1234567890\tc", "id": "Alpha"})]
for number, page in enumerate(PAGES):
    seed("page", f"page{number}", page)
seed("page", "all", "\n".join(PAGES) + "\n")


def archive(members, kind=zipfile.ZIP_DEFLATED, comment=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as file:
        file.comment = comment
        for name, data in members:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = kind
            file.writestr(info, data)
    return buffer.getvalue()


WIKI = [("wiki-pages/wiki-001.jsonl", PAGES[0] + "\n" + PAGES[1] + "\n"),
        ("__MACOSX/wiki-pages/._wiki-001.jsonl", "no page"), ("wiki-pages/wiki-002.jsonl", PAGES[3])]
seed("zip", "deflated", archive(WIKI))
seed("zip", "stored", archive(WIKI, zipfile.ZIP_STORED, b"a comment"))
seed("zip", "bzip2", archive(WIKI[:1], zipfile.ZIP_BZIP2))
seed("zip", "lzma", archive(WIKI[:1], zipfile.ZIP_LZMA))
seed("zip", "runs", archive([("wiki-1.jsonl", dump({"id": "Alpha", "text": "a" * 20000, "lines": ""}))]))
seed("zip", "none", archive([("other.txt", "x")]))
seed("zip", "empty", archive([]))


def overlapping(count, line):
    """Members with the same deflated bytes, each one's header within the extra field of that before it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body, headers, names = packer.compress(line) + packer.flush(), b"", []
    sizes = struct.pack("<III", zlib.crc32(line), len(body), len(line))
    for number in reversed(range(count)):
        name = b"wiki-%d.jsonl" % number
        extra = struct.pack("<HH", 0x9999, len(headers)) + headers if headers else b""
        headers = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + \
            struct.pack("<HH", len(name), len(extra)) + name + extra
        names.insert(0, (name, len(headers)))
    start = len(headers) + len(body)
    directory = b"".join(b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes +
                         struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(headers) - left) + name
                         for name, left in names)
    return headers + body + directory + b"PK\5\6" + \
        struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)


class Pipe(io.RawIOBase):
    """A stream that cannot go back, as a pipe."""

    def __init__(self):
        self.bytes = b""

    def writable(self):
        return True

    def write(self, data):
        self.bytes += bytes(data)
        return len(data)


def piped(members):
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return pipe.bytes


def in_64_bits(members):
    """Every size and offset in 64 bits, as of a zip of 4 GiB and more."""
    body, directory = b"", b""
    for name, data in members:
        name, data = name.encode(), data.encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed, whole = packer.compress(data) + packer.flush(), struct.pack("<I", zlib.crc32(data)) + b"\xff" * 8
        sizes = struct.pack("<QQ", len(data), len(packed))
        extra = struct.pack("<HH", 0x7075, 0) + struct.pack("<HH", 1, 24) + sizes + struct.pack("<Q", len(body))
        directory += b"PK\1\2" + struct.pack("<HHHHHH", 45, 45, 0, 8, 0, 33) + whole + \
            struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, 0xffffffff) + name + extra
        body += b"PK\3\4" + struct.pack("<HHHHH", 45, 0, 8, 0, 33) + whole + \
            struct.pack("<HH", len(name), 20) + name + struct.pack("<HH", 1, 16) + sizes + packed
    end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, len(members), len(members), len(directory), len(body))
    locator = b"PK\6\7" + struct.pack("<IQI", 0, len(body) + len(directory), 1)
    return body + directory + end + locator + b"PK\5\6" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"


def with_foreign(members):
    """Members of other methods that are no pages, before and behind them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(zipfile.ZipInfo("notes.txt", (2020, 1, 1, 0, 0, 0)), "x" * 99, zipfile.ZIP_LZMA)
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        file.writestr(zipfile.ZipInfo("wiki.bin", (2020, 1, 1, 0, 0, 0)), "y" * 99, zipfile.ZIP_BZIP2)
    return buffer.getvalue()


def encrypted(data):
    """The zip with every member said to be encrypted."""
    for mark, place in (b"PK\3\4", 6), (b"PK\1\2", 8):
        parts = data.split(mark)
        data = parts[0] + b"".join(mark + p[:place - 4] + bytes([p[place - 4] | 1]) + p[place - 3:] for p in parts[1:])
    return data


ACCENTED = [(name.replace("wiki-pages", "donn\u00e9es"), data) for name, data in WIKI]
seed("zip", "piped", piped(WIKI))
seed("zip", "in-64-bits", in_64_bits(WIKI))
seed("zip", "foreign", with_foreign(WIKI))
seed("zip", "accented", archive(ACCENTED))
seed("zip", "accented-bytes", archive([(n.replace("\u00e9", "#"), d) for n, d in ACCENTED]).replace(b"donn#es", b"donn\x82es"))
seed("zip", "behind", b"#!/bin/sh\nexit 0\n" + archive(WIKI))
seed("zip", "before", archive(WIKI) + b"\0" * 200)
seed("zip", "refused-encrypted", encrypted(archive(WIKI)))

# Forty pages of 200,000 bytes in six KiB: more than bytes can deflate to.
seed("zip", "refused-overlapping", overlapping(40, dump({"id": "Alpha", "text": "a" * 200000, "lines": ""}).encode()))

# ---- safetensors -------------------------------------------------------------------------------

def tensors(entries, data, metadata=None, pad=0):
    header = {} if metadata is None else {"__metadata__": metadata}
    header.update({name: {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}
                   for name, kind, shape, begin, end in entries})
    text = dump(header).encode() + b" " * pad
    return struct.pack("<Q", len(text)) + text + data


FLOATS = struct.pack("<4f", 1, -2.5, float("inf"), 1e-40)
SINGLE = tensors([("a", "F32", [2, 2], 0, 16)], FLOATS, {"seed": "7"})
TYPES = tensors([("b", "BOOL", [3], 0, 3), ("h", "F16", [1], 3, 5), ("w", "BF16", [1, 1], 5, 7),
                 ("i", "I64", [], 7, 15), ("none", "F32", [0, 4], 15, 15), ("d", "F64", [1], 15, 23)],
                bytes(range(23)), {}, 5)
seed("safetensors", "single", SINGLE)
seed("safetensors", "types", TYPES)
seed("safetensors", "empty", tensors([], b""))
seed("safetensors", "swapped", tensors([("z", "U8", [2], 1, 3), ("y", "I8", [1], 0, 1)], b"abc"))
seed("safetensors", "bytes", tensors([(f"e{i}", kind, [1], i, i + 1) for i, kind in
                                      enumerate(["U8", "I8", "F8_E5M2", "F8_E4M3", "BOOL"])], b"abcde"))
seed("safetensors", "wide", tensors([("c", "C64", [1], 0, 8), ("u", "U64", [1], 8, 16), ("v", "U32", [1], 16, 20),
                                     ("x", "I32", [1], 20, 24), ("y", "U16", [1], 24, 26), ("z", "I16", [1], 26, 28)],
                                    bytes(28)))
INDEX = dump({"metadata": {"total_size": 19}, "weight_map": {"a": "a.safetensors", "z": "b.safetensors",
                                                            "y": "b.safetensors"}}).encode()
OTHER = tensors([("z", "U8", [2], 1, 3), ("y", "I8", [1], 0, 1)], b"abc")
seed("shards", "two", b"####".join([INDEX, SINGLE, OTHER]))
seed("shards", "one", b"####".join([b'{"weight_map":{"a":"a.safetensors"}}', SINGLE, b""]))
seed("shards", "left", b"####".join([b'{"weight_map":{"b":"a.safetensors","h":"a.safetensors"}}', TYPES, OTHER]))


def packed(parts, metadata):
    """A file of (name, type, shape, values); values a number for all alike."""
    letters, entries, data = {"F32": "f", "F64": "d", "I64": "q", "I32": "i", "U8": "B"}, [], b""
    for name, kind, shape, values in sorted(parts, key=lambda part: -struct.calcsize(letters[part[1]])):
        count = 1
        for side in shape:
            count *= side
        values = values if isinstance(values, (list, bytes)) else [values] * count
        piece = struct.pack(f"<{count}{letters[kind]}", *values)
        entries.append((name, kind, shape, len(data), len(data) + len(piece)))
        data += piece
    return tensors(entries, data, metadata)


def cell(metadata, *more):
    return packed([("epochs", "I64", [2], [0, 1]), ("nll", "F64", [2], 1.5), ("document_nll", "F64", [2, 2], 1.5),
                   ("train_loss", "F64", [1], 2), ("epoch.1.up.weight", "F32", [2, 2], .1), ("epoch.1.up.bias", "F32", [2], .1),
                   ("epoch.1.down.weight", "F32", [2, 2], .1), ("epoch.1.down.bias", "F32", [2], .1), *more],
                  dict({"layer": "4", "seed": "1", "entries": "2", "width": "2", "variant": "plain", "target": "document",
                        "allocation": "none", "strength": "1"}, **metadata))


MASK = ("allocation.mask", "U8", [2, 2], [1, 0, 0, 1])
seed("results", "cell", cell({}))
seed("results", "norm", cell({"variant": "norm-gate"}, ("epoch.1.norm.weight", "F32", [2], 1), ("epoch.1.norm.bias", "F32", [2], 0),
                             ("epoch.1.gate", "F32", [1], 1)))
seed("results", "owned", cell({"allocation": "disjoint", "bands": "1", "allocation_seed": "1"}, MASK))
ENCODED = [("document.offset", "I64", [3], [0, 2, 5]), ("template.offset", "I64", [2], [0, 3]), ("prompt.offset", "I64", [2], [0, 3]),
     ("answer.offset", "I64", [4], [0, 1, 2, 3]), ("document.ids", "I32", [5], [1, 7, 1, 8, 9]), ("template.ids", "I32", [3], [1, 5, 6]),
     ("template.document", "I32", [1], 1), ("prompt.ids", "I32", [3], [1, 5, 4]), ("prompt.document", "I32", [1], 0),
     ("prompt.answer_start", "I32", [1], 2), ("prompt.claim", "I32", [1], 3), ("prompt.label", "I32", [1], 2),
     ("prompt.rows", "I32", [1], 1), ("prompt.main", "I32", [1], 1), ("answer.letters", "I32", [3], [10, 11, 12]),
     ("answer.close", "I32", [1], 13)]
FACTS = {"tokenizer": "x", "vocab_size": "99", "max_tokens": "9", "bos": "1"}
seed("results", "encoded", packed(ENCODED, FACTS))
seed("results", "claims", packed(ENCODED + [
    ("claim.offset", "I64", [2], [0, 2]), ("claim.ids", "I32", [2], [1, 5]), ("claim.prompt", "I32", [1], 0),
    ("claim.same", "I32", [1], 0), ("document.half", "I32", [2], [0, 1])], FACTS))

SERIES = ["loss", "loss_pos", "loss_neg", "forgot"] + \
    [f"gradient.{name}" for name in ("own.s", "own.slope", "own.G", "own.K", "negative.s", "negative.slope", "negative.G",
                                     "negative.K", "K", "up", "down", "lm", "G")]
seed("results", "vectors", packed(
    [("epochs", "I64", [2], [0, 1]), ("drift", "F64", [2, 2], .5), ("dead", "F64", [2], 0), ("base_nll", "F64", [2], 3),
     ("document_nll", "F64", [2, 2], 3), ("negative_nll", "F64", [2, 2], 3)] + [(name, "F64", [1], 1) for name in SERIES] +
    [(f"distance.{name}", "F64", [2], 1) for name in ("up", "down", "lm", "G")] +
    [("K", "F32", [2, 2, 2], 1), ("s", "F32", [2, 2, 1], 1), ("up.weight", "F32", [1, 2], .1), ("up.bias", "F32", [1], .1),
     ("down.weight", "F32", [2, 1], .1), ("down.bias", "F32", [2], .1), ("lm.weight", "F32", [2, 2], .1), ("lm.bias", "F32", [2], 0),
     ("G.weight", "F32", [1, 2], .1), ("G.bias", "F32", [1], .1)],
    {"layer": "5", "seed": "1", "documents": "2", "tokens": "4", "dimension": "2", "entries": "1", "width": "2", "epochs": "1",
     "batch": "1", "warmup": "1", "phi": "relu", "selection": "linear", "lm": "yes", "form": "squared", "negative": "other",
     "alpha": "0.1", "tau": "1.5", "delta": "0.5", "lr": "0.006", "decay": "0.01", "clip": "5"}))
seed("results", "interventions", packed(
    [("context", "I64", [1], [1]), ("held", "I64", [1], [0]), ("true.logsumexp", "F64", [1, 1], 1), ("logsumexp", "F64", [3, 1, 1], 1),
     ("pool.logsumexp", "F64", [2], 1), ("next.logit", "F64", [2], 1), ("next.log_p", "F64", [2], -1), ("own.log_p", "F64", [2], -1),
     ("acts", "F64", [1], .5), ("word.offset", "I64", [3], [0, 1, 3]), ("selection", "F32", [2, 1], 1), ("activation", "F32", [1, 1], 1), ("short", "F32", [1, 2], 1),
     ("linear", "F32", [1, 1, 2], 1), ("true", "F32", [1, 1, 2], 1), ("logit", "F32", [3, 1, 1, 2], 1), ("pool.logit", "F32", [2, 2], 1),
     ("word.id", "I32", [2], [3, 5]),
     ("removed", "U8", [1], 0), ("word.text", "U8", [3], list("a\u00e9".encode())), ("contains", "U8", [2, 2], [0, 1, 1, 0])],
    {"seed": "1", "layer": "4", "phi": "relu", "lm": "no"}))

# ---- Models and tokenizers ------------------------------------------------------------------------

LLAMA = {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 99, "hidden_act": "silu",
         "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None,
         "tie_word_embeddings": False, "attention_bias": False, "mlp_bias": False, "torch_dtype": "float16"}
NEOX = {"model_type": "gpt_neox", "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 3,
        "num_attention_heads": 4, "vocab_size": 99, "hidden_act": "gelu", "max_position_embeddings": 128,
        "layer_norm_eps": 1e-5, "rotary_pct": 0.25, "rotary_emb_base": 10000, "use_parallel_residual": True,
        "tie_word_embeddings": False, "attention_bias": True}
seed("config", "llama", json.dumps(LLAMA, indent=2))
seed("config", "neox", dump(NEOX))
seed("config", "newer", dump(dict(LLAMA, head_dim=16, rope_theta=None,
                                  rope_parameters={"rope_type": "default", "rope_theta": 500000.0})))
seed("config", "share", dump(dict(NEOX, rope_parameters={"rope_theta": 500, "partial_rotary_factor": 0.5})))


def added(number, content, **flags):
    token = {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": False}
    token.update(flags)
    return token


def tokenizer(vocab, merges, tokens=(), model=None, **parts):
    body = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False}
    body.update(model or {})
    body.update({"vocab": {token: number for number, token in enumerate(vocab)}, "merges": merges})
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": list(tokens),
             "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None}
    whole.update(parts)
    whole["model"] = body
    return whole


MARK = "\u2581"
SPECIAL = dict(special=True)
POST = {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
LETTERS = ["<unk>", "<s>", "</s>", "<0x0A>", "<0xC3>", "<0xA9>", MARK, "a", "b", "c", "ab", MARK + "a", "abc"]
MERGES = ["a b", MARK + " a", "ab c"]
PIECES = [added(0, "<unk>", **SPECIAL), added(1, "<s>", **SPECIAL), added(2, "</s>", **SPECIAL)]
FORMS = {
    "plain": (tokenizer(["a", "b", "ab"], ["a b"]), "abab ba"),
    "pairs": (tokenizer(["a", "b", "c", "ab", "abc"], [["a", "b"], ["ab", "c"]], model={"ignore_merges": True}),
              "abcabx"),
    "llama": (tokenizer(LETTERS, MERGES, PIECES, {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True},
                        normalizer={"type": "Sequence", "normalizers": [
                            {"type": "Prepend", "prepend": MARK},
                            {"type": "Replace", "pattern": {"String": " "}, "content": MARK}]},
                        post_processor=POST,
                        decoder={"type": "Sequence", "decoders": [
                            {"type": "Replace", "pattern": {"String": MARK}, "content": " "},
                            {"type": "ByteFallback"}, {"type": "Fuse"},
                            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}),
              "abc caf\u00e9\n<s>ab  a"),
    "metaspace": (tokenizer(LETTERS, MERGES, PIECES + [added(13, "two", single_word=True, lstrip=True),
                                                       added(14, "<gap>", rstrip=True, normalized=True)],
                            {"unk_token": "<unk>"},
                            pre_tokenizer={"type": "Metaspace", "replacement": MARK, "prepend_scheme": "first",
                                           "split": True},
                            decoder={"type": "Metaspace", "replacement": MARK, "add_prefix_space": True}),
                  " two <gap>  ab atwo"),
    "neox": (tokenizer(["<|endoftext|>", "a", "b", "\u0120", "ab", "\u0120a", "\u00c3", "\u00a9"],
                       ["a b", "\u0120 a"], [added(0, "<|endoftext|>", **SPECIAL), added(8, "  ", normalized=True)],
                       normalizer={"type": "NFC"},
                       pre_tokenizer={"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
                       post_processor={"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False},
                       decoder={"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True,
                                "use_regex": True}),
             "ab a  b's 12 e\u0301<|endoftext|>"),
    "whole": (tokenizer(["a", "\u0120", "b"], [], pre_tokenizer={"type": "Sequence", "pretokenizers": [
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": False}]}), "a b"),
}
FORMS["cuts"] = (tokenizer(["a", "\u0120", "b", "1"], [], pre_tokenizer={"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": "(?i:'s)|[^\\r\\p{L}]?\\p{L}+|\\d{1,3}|\\s+(?!\\S)"},
     "behavior": "MergedWithNext", "invert": False}, {"type": "Digits", "individual_digits": False},
    {"type": "Split", "pattern": {"String": "a."}, "behavior": "Removed", "invert": True},
    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}), "ab's 123 a.b")
for name, (form, text) in FORMS.items():
    seed("tokenizer", name, dump(form).encode() + b"\0" + text.encode())

# ---- Tables and lists --------------------------------------------------------------------------------

COLUMNS = ("allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,choice,free,"
           "p_a,p_b,p_c\n")
ROWS = ["none,1,plain,document,4,1,0,3,10,0,a,1,1,a,-,0.5,0.25,0.25", "none,1,plain,document,4,1,0,4,10,2,a,2,0,b,b,0,1,0",
        "none,1,plain,document,4,1,0,1,11,1,c,1,1,c,c,1e-3,0.1,0.9", "none,1,plain,document,4,1,5,3,10,0,a,1,1,b,-,0,1,0"]
seed("csv", "predictions", COLUMNS + "\n".join(ROWS) + "\n")
LOSSES = "allocation,strength,variant,target,layer,seed,epoch,claim,same,page,half,label,tokens,nll,without\n"
seed("csv", "likelihood", LOSSES + "none,1,plain,document,4,1,5,10,10,0,0,a,4,1.5,2\nnone,1,plain,document,4,1,5,12,10,1,1,b,4,3,2\n")
seed("csv", "no-main", COLUMNS + ROWS[1] + "\n")
seed("csv", "quoted", 'name,"a ""b""",c\n"x, y",2.5,\n"two\nlines",-1e300,"\u00e9"\n')
seed("csv", "crlf", "a,b\r\n1,2\r\n")
seed("csv", "header", COLUMNS)
seed("csv", "cut", COLUMNS + ROWS[0])

seed("provenance", "cell", """program memorize 0123456789abcdef
compiler 12.2.0
blas OpenBLAS 0.3.21 Haswell
argument layer 4
argument lr 0.001
input encoded 00112233445566778899aabbccddeeff build/tiny/encoded.safetensors
input word ffeeddccbbaa99887766554433221100 a path with blanks
output 00112233445566778899aabbccddeeff result
""")
seed("provenance", "short", "program x y")

seed("requests", "text", '{"text": "Is it so?"}\n{"text": "caf\\u00e9 \\u0000 <s> clock"}\n')
seed("requests", "ids", '{"ids": [1, 2, 300, 40000]}\n{"ids": []}')
seed("requests", "both", '{"ids": [7], "text": "", "document": 3}\n\n')


# ---- GGUF -------------------------------------------------------------------------------------

def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, data):
    forms = {"u32": (4, "<I"), "i32": (5, "<i"), "f32": (6, "<f"), "flag": (7, "<?"), "u64": (10, "<Q")}
    return (8, text(data)) if kind == "text" else (forms[kind][0], struct.pack(forms[kind][1], data))


def setting(key, kind, data):
    if isinstance(data, list):
        parts = [value(kind, part) for part in data]
        return text(key) + struct.pack("<IIQ", 9, parts[0][0] if parts else 8, len(parts)) + b"".join(p[1] for p in parts)
    number, packed = value(kind, data)
    return text(key) + struct.pack("<I", number) + packed


def gguf(settings, tensors=(), version=3):
    """tensors: (name, sizes with columns first, type, bytes)."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(settings)) + b"".join(setting(*s) for s in settings)
    data = b""
    for name, sizes, kind, size in tensors:
        head += text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kind, len(data))
        data += bytes(range(size % 97, size % 97 + size) if size < 150 else size) + bytes(-size % 32)
    return head + bytes(-len(head) % 32) + data if tensors else head


def model(arch, epsilon, parts, more=()):
    keys = ["block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count"]
    settings = [("general.architecture", "text", arch)] + [(f"{arch}.{k}", "u32", v) for k, v in zip(keys, (1, 8, 2, 2, 1))]
    square = [(f"{p}.weight", [2, 2], 0, 16) for p in ("token_embd", *(f"blk.0.{p}" for p in parts))]
    norms = [(f"{p}.{end}", [2], 0, 8) for p in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")
             for end in (("weight",) if arch == "llama" else ("weight", "bias"))]
    fused = [("blk.0.attn_qkv.weight", [2, 6], 0, 48), ("blk.0.attn_qkv.bias", [6], 0, 24)]
    biases = fused + [(f"blk.0.{p}.bias", [2], 0, 8) for p in parts] if arch == "gptneox" else []
    return gguf(settings + [(f"{arch}.attention.{epsilon}", "f32", 1e-5), *more], square + norms + biases)


TOKENS = ["<unk>", "<s>", "</s>", "a", "b", "ab", "\u2581", "<0x41>", "\u2581ab"]
seed("gguf", "llama", model("llama", "layer_norm_rms_epsilon", ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate",
                                                               "ffn_up", "ffn_down"), [("llama.rope.freq_base", "f32", 5e5)]))
seed("gguf", "neox", model("gptneox", "layer_norm_epsilon", ("attn_output", "ffn_up", "ffn_down"),
                           [("gptneox.rope.dimension_count", "u32", 2), ("gptneox.use_parallel_residual", "flag", True)]))
seed("gguf", "types", gguf([("general.alignment", "u32", 32)], [(f"t{kind}", [256, 1], kind, size) for kind, size in (
    (2, 144), (3, 160), (6, 176), (7, 192), (8, 272), (10, 84), (11, 110), (12, 144), (13, 176), (14, 210), (1, 512))]))
seed("gguf", "pieces", gguf([("tokenizer.ggml.model", "text", "llama"), ("tokenizer.ggml.tokens", "text", TOKENS),
                             ("tokenizer.ggml.scores", "f32", [0, 0, 0, -3, -4, -1, -5, 0, -2]),
                             ("tokenizer.ggml.token_type", "i32", [2, 3, 3, 1, 1, 1, 1, 6, 1]),
                             ("tokenizer.ggml.bos_token_id", "u32", 1), ("tokenizer.ggml.eos_token_id", "u32", 2),
                             ("tokenizer.ggml.unknown_token_id", "u32", 0), ("tokenizer.ggml.add_space_prefix", "flag", True)]))
seed("gguf", "merges", gguf([("general.architecture", "text", "gptneox"), ("tokenizer.ggml.model", "text", "gpt2"),
                             ("tokenizer.ggml.pre", "text", "smollm"), ("tokenizer.ggml.tokens", "text", TOKENS),
                             ("tokenizer.ggml.token_type", "i32", [4, 3, 3, 1, 1, 1, 1, 1, 1]),
                             ("tokenizer.ggml.merges", "text", ["a b", "\u2581 ab"]), ("tokenizer.ggml.add_bos_token", "flag", True),
                             ("tokenizer.ggml.bos_token_id", "u32", 1)], version=2))
seed("gguf", "split", gguf([("split.count", "u32", 3)]))
