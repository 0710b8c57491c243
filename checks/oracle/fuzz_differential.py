"""Mutated files through docmem's readers and through Python's safetensors and tokenizers.

    python3 -m venv build/oracle && build/oracle/bin/pip install -r checks/oracle/requirements.txt
    make build/bin/readers && build/oracle/bin/python checks/oracle/fuzz_differential.py [COUNT [SEED]]

COUNT seeded mutations of each format (20000) and the fuzzers' own inputs (build/fuzz/corpus, where there
are any). What the package refuses docmem must refuse, and what both accept must be the same in both;
both but for the rules named in LOOSER. What docmem refuses alone is counted by its reason. The table goes to
build/fuzz/differential.org (checks/audit/fuzz/table puts it into checks/reports/fuzz.org); the exit status is 1 where
there is a difference without a reason, whose file is kept in build/fuzz/differential.
"""
import collections
import copy
import glob
import json
import os
import random
import re
import struct
import subprocess
import sys

import safetensors
import tokenizers

assert (safetensors.__version__, tokenizers.__version__) == ("0.8.0", "0.23.3"), "install the pinned versions"
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
FOLDER = "build/fuzz/differential"
READERS = os.environ.get("READERS", "build/bin/readers")

# Why docmem refuses alone: its message, and what the reason is called in the table.
STRICTER = {
    "safetensors": [
        (r"duplicate object key", "a name stands there twice (the package takes the last)"),
        (r"__metadata__ is not an object", "=__metadata__= is null, or a list"),
        (r"shape is not a list of at most 8", "more than eight dimensions"),
        (r"unknown dtype", "types of less than a byte, and others docmem cannot read"),
        (r"U\+0000|\\\\u0000", "a NUL character in a name"),
        (r"too big integer|shape contains an invalid size", "a number of 2^63 or more"),
        (r"does not start with '{'", "a header that does not begin with ={=, as the format demands"),
        (r"has no dtype", "an entry written as a list, or its type as an object"),
        (r"too many (elements|bytes) to count", "a shape that overflows though it holds nothing"),
        (r"maximum parsing depth", "lists within lists, 2048 deep"),
        (r"real number overflow|invalid token|is not sound JSON", "JSON that is malformed where the package does not look"),
    ],
    "tokenizers": [
        (r"duplicate object key", "a name stands there twice"),
        (r"not JSON", "JSON that docmem's parser does not take"),
        (r"does not know this field", "a field without meaning to docmem"),
        (r"is not supported|several characters", "a form other than those of Llama 2 and GPT-NeoX"),
        (r"leaves more holes|have the same id", "a vocabulary with many holes or shared ids"),
        (r"has or comes next|is also the id|stands there twice", "added tokens that are not numbered in order, or repeated"),
        (r"not a token of the vocabulary|names a token outside", "an unknown token that is not in the vocabulary"),
        (r"does not stand for one id", "a template's token that is not one id of the vocabulary"),
        (r"is outside 0 to", "a number beyond 31 bits"),
        (r"missing", "an empty text, a missing or a misspelt field"),
    ],
}

def normalized_token(data, theirs, ours):
    """Only decoded texts differ, and the file has an added token that is searched normalized."""
    return isinstance(theirs, dict) and ours["ids"] == theirs["ids"] and \
        any(token.get("normalized") for token in json.loads(data)["added_tokens"])


def other_format(data, theirs, ours):
    """A GGUF file, which the same call of docmem opens."""
    return data.startswith(b"GGUF")


def unknown_type(data, theirs, ours):
    """docmem refuses such a tensor where something asks for it, and passes over one that nothing does."""
    return not isinstance(theirs, dict) and "unknown variant" in str(theirs) and "one of `BOOL`" in str(theirs)


def less_than_a_byte(data, theirs, ours):
    """The size of a tensor of F4 or F6 is wrong; docmem knows none of these types, and does as above."""
    return not isinstance(theirs, dict) and any(kind.startswith(("F4", "F6")) for _, kind, *_ in ours.get("tensors", []))


