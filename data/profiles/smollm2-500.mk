# smollm2-500: SmolLM2-135M-Instruct on 500 documents and 6,500 real claims: is what is stored used?
#
#   python3 /path/to/fever-pages/make_standin.py        writes stand-in/train.jsonl and dev.jsonl there
#   make all PROFILE=smollm2-500 DATA=/path/to/fever-pages MODELS=/path/to/models
#
# A split of our own of real training claims (shared/fever-pages), for more questions than paper_dev has. One
# question alone: memories of one half of the pages each, so that every claim has a memory that stored its
# page and one that stored as many others; the likelihood of all claims, no letters.

DEV    ?= $(call found_in,stand-in/dev.jsonl)
TRAIN  ?= $(call found_in,stand-in/train.jsonl)
INGEST ?= --top 500 --nei none --seed 1

LAYERS ?= 22
DEPTH  ?= 22
SEEDS  ?= 1 2 3
USE_CELLS    ?= $(call names,none - norm-gate - half-1 half-2 - L$(DEPTH) - $(SEEDS:%=s%))
CONTEXTS :=

include data/profiles/shared/use_alone.mk
include data/profiles/smollm2.mk
