"""Oracle of lib/tokenizer/tokenizer: the same texts and ids through Hugging Face tokenizers.

    python3 -m venv build/oracle && build/oracle/bin/pip install tokenizers==0.22.1 unicodedata2==18.0.0
    build/oracle/bin/python checks/oracle/tokenizer.py fixtures   # writes checks/reference/tokenizer-*/
    build/oracle/bin/python checks/oracle/tokenizer.py sample     # writes checks/reference/tokenizer-*.jsonl
    build/oracle/bin/python checks/oracle/tokenizer.py compare    # build/bin/probe against the package
    build/oracle/bin/python checks/oracle/tokenizer.py codes      # every code point, GPT-NeoX
    build/oracle/bin/python checks/oracle/tokenizer.py inert      # the table in lib/tokenizer/unicode.c

DOCMEM_SHARED names the folder of real inputs (default ../shared). Run from the checkout's root.
"""
import json
import os
import random
import subprocess
import sys
import unicodedata

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

assert tokenizers.__version__ == "0.22.1", "install the pinned version"
SHARED = os.environ.get("DOCMEM_SHARED", "../shared")
REFERENCE = "checks/reference"
REAL = ["llama-2", "gpt-neox"]

PROSE = """The harbour town of Ostrey keeps two clocks, and neither of them is right. In 1893 a baker named
Ilse Brandt paid for the second one because, she said, the first made her bread late. Children count the
difference aloud: one, two, three minutes. A café by the quay sells maps (a) of the bay, (b) of the hills
and (c) of places that the owner only dreamed. Don't ask which is which; they'll say "all of them" and
laugh. The ferry leaves at 07:45 -- or 07:48 -- and it's never full. Snow fell 12 times in 2004. Œuvres,
naïveté, Ångström, straße, İstanbul. Лодка стоит у причала. 배는 부두에 서 있다. 船は港にある。
"""


def added(number, content, **flags):
    token = {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": True, "special": False}
    token.update(flags)
    return token


def special(number, content):
    return added(number, content, special=True, normalized=False)


def learn(size, specials, normalizer, pre_tokenizer, alphabet=()):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, show_progress=False,
                                  initial_alphabet=list(alphabet))
    tokenizer.train_from_iterator([PROSE], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], model["merges"]


def model(vocab, merges, **fields):
    base = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "vocab": vocab,
            "merges": merges}
    base.update(fields)
    return base


def whole(model_part, added_tokens, **fields):
    base = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added_tokens,
            "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None}
    base.update(fields)
    base["model"] = model_part
    return base