# Where docmem accepts what the package refuses, or differs, and why that is right.
LOOSER = {"safetensors": [
    (other_format, "a GGUF file"),
    (unknown_type, "a tensor of a type that neither knows: docmem refuses it where it is used"),
    (less_than_a_byte, "the size of a tensor of F4 or F6, which docmem refuses where it is used"),
], "tokenizers": [
    (normalized_token, "an added token is decoded as the file writes it, as by tokenizers 0.22; 0.23 decodes its "
                       "normalized form"),
]}


# ---- Mutations -----------------------------------------------------------------------------------

BYTES = [b"\0", b"\xff", b"\x80", b'"', b"{", b"}", b"[", b"]", b",", b":", b"0", b"1", b"-", b"e", b".", b" ", b"\\",
         b"\\u0000", b"\\ud83d", b"null", b"true", b"\xc3\xa9", b"\n", b"1e2", b"-0", b"18446744073709551616"]


def mutate_bytes(draw, data):
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 4])):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] = draw.randrange(256)
        elif kind == 1 and data:
            data[at % len(data)] ^= 1 << draw.randrange(8)
        elif kind == 2:
            data[at:at] = draw.choice(BYTES)
        elif kind == 3:
            del data[at:at + draw.choice([1, 1, 2, 5])]
        elif kind == 4:
            data[at:at + 1] = draw.choice(BYTES)
        else:
            other = draw.randrange(len(data) + 1)
            data[at:at] = data[other:other + draw.choice([1, 4, 16])]
    return bytes(data)


def places(value, found, holder=None, key=None):
    found.append((holder, key))
    for inner in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        places(value[inner], found, value, inner)
    return found


def mutate_value(draw, value, pool):
    """One change of a JSON value, in place: a value replaced, left out, added, renamed or moved."""
    holder, key = draw.choice(places(value, []))
    if holder is None:
        return
    kind = draw.randrange(8)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[draw.choice(pool["names"])] = holder.pop(key)
    elif kind == 2 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif kind == 3 and isinstance(holder, dict):
        holder[draw.choice(pool["names"])] = copy.deepcopy(draw.choice(pool["values"]))
    elif kind == 4 and isinstance(holder[key], int):
        holder[key] = max(holder[key], 0) + draw.choice([-2, -1, 1, 2])
    elif kind == 5 and isinstance(holder[key], str):
        at = draw.randrange(len(holder[key]) + 1)
        holder[key] = holder[key][:at] + draw.choice(pool["texts"]) + holder[key][at + draw.randrange(2):]
    else:
        holder[key] = copy.deepcopy(draw.choice(pool["values"]))


def dumped(draw, value):
    text = json.dumps(value, ensure_ascii=draw.random() < 0.3, separators=(",", ":"))
    return text.encode("utf-8", "replace")


# ---- Comparing -----------------------------------------------------------------------------------

class Tally:
    def __init__(self, name):
        self.name, self.count, self.reasons, self.faults = name, collections.Counter(), collections.Counter(), 0

    def fault(self, what, path, data, more=""):
        self.faults += 1
        self.count[what] += 1
        kept = f"{FOLDER}/{self.name}-{what.replace(' ', '-')}-{self.faults}"
        if self.faults <= 50:
            with open(kept, "wb") as file:
                file.write(data)
        if self.faults <= 12:
            print(f"{self.name}: {what}: {kept} {more}"[:900])

    def judge(self, path, data, ours, theirs, agree):
        """theirs is an Exception where the package refuses; `agree` compares what both accepted."""
        refused = isinstance(theirs, BaseException)
        if "refused" in ours and refused:
            self.count["both refuse"] += 1
        elif "refused" in ours:
            self.count["docmem alone refuses"] += 1
            for pattern, reason in STRICTER[self.name]:
                if re.search(pattern, ours["refused"]):
                    self.reasons[reason] += 1
                    return
            self.fault("refused without a reason", path, data, ours["refused"])
        elif refused or not agree(ours, theirs):
            for predicate, reason in LOOSER[self.name]:
                if predicate(data, theirs, ours):
                    self.count["looser, with a reason"] += 1
                    self.reasons["LOOSER: " + reason] += 1
                    return
            what = "refused by the package alone" if refused else "accepted by both and different"
            self.fault(what, path, data, f"{str(theirs)[:300]} / {str(ours)[:300]}")
        else:
            self.count["both accept, equal"] += 1


