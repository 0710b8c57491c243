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

# The seeds' recipe; their layer, and two below it to compare (a verdict on layers wants three).
MEMORIZE    ?= --entries 128 --batch 4 --lr 1e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document               ?= 25
EPOCHS_template               ?= 5
EPOCHS_both                   ?= 5
EPOCHS_document-then-template ?= $(EPOCHS_template)
LAYERS      ?= 8 16 24
DEPTH       ?= $(lastword $(LAYERS))
SEEDS       ?= 1
SAVE        ?= 1,5,25
LAYER_CELLS ?= $(call cells,none,1,norm-gate,document,$(LAYERS),$(SEEDS))

# Disjoint blocks want an entry a document at least: more than 128 for the seeds' 449.
SIMSETS     ?= simset-1-dim simset-1-token simset-2-dim simset-2-token
ALLOCATIONS ?= none random $(SIMSETS)
ALLOCATE    ?= --entries 128 --bands 16
SHARING     ?= $(foreach seed,1 2 3,simset-1-dim_$(seed) simset-2-dim_$(seed))
SIMSET_CELLS ?= $(call cells,$(ALLOCATIONS),1,norm-gate plain,document,$(DEPTH),$(SEEDS)) \
                $(call cells,simset-1-dim,0.5,plain,document,$(DEPTH),$(SEEDS)) \
                $(call cells,none $(SIMSETS),1,plain,template,$(DEPTH),$(SEEDS)) \
                $(call cells,none,1,plain,document-then-template,$(DEPTH),$(SEEDS))

# DocRep memories with the public code's settings, on fewer documents.
DOCREP      ?= --layer $(DEPTH) --tokens 128 --entries 32 --tau 2.5 --epochs 20 --save 1,5,20 --lr 1e-3
drift       ?= $(foreach phi,tanh relu,$(foreach cell,$(1),$(SEEDS:%=$(phi)_$(cell)_%)))
DRIFT_CELLS ?= $(call drift,$(foreach k,2 128,linear_$(k)_10_0.1_other_squared_yes_1 \
                   linear_$(k)_40_0.1_other_squared_yes_4) linear_2_10_0.1_other_squared_yes_4 \
                   mlp_2_40_0.1_other_squared_yes_4 linear_2_40_0_other_squared_yes_4 \
                   mlp_2_40_0_other_squared_yes_4 linear_2_40_0.1_other-detached_squared_yes_4 \
                   linear_2_40_0.1_random_squared_yes_4)
SHOWN_CELLS ?= $(foreach phi,tanh relu,$(phi)_linear_2_40_0.1_other_squared_yes_4_$(firstword $(SEEDS)))
LANDSCAPES  ?= $(SHOWN_CELLS)

# Signs, on the seeds' word.
DOCREP_SIGN ?= --layer $(DEPTH) --tokens 128 --entries 32 --tau 2.5 --epochs 15 --save 15 --lr 1e-3
SIGN_CELLS  ?= $(foreach phi,tanh relu,$(foreach lm,yes no,$(phi)_linear_8_40_0.1_random_squared_$(lm)_4_1))
INTERVENE   ?= --contexts 10 --seed 1
WORD        ?= hate
