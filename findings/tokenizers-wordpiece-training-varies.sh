#!/bin/bash
# tokenizers-wordpiece-training-varies: the same texts train another WordPiece vocabulary in each run.
#
# Good guess:   training a vocabulary counts and merges; nothing is drawn at random, no seed is asked for, and
#               BpeTrainer gives the same file each time. WordPieceTrainer, which calls it, does so too.
# What happens: pieces within a word ("##x") get their ids in the order of a hash table that is seeded anew for
#               each training. So ids differ each time; and as equal counts are decided by ids, so do merges,
#               vocabulary and tokens. BPE without a continuing_subword_prefix has no such pieces and is stable.
#               Twenty trainings on one text, in one process, show both.
# Where:        BpeTrainer::tokenize_words in tokenizers/src/models/bpe/trainer.rs, tokenizers 0.23.1.
# Source:       https://github.com/huggingface/tokenizers/issues/1794 (open).
# Cure:         train once, keep and publish tokenizer.json with its hash; never count on training it again.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --quiet --disable-pip-version-check tokenizers==0.23.1
"$folder/venv/bin/python" - <<'END'
import random
import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

random.seed(1)
texts = [" ".join("".join(random.choices("abcdefghij", k=6)) for _ in range(10)) for _ in range(6)]


def trained(model, trainer):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(texts, trainer)
    ids = tuple(tuple(tokenizer.encode(text).ids) for text in texts)
    tokens = tuple(tuple(tokenizer.encode(text).tokens) for text in texts)
    return ids, tokens, frozenset(tokenizer.get_vocab())


def wordpiece():
    return trained(models.WordPiece(unk_token="[UNK]"),
                   trainers.WordPieceTrainer(vocab_size=60, special_tokens=["[UNK]"], show_progress=False))


def bpe(prefix):
    given = {"continuing_subword_prefix": prefix} if prefix else {}
    return trained(models.BPE(**given), trainers.BpeTrainer(vocab_size=60, show_progress=False, **given))


print(f"tokenizers {tokenizers.__version__}: twenty trainings on the same six lines")
differ = {}
for name, train in (("BPE", lambda: bpe(None)), ("BPE with ##", lambda: bpe("##")), ("WordPiece", wordpiece)):
    runs = [train() for _ in range(20)]
    differ[name] = [len({run[i] for run in runs}) > 1 for i in range(3)]
    print(f"{name}: ids {'differ' if differ[name][0] else 'are the same'}, tokens "
          f"{'differ' if differ[name][1] else 'are the same'}, vocabulary "
          f"{'differs' if differ[name][2] else 'is the same'}")
raise SystemExit(not (differ.pop("BPE") == [False] * 3 and all(all(row) for row in differ.values())))
END

# Seen on 29 November 2026:
# tokenizers 0.23.1: twenty trainings on the same six lines
# BPE: ids are the same, tokens are the same, vocabulary is the same
# BPE with ##: ids differ, tokens differ, vocabulary differs
# WordPiece: ids differ, tokens differ, vocabulary differs
