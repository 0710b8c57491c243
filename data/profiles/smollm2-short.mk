# smollm2-short: SmolLM2-135M-Instruct on paper_dev's 119 documents, one question: is what is stored used?
#
#   make all PROFILE=smollm2-short DATA=../shared MODELS=../shared/models
#
# Ten memories, an hour and a half of one quiet core. Each half of the pages is stored by a memory of its own,
# so that every claim has a memory that stored its page and one that stored as many others; the likelihood of
# all claims, no letters. Its record: make results PROFILE=smollm2-short RECORDED=1.

MAX_TOKENS      ?= 64
TEMPLATES       ?= 1
EPOCHS_document ?= 8
SAVE            ?= 8
EXPECTED        := --documents 119 --document-tokens 64 --prompts 360 --prompt-tokens 93 --templates 119 \
                   --template-tokens 93 --claims 338 --claim-tokens 14

# At the notes' three quarters of the depth: norm and gate, or neither; the first row of a text in a
# memory's reach or not; halves, whose use can be told, and all pages. All pages at two more depths.
LAYERS ?= 2 6 10 14 18 22 27
DEPTH  ?= 22
SEEDS  ?= 1
USE_CELLS ?= $(call names,none - norm-gate plain-without-first - half-1 half-2 - L$(DEPTH) - $(SEEDS:%=s%)) \
             $(call names,none - plain plain-without-first norm-gate-without-first - document - L$(DEPTH)-s1) \
             $(call names,none - norm-gate - document - L14-s1 L$(DEPTH)-s1 L27-s1)
CONTEXTS := page

include data/profiles/shared/use_alone.mk
include data/profiles/smollm2.mk
