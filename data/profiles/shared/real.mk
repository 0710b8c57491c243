# What the profiles of real models share: published FEVER files in DATA, a checkpoint in MODELS, and
# the seeds' settings. A profile has said before: FOLDER, the model's; FAMILY, llama or neox; LAYERS,
# where memories are compared; DEPTH, one of them, the seeds' 24 of 32. Whatever is given there or on the
# command line stands.

# What is studied.
WORLD_SEED  :=
# $(call found_in,NAMES): the first of the files that is in DATA, or in a folder there; else where it is missed.
found_in     = $(or $(firstword $(wildcard $(1:%=$(DATA)/%)) $(wildcard $(1:%=$(DATA)/*/%))),$(DATA)/$(firstword $(1)))
WIKI        ?= $(call found_in,wiki-pages.zip wiki-pages wiki-pages.jsonl)
TRAIN       ?= $(call found_in,train.jsonl)
DEV         ?= $(call found_in,paper_dev.jsonl)
RAW         := $(WIKI) $(TRAIN) $(DEV)
MODEL       ?= $(MODELS)/$(FOLDER)
SHAPE       ?= data/shapes/$(FOLDER).json
FETCH       ?= fever/train.jsonl fever/paper_dev.jsonl fever/wiki-pages.zip models/$(FOLDER)/*

# Documents: the 500 most cited pages, of which the seeds kept 449; claims with evidence only.
INGEST      ?= --top 500 --nei none --seed 1
MAX_TOKENS  ?= 512
# Of a page that templates are made of, at most; the token that begins a text: the model's own if empty.
TEMPLATES   ?=
BOS         ?=

# For `make plan` until the corpus is encoded. Measured: prompts and their tokens, on paper_dev's 500
# most cited pages, 449 of 500 of them. Guessed: the tokens of a page, the number of templates.
EXPECTED_llama := --document-tokens 350 --prompt-tokens 81 --template-tokens 81
EXPECTED_neox  := --document-tokens 310 --prompt-tokens 72 --template-tokens 72
EXPECTED    ?= --documents 449 --prompts 5704 --templates 4490 --claims 5000 --claim-tokens 12 $(EXPECTED_$(FAMILY))
# Share of prompts that a model does not answer in the form asked for, so that it is let go on.
OPEN        ?= 1

# The seeds' recipe.
MEMORIZE    ?= --entries 128 --batch 4 --lr 1e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document               ?= 25
EPOCHS_template               ?= 5
EPOCHS_both                   ?= 5
EPOCHS_document-then-template ?= $(EPOCHS_template)
SEEDS       ?= 1

# layer_choice: the seeds' unstructured memory after several layers; DocRep memories too where a profile
# names LAYER_VECTORS.
SAVE        ?= 1,5,25
LAYER_CELLS ?= $(call names,none - norm-gate - document - $(LAYERS:%=L%) - $(SEEDS:%=s%))

# simset_vs_unstructured: every allocation with norm and gate and without, as the seeds had and had not;
# SimSets on the template, the mistake found later; and the use of what is stored.
# Disjoint blocks want an entry a document at least: more than 128 for the seeds' 449.
SIMSETS     ?= simset-1-dim simset-1-token simset-2-dim simset-2-token
ALLOCATIONS ?= none random $(SIMSETS)
ALLOCATE    ?= --entries 128 --bands 16
SHARING     ?= $(foreach seed,1 2 3,simset-1-dim-s$(seed) simset-2-dim-s$(seed))
at_depth     ?= L$(DEPTH) - $(SEEDS:%=s%)
SIMSET_CELLS ?= $(call names,$(ALLOCATIONS) - norm-gate plain - document - $(at_depth)) \
                $(call names,simset-1-dim - x0.5 - plain - document - $(at_depth)) \
                $(call names,none $(SIMSETS) - norm-gate plain - template - $(at_depth)) \
                $(call names,none - plain - both - $(at_depth)) \
                $(call names,none simset-1-dim simset-2-token - plain - document-then-template - $(at_depth))

# controls: as tiny's, but for wordings, which the dump has not; all from the first seed, and with norm and gate,
# as the memories of the layer question, whose answers before training they are held against.
OTHER_WIKI    ?= $(WIKI)
EPOCHS_other  ?= $(EPOCHS_document)
EPOCHS_letter ?= $(EPOCHS_template)
EPOCHS_cheat  ?= 10
CONTROL_CELLS ?= $(call names,none - norm-gate - other letter cheat - L$(DEPTH) - s$(firstword $(SEEDS)))
SHOWN_BESIDE  ?= $(call names,none - norm-gate - document template - $(at_depth)) $(WRONG_MASKS)
WRONG_MASKS   ?= $(call names,simset-1-dim - norm-gate - document - $(at_depth))

# representation_drift: DocRep memories with the public code's settings, after the last layer named, on
# fewer documents.
DOCREP      ?= --layer $(lastword $(LAYERS)) --tokens 128 --entries 32 --tau 2.5 --epochs 20 --save 1,5,20 --lr 1e-3
drift       ?= $(call names,tanh relu - $(1) - $(SEEDS:%=s%))
DRIFT_CELLS ?= $(call drift,$(foreach k,2 128,linear-k$(k)-n10-a0.1-other-squared-lm-b1 \
                   linear-k$(k)-n40-a0.1-other-squared-lm-b4) linear-k2-n10-a0.1-other-squared-lm-b4 \
                   mlp-k2-n40-a0.1-other-squared-lm-b4 linear-k2-n40-a0-other-squared-lm-b4 \
                   mlp-k2-n40-a0-other-squared-lm-b4 linear-k2-n40-a0.1-other-detached-squared-lm-b4 \
                   linear-k2-n40-a0.1-random-squared-lm-b4)
SHOWN_CELLS ?= $(call names,tanh relu - linear-k2-n40-a0.1-other-squared-lm-b4 - s$(firstword $(SEEDS)))
LANDSCAPES  ?= $(SHOWN_CELLS)
ARM_CELLS   ?= $(call drift,$(foreach k,2 128,linear-orthogonal-k$(k)-n10-a0.1-other-squared-lm-b1 \
                   linear-orthogonal-k$(k)-n40-a0.1-other-squared-lm-b4) \
                   linear-frozen-constant-fixed-k2-n10-a0.1-other-squared-lm-b1)

# memory_sign: on the seeds' word, which the vocabularies of both families have.
DOCREP_SIGN ?= --layer $(DEPTH) --tokens 128 --entries 32 --tau 2.5 --epochs 15 --save 15 --lr 1e-3
SIGN_CELLS  ?= $(call names,tanh relu - linear-k8-n40-a0.1-random-squared - lm no-lm - b4-s1)
INTERVENE   ?= --contexts 10 --seed 1
WORD        ?= hate

# The machine: kernels twice as fast where there is AVX-512, with bits of their own. A small model's
# cells are made side by side; a large one's (JOBS 1) one after another, each on all cores.
CORE        ?= $(if $(AVX512),SkylakeX,Haswell)