def ask(requests):
    """The tool's replies; many at once, as long as it lives."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    result = subprocess.run([READERS], input=text.encode(), capture_output=True, check=False)
    replies = [json.loads(line) for line in result.stdout.decode().split("\n")[:-1]]
    if result.returncode != 0 or len(replies) != len(requests):
        sys.exit(f"readers ended with {result.returncode} at {requests[len(replies)]}: {result.stderr[-2000:]}")
    return replies


def inputs_of(*targets):
    paths = [path for target in targets for folder in ("checks/audit/fuzz/seeds", "checks/audit/fuzz/found", "build/fuzz/corpus")
             for path in sorted(glob.glob(f"{folder}/{target}/*"))]
    return [open(path, "rb").read() for path in paths]


def written(number, data):
    path = f"{FOLDER}/file{number}"
    with open(path, "wb") as file:
        file.write(data)
    return path


def batches(draw, whole, seeds, mutate, count):
    """Lists of files: those at hand, then mutations of the seeds."""
    yield whole
    for begin in range(0, count, 1000):
        yield [mutate(draw, draw.choice(seeds)) for _ in range(min(1000, count - begin))]


# ---- safetensors ---------------------------------------------------------------------------------

TENSOR_POOL = {
    "names": ["a", "b", "dtype", "shape", "data_offsets", "__metadata__", "", "extra", "\u0000", "é"],
    "values": [None, True, 0, 1, 2, 4, -1, 1.0, 2**31, 2**63 - 1, 2**63, 2**64 - 1, 2**64, "", "F32", "F16", "BF16", "F64",
               "I64", "I32", "I16", "I8", "U8", "U16", "U32", "U64", "BOOL", "C64", "F4", "F6_E2M3", "F8_E4M3", "F8_E5M2",
               "F8_E8M0", "f32", [], [0], [1], [2, 2], [0, 4], [4, 8], [1] * 9, [0, 2**63], {}, {"a": "b"}, {"F32": None},
               ["F32", [1], [0, 4]], {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}],
    "texts": ["", "a", "é", "\u0000", "\"", "\ud800", "F", "8"],
}
SIZES = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8, "I64": 8, "U64": 8, "U8": 1, "I8": 1, "BOOL": 1, "I32": 4, "C64": 8}


def made_tensors(draw):
    """A sound file, most of the time: some tensors in any order."""
    header, at, names = {}, 0, [f"t{i}" for i in range(draw.randrange(5))]
    draw.shuffle(names)
    for name in names:
        kind, shape = draw.choice(sorted(SIZES)), [draw.randrange(4) for _ in range(draw.randrange(4))]
        size = SIZES[kind]
        for side in shape:
            size *= side
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    items = list(header.items())
    draw.shuffle(items)
    header = dict(items)
    if draw.random() < 0.3:
        header["__metadata__"] = {"k": "v", "seed": "7"}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + draw.randbytes(at)


def mutate_tensors(draw, seed):
    data = seed if draw.random() < 0.5 else made_tensors(draw)
    kind = draw.random()
    if kind < 0.1:
        return data
    if kind < 0.35 or len(data) < 8:
        return mutate_bytes(draw, data)
    length = struct.unpack("<Q", data[:8])[0]
    header, rest = data[8:8 + length], data[8 + length:]
    if kind < 0.55:
        header = mutate_bytes(draw, header)
    else:
        try:
            value = json.loads(header)
            for _ in range(draw.choice([1, 1, 2])):
                mutate_value(draw, value, TENSOR_POOL)
            header = dumped(draw, value)
        except (ValueError, RecursionError):
            header = mutate_bytes(draw, header)
    header += b" " * draw.choice([0, 0, 0, 1, 7])
    return struct.pack("<Q", len(header)) + header + rest


def their_tensors(data):
    try:
        return {name: (info["dtype"], list(info["shape"]), bytes(info["data"]).hex())
                for name, info in safetensors.deserialize(data)}
    except BaseException as reason:
        return reason


def their_metadata(path):
    with safetensors.safe_open(path, framework="numpy") as file:
        return file.metadata()


def compare_tensors():
    tally, draw = Tally("safetensors"), random.Random(SEED)
    seeds = inputs_of("safetensors")
    for files in batches(draw, seeds, seeds[:20], mutate_tensors, COUNT):
        paths = [written(number, data) for number, data in enumerate(files)]
        for path, data, ours in zip(paths, files, ask([{"tensors": path} for path in paths])):
            theirs = their_tensors(data)

            def agree(ours, theirs, path=path):
                found = {name: (kind, shape, data) for name, kind, shape, data in ours["tensors"]}
                return found == theirs and len(found) == len(ours["tensors"]) and \
                    (ours["metadata"] or {}) == (their_metadata(path) or {})
            tally.judge(path, data, ours, theirs, agree)
    return tally


# ---- tokenizers ----------------------------------------------------------------------------------

TOKENIZER_POOL = {
    "names": ["type", "vocab", "merges", "unk_token", "fuse_unk", "byte_fallback", "ignore_merges", "dropout", "content",
              "id", "special", "normalized", "lstrip", "rstrip", "single_word", "pattern", "String", "Regex", "replacement",
              "prepend_scheme", "add_prefix_space", "split", "use_regex", "trim_offsets", "start", "stop", "a", "b", "c",
              "<unk>", "<s>", "normalizers", "decoders", "version", "padding", "continuing_subword_prefix", "single",
              "special_tokens", "ids", "tokens", "pair", "str_rep"],
    "values": [None, True, False, 0, 1, 2, 3, -1, 0.0, 0.5, 1e300, "", " ", "a", "ab", "b", "\u2581", "é", "first", "always",
               "never", [], {}, [1], ["a", "b"], "a b", "BPE", "WordLevel", {"type": "NFC"}, {"type": "ByteFallback"},
               {"type": "Fuse"}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
               {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False},
               {"type": "Strip", "content": "a", "start": 1, "stop": 1}, {"type": "Prepend", "prepend": "ab"},
               {"type": "Replace", "pattern": {"String": "a"}, "content": "bb"}, {"type": "Lowercase"},
               {"type": "Replace", "pattern": {"String": "ab"}, "content": ""}, {"type": "Sequence", "normalizers": []},
               {"type": "Sequence", "decoders": []}, {"type": "Sequence", "pretokenizers": []},
               {"id": 2, "content": "b", "single_word": True, "lstrip": True, "rstrip": True, "normalized": True,
                "special": False}, 2**31, 2**32, 2**63],
    "texts": ["", "a", "b", " ", "\u2581", "é", "\u0301", "\u0120", "<0x41>", "\u0000", "c"],
}
TEXTS = ["", "a", "ab abc  b", " ab", "caf\u00e9 cafe\u0301\n", "a<s>b</s> <unk> two <gap> twoab", "\u2581a\u2581 b",
         "it's 12 \u00a0x\u3000y", "<|endoftext|>ab<|endoftext|>", "\U0001f600\u200d a\t\r\nb", "\u0000a\u0000", "bbaabbab"]


def mutate_tokenizer(draw, seed):
    data = seed.split(b"\0")[0]
    if draw.random() < 0.25:
        return mutate_bytes(draw, data)
    try:
        value = json.loads(data)
    except ValueError:
        return mutate_bytes(draw, data)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        mutate_value(draw, value, TOKENIZER_POOL)
    return dumped(draw, value)


def their_tokenizer(data, id_lists):
    try:
        tokenizer = tokenizers.Tokenizer.from_str(data.decode("utf-8"))
    except BaseException as reason:
        return reason
    ids, texts = [], []
    for text in TEXTS:
        try:
            encoded = tokenizer.encode(text).ids
        except BaseException:
            encoded = None  # the package gives up on a text where it should have refused the file
        ids.append(encoded)
        texts.append(safely(tokenizer, encoded))
    size = 1 + max(tokenizer.get_vocab().values(), default=-1)  # holes counted
    return {"size": size, "ids": ids, "texts": texts + [safely(tokenizer, i) for i in id_lists]}


def safely(tokenizer, ids):
    try:
        return None if ids is None else tokenizer.decode(ids)
    except BaseException:
        return None


def agree_tokenizer(ours, theirs):
    pairs = list(zip(ours["ids"], theirs["ids"])) + list(zip(ours["texts"], theirs["texts"]))
    return ours["size"] == theirs["size"] and len(ours["texts"]) == len(theirs["texts"]) and \
        all(found == wanted for found, wanted in pairs if wanted is not None)


def compare_tokenizers():
    tally, draw = Tally("tokenizers"), random.Random(SEED + 1)
    seeds = [data for data in inputs_of("tokenizer")]
    own = seeds[:6] + [open(path, "rb").read() for path in sorted(glob.glob("checks/reference/tokenizer-*/tokenizer.json"))]
    id_lists = [[draw.randrange(16) for _ in range(draw.randrange(1, 9))] for _ in range(6)] + [[300, 0, 7, 262, 12]]
    for files in batches(draw, [data.split(b"\0")[0] for data in seeds] + own, own, mutate_tokenizer, COUNT):
        paths = [written(number, data) for number, data in enumerate(files)]
        replies = ask([{"tokenizer": path, "texts": TEXTS, "ids": id_lists} for path in paths])
        for path, data, ours in zip(paths, files, replies):
            tally.judge(path, data, ours, their_tokenizer(data, id_lists), agree_tokenizer)
    return tally


# ---- The table -----------------------------------------------------------------------------------

def main():
    os.makedirs(FOLDER, exist_ok=True)
    for old in glob.glob(f"{FOLDER}/*"):
        os.remove(old)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where the package's panics speak at length
    tallies = [compare_tensors(), compare_tokenizers()]
    for old in glob.glob(f"{FOLDER}/file*"):
        os.remove(old)
    columns = ["both accept, equal", "both refuse", "docmem alone refuses", "refused by the package alone",
               "accepted by both and different", "looser, with a reason"]
    lines = ["** Beside the formats' own readers",
             f"The fuzzers' inputs and {COUNT} seeded mutations of each format, read by docmem and by Python's safetensors",
             f"{safetensors.__version__} and tokenizers {tokenizers.__version__} (=checks/oracle/fuzz_differential.py=, run by",
             "=make fuzz-differential=). What both accept is compared whole: names, types, shapes, bytes and metadata; the ids of",
             f"{len(TEXTS)} texts, and the texts of these and of other ids.", "",
             "| package | " + " | ".join(columns) + " |", "|" + "-+" * len(columns) + "-|"]
    lines += ["| " + tally.name + " | " + " | ".join(str(tally.count[c]) for c in columns) + " |" for tally in tallies]
    lines += ["", "Why docmem refused alone, or was looser:", "", "| package | files | reason |", "|-+-+-|"]
    lines += [f"| {tally.name} | {count} | {reason} |" for tally in tallies for reason, count in tally.reasons.most_common()]
    with open("build/fuzz/differential.org", "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")
    print("\n".join(lines))
    sys.exit(1 if any(tally.faults for tally in tallies) else 0)


if __name__ == "__main__":
    main()
