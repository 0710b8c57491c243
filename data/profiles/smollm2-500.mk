# smollm2-500: SmolLM2-135M-Instruct on 500 documents and 6,500 real claims: is what is stored used?
#
#   python3 /path/to/fever-pages/make_standin.py        writes stand-in/train.jsonl and dev.jsonl there
#   make all PROFILE=smollm2-500 DATA=/path/to/fever-pages MODELS=/path/to/models
#
# A split of our own of real training claims (shared/fever-pages), for more questions than paper_dev has. One
# question alone: memories of one half of the pages each, so that every claim has a memory that stored its
# page and one that stored as many others; the likelihood of all claims, no letters.

FETCH  ?= models/$(FOLDER)/*
DEV    ?= $(call found_in,stand-in/dev.jsonl)
TRAIN  ?= $(call found_in,stand-in/train.jsonl)
INGEST ?= --top 500 --nei none --seed 1

EXPECTED := --documents 500 --document-tokens 63 --prompts 6500 --prompt-tokens 93 --templates 500 \
            --template-tokens 93 --claims 6460 --claim-tokens 14

# Three seeds at the notes' three quarters of the depth; one seed above and below it, and of SimSet's entries.
LAYERS    ?= 14 22 27
DEPTH     ?= 22
SEEDS     ?= 1 2 3
TEMPLATES ?= 1
USE_CELLS ?= $(call names,none - norm-gate - half-1 half-2 - L$(DEPTH) - $(SEEDS:%=s%)) \
             $(call names,none - norm-gate - half-1 half-2 - L14 L27 - s1) \
             $(call names,simset-1-dim - norm-gate - half-1 half-2 - L$(DEPTH) - s1)
# What using could be worth: each claim's page told, and another page.
CONTEXTS := page other

include data/profiles/shared/use_alone.mk
include data/profiles/smollm2.mk
TABLED = $(call csv_of,scores stream_norm)