BOS = {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
SPECIALS = [special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")]
BYTES = ["<0x%02X>" % byte for byte in range(256)]


def replace_form():
    vocab, merges = learn(259 + 140, ["<unk>", "<s>", "</s>"] + BYTES,
                          normalizers.Replace(" ", "\u2581"), pre_tokenizers.Metaspace())
    size = len(vocab)
    extra = [added(size, "<gap>", lstrip=True, rstrip=True, normalized=False),
             added(size + 1, "clock", single_word=True, normalized=False),
             added(size + 2, "[note]", special=True, normalized=True),
             added(size + 3, "ferry boat")]
    normalizer = {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "\u2581"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
    decoder = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return whole(model(vocab, [" ".join(m) for m in merges], unk_token="<unk>", fuse_unk=True,
                       byte_fallback=True), SPECIALS + extra, normalizer=normalizer,
                 post_processor=BOS, decoder=decoder)


def metaspace_form(metaspace, extra, specials=(), **fields):
    vocab, merges = learn(3 + len(specials) + 110, ["<unk>", "<s>", "</s>"] + list(specials), None,
                          pre_tokenizers.Metaspace())
    size = len(vocab)
    tokens = SPECIALS + [dict(token, id=size + i) for i, token in enumerate(extra)]
    return whole(model(vocab, merges, unk_token="<unk>", **fields), tokens, pre_tokenizer=metaspace,
                 post_processor=BOS, decoder=metaspace)


def byte_level_form(metaspace_free_fields, model_fields, extra, **fields):
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    level.update(metaspace_free_fields)
    vocab, merges = learn(1 + 256 + 60, ["<|endoftext|>"], normalizers.NFC(),
                          pre_tokenizers.ByteLevel(add_prefix_space=False),
                          pre_tokenizers.ByteLevel.alphabet())
    size = len(vocab)
    tokens = [special(0, "<|endoftext|>")] + [dict(t, id=size + i) for i, t in enumerate(extra)]
    return whole(model(vocab, merges, **model_fields), tokens, pre_tokenizer=level,
                 post_processor=level, **fields)


GPT4 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+")


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern if isinstance(pattern, dict) else {"Regex": pattern},
            "behavior": behavior, "invert": invert}


def cut_form(cuts, use_regex, ignore_merges=False):
    """Steps that cut, before ByteLevel, as the files of Llama 3 and SmolLM2 have them."""
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": use_regex}
    vocab, merges = learn(2 + 256 + 80, ["<|begin_of_text|>", "<|endoftext|>"], None,
                          pre_tokenizers.ByteLevel(add_prefix_space=False), pre_tokenizers.ByteLevel.alphabet())
    post = {"type": "Sequence", "processors": [dict(level, use_regex=True), json.loads(
        json.dumps(BOS).replace("<s>", "<|begin_of_text|>").replace("[1]", "[0]"))]} if ignore_merges else None
    return whole(model(vocab, merges, ignore_merges=ignore_merges),
                 [special(0, "<|begin_of_text|>"), special(1, "<|endoftext|>")],
                 pre_tokenizer={"type": "Sequence", "pretokenizers": cuts + [level]}, post_processor=post,
                 decoder=level)


def fixtures():
    meta = {"type": "Metaspace", "replacement": "\u2581"}
    level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    strip = added(0, "<gap>", lstrip=True, rstrip=True, normalized=False)
    return {
        "replace": replace_form(),
        "metaspace-first": metaspace_form(
            dict(meta, prepend_scheme="first", split=False), [strip, added(0, "clock", rstrip=True)],
            fuse_unk=True),
        "metaspace-always": metaspace_form(
            dict(meta, add_prefix_space=True, str_rep="\u2581"),
            [strip, added(0, "two", single_word=True, lstrip=True)], fuse_unk=False),
        "metaspace-never": metaspace_form(
            dict(meta, prepend_scheme="never", split=True), [strip], BYTES[:0xed], fuse_unk=True,
            byte_fallback=True),
        "byte-level": byte_level_form(
            {"add_prefix_space": True}, {"ignore_merges": True},
            [added(0, "   "), added(0, "caf\u00e9", special=True), added(0, "  "), strip],
            normalizer={"type": "NFC"}, decoder=level),
        "byte-level-whole": byte_level_form({"use_regex": False}, {}, [strip]),
        "smollm2": cut_form([{"type": "Digits", "individual_digits": True}], True),
        "llama3": cut_form([split(GPT4, "Isolated")], False, True),
        "removed": cut_form([split(r"\s+|[.,;]", "Removed"), {"type": "Digits", "individual_digits": False}], False),
        "previous": cut_form([split(r"(?i:th|[aeiou])\p{L}?|\d{2,3}", "MergedWithPrevious")], True),
        "next": cut_form([split(r"[^\p{Ll}\s]+?|-", "MergedWithNext")], False),
        "contiguous": cut_form([split(r" ?[\p{L}']{1,4}(?!\p{N})|\u00e9|.", "Contiguous", True),
                                split({"String": "e."}, "Isolated")], False),
        "inverted": cut_form([split(r"\p{L}+|\p{Nd}*|\S\n", "Removed", True)], False),
    }


def folder(name):
    return f"{SHARED}/tokenizers/{name}" if name in REAL else f"{REFERENCE}/tokenizer-{name}"


def write_fixtures():
    for name, content in fixtures().items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        Tokenizer.from_str(text)
        os.makedirs(folder(name), exist_ok=True)
        with open(f"{folder(name)}/tokenizer.json", "w", encoding="utf-8") as out:
            out.write(text.replace('"model":', '\n"model":').replace('"merges":', '\n"merges":') + "\n")


# ---- Texts ----------------------------------------------------------------------------------

SPECIAL_TEXTS = ["<s>", "</s>", "<unk>", "<gap>", "clock", "two", "[note]", "ferry boat", "<|endoftext|>",
                 "caf\u00e9", "cafe\u0301", "   ", "<0x0A>", "\u2581"]
ODD = [0x20, 0x20, 0x20, 0x0a, 0x09, 0x0d, 0x0b, 0xa0, 0x85, 0x2003, 0x3000, 0x180e, 0x200d, 0x27, 0x2581,
       0x301, 0x327, 0x1100, 0x1161, 0x11a8, 0xfeff, 0]


# Only characters that Python's tables know: whether a letter of a version of Unicode that utf8proc does
# not know yet touches a single_word token is the one known difference from the package.
def random_text(draw):
    characters = []
    for _ in range(draw.randrange(1, 60)):
        kind = draw.random()
        if kind < 0.06:
            characters.append(draw.choice(SPECIAL_TEXTS))
        elif kind < 0.2:
            characters.append(chr(draw.choice(ODD)))
        else:
            limit = 0x80 if kind < 0.5 else 0x3000 if kind < 0.7 else 0x10000 if kind < 0.88 else 0x110000
            code = draw.randrange(limit)
            if unicodedata.category(chr(code)) not in ("Cs", "Cn"):
                characters.append(chr(code))
    return "".join(characters)


def claims():
    with open(f"{SHARED}/fever/paper_dev.jsonl", encoding="utf-8") as lines:
        return [json.loads(line)["claim"] for line in lines]


def korean():
    texts = []
    for name in sorted(os.listdir(f"{SHARED}/seeds")):
        with open(f"{SHARED}/seeds/{name}", encoding="utf-8") as file:
            whole_text = file.read()
        texts += [whole_text, unicodedata.normalize("NFD", whole_text)] + whole_text.split("\n")
    return texts


def emoji():
    codes = [c for c in range(0x2600, 0x27c0)] + [c for c in range(0x1f000, 0x1fb00)]
    return [f"{chr(c)} {chr(c)}\U0001f3fd\u200d{chr(c)}\ufe0f" for c in codes]


def random_texts(count):
    draw = random.Random(20240601)
    return [random_text(draw) for _ in range(count)]


def random_ids(size, count):
    draw = random.Random(7)
    low = min(size, 300)
    return [[draw.randrange(low if draw.random() < 0.5 else size) for _ in range(draw.randrange(1, 40))]
            for _ in range(count)]


# ---- Values ---------------------------------------------------------------------------------

def ids_of(tokenizer, texts):
    return [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]


def sample_lines(name, texts, id_lists):
    tokenizer = Tokenizer.from_file(f"{folder(name)}/tokenizer.json")
    for text, ids in zip(texts, ids_of(tokenizer, texts)):
        yield {"tokenizer": name, "text": text, "ids": ids, "decoded": tokenizer.decode(ids)}
    for ids in id_lists:
        yield {"tokenizer": name, "ids": ids, "decoded": tokenizer.decode(ids)}


def write_sample():
    own = ["", " ", "  ", "<s>", "a<s>b", " clock  two<gap>  three", "clockwise clock, two\nferry boat",
           "a [note] b", "cafe\u0301 caf\u00e9 \u1abf\u031b", "The  ferry   leaves\t(a)\u00a0x ", "배는 \U0001f642",
           "\uf8ff\uf8ff and \uf8ff", "\u00ff\ufffd\u4e00\uf8ff\u00ff", "it's we'll I'D don't 12 34 a1b2"]
    with open(f"{REFERENCE}/tokenizer-fixtures.jsonl", "w", encoding="utf-8") as out:
        for name in fixtures():
            size = Tokenizer.from_file(f"{folder(name)}/tokenizer.json").get_vocab_size()
            for line in sample_lines(name, own + random_texts(12), random_ids(size, 8)):
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    with open(f"{REFERENCE}/tokenizer-real.jsonl", "w", encoding="utf-8") as out:
        for name in REAL:
            size = Tokenizer.from_file(f"{folder(name)}/tokenizer.json").get_vocab_size()
            for line in sample_lines(name, own + emoji()[700:704] + random_texts(25)[12:],
                                     random_ids(size, 8)):
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


# ---- Comparison -----------------------------------------------------------------------------

def probe(subcommand, name, requests, key):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    result = subprocess.run([os.environ.get("PROBE", "build/bin/probe"), subcommand, folder(name)],
                            input=lines, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return [json.loads(line)[key] for line in result.stdout.split("\n")[:-1]]


def differences(what, inputs, ours, theirs):
    wrong = [i for i in range(len(inputs)) if i >= len(ours) or ours[i] != theirs[i]]
    print(f"{what}: {len(inputs) - len(wrong)} of {len(inputs)} equal")
    for i in wrong[:3]:
        print("  ", ascii(inputs[i]), "ours", ascii(ours[i]), "theirs", ascii(theirs[i]))
    return len(wrong)


def compare():
    sets = {"paper_dev claims": claims(), "Korean": korean(), "emoji": emoji(),
            "random Unicode": random_texts(10000)}
    wrong = 0
    for name in REAL + list(fixtures()):
        tokenizer = Tokenizer.from_file(f"{folder(name)}/tokenizer.json")
        for what, texts in sets.items():
            theirs = ids_of(tokenizer, texts)
            ours = probe("tokens", name, [{"text": text} for text in texts], "ids")
            wrong += differences(f"{name}, {what}", texts, ours, theirs)
        lists = random_ids(tokenizer.get_vocab_size(), 5000) + ids_of(tokenizer, random_texts(5000))
        ours = probe("text", name, [{"ids": ids} for ids in lists], "text")
        wrong += differences(f"{name}, decoding", lists, ours, tokenizer.decode_batch(lists))
    sys.exit(1 if wrong else 0)


def compare_codes():
    codes = [c for c in range(0x110000) if not 0xd800 <= c < 0xf900 and c < 0xf0000]
    texts = ["".join(f"a{chr(c)}1{chr(c)} {chr(c)}!" for c in codes[i:i + 32])
             for i in range(0, len(codes), 32)]
    tokenizer = Tokenizer.from_file(f"{folder('gpt-neox')}/tokenizer.json")
    ours = probe("tokens", "gpt-neox", [{"text": text} for text in texts], "ids")
    sys.exit(1 if differences("every code point", texts, ours, ids_of(tokenizer, texts)) else 0)


# ---- The characters that the package's tables of composition do not know ---------------------

def print_inert():
    import unicodedata2 as ucd
    nfc = normalizers.NFC().normalize_str
    active, inert = set(range(0x1100, 0x1200)) | set(range(0xac00, 0xd7a4)), set()
    for code in range(0x110000):
        character = chr(code)
        if 0xd800 <= code < 0xe000:
            continue
        if ucd.combining(character):
            active.add(code)
            contexts = ["a" + character + "\u0334", "a\u0345" + character,
                        "a" + character + "\u0e38\u05b0", "a\u302a" + character]
            if any(nfc(text) != ucd.normalize("NFC", text) for text in contexts):
                inert.add(code)
        parts = ucd.decomposition(character)
        if parts and not parts.startswith("<"):
            codes = [int(part, 16) for part in parts.split()]
            active.update([code] + codes)
            if ucd.normalize("NFC", character) == character and nfc("".join(map(chr, codes))) != character:
                inert.update([code] + [part for part in codes if part > 0xffff])
    ranges = []
    for code in sorted(inert):
        if ranges and not any(c in active and c not in inert for c in range(ranges[-1][1] + 1, code)):
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    print(", ".join("{0x%x, 0x%x}" % tuple(r) for r in ranges))


if __name__ == "__main__":
    {"fixtures": write_fixtures, "sample": write_sample, "compare": compare, "codes": compare_codes,
     "inert": print_inert}[sys.argv[1]]()
