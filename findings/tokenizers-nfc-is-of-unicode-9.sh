#!/bin/bash
# tokenizers-nfc-is-of-unicode-9: the normalizer NFC leaves marks in place that Unicode reorders since version 10.
#
# Good guess:   tokenizers' NFC (GPT-NeoX, Pythia and Qwen use it) gives what Python's unicodedata, ICU and
#               utf8proc give, so that text may be brought to NFC beforehand by any of them.
# What happens: its tables are those of Unicode 9 (2016). Combining marks that were added later (Telugu nukta,
#               Bengali sandhi mark, Malayalam viramas, Arabic marks …) count as letters: a dot below that
#               follows one is not moved before it, and the ids differ from those of any other implementation.
# Where:        tokenizers 0.23.3 against Python's unicodedata; its crate unicode-normalization-alignments 0.1.12.
# Source:       https://github.com/huggingface/tokenizers, tokenizers/src/tokenizer/normalizer.rs names the crate.
# Cure:         whoever wants its ids must keep Unicode 9's tables as well.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --quiet --disable-pip-version-check tokenizers==0.23.3
"$folder/venv/bin/python" - <<'END'
import unicodedata
import tokenizers
from tokenizers.normalizers import NFC

ours, theirs = NFC().normalize_str, lambda text: unicodedata.normalize("NFC", text)
differ = []
for code in range(0x300, 0x20000):
    if unicodedata.combining(chr(code)) == 0:
        continue
    text = "a" + chr(code) + "\u0323"  # a, the mark, dot below (class 220)
    if ours(text) != theirs(text):
        differ.append(code)
print(f"tokenizers {tokenizers.__version__}, Unicode {unicodedata.unidata_version} in Python: "
      f"{len(differ)} marks differ")
for code in differ[:6]:
    print(f"    U+{code:04X} {unicodedata.name(chr(code))}, class {unicodedata.combining(chr(code))}")
later = {0x09FE, 0x0D3B}  # of Unicode 11 and 10
older = [0x0308, 0x05B0, 0x1AB0]  # in Unicode 9
same = all(ours("a" + chr(c) + "\u0323") == theirs("a" + chr(c) + "\u0323") for c in older)
raise SystemExit(not (later <= set(differ) and same))
END

# Seen on 28 November 2026: tokenizers 0.23.3, Unicode 14.0.0 in Python: 74 marks differ
