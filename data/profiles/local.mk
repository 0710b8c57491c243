# local: FEVER's published files in DATA and a Llama checkpoint in MODEL, both on this machine.
#
#   make all PROFILE=local DATA=/path/to/fever MODEL=/path/to/llama LAYERS='8 16 24'

ifeq ($(and $(DATA),$(MODEL)),)
$(error PROFILE=local wants DATA=folder with train.jsonl, paper_dev.jsonl and wiki-pages.zip, and \
MODEL=folder with config.json, the weights and tokenizer.json)
endif

# What is studied.
WORLD_SEED  :=
WIKI        ?= $(DATA)/wiki-pages.zip
TRAIN       ?= $(DATA)/train.jsonl
DEV         ?= $(DATA)/paper_dev.jsonl
RAW         := $(WIKI) $(TRAIN) $(DEV)

# Documents, as the seeds chose them: the most cited pages, claims with evidence only.
INGEST      ?= --top 500 --nei none --seed 1
MAX_TOKENS  ?= 512

# The grid, with the seeds' recipe.
LAYERS      ?= 24
SEEDS       ?= 1
MEMORIZE    ?= --variant norm-gate --target document --entries 128 --epochs 25 --save 1,5,25 \
               --batch 4 --lr 1e-3 --warmup 10 --decay 0.05 --clip 10
