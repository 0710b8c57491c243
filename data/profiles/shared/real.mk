# What the profiles of real models share: published FEVER files in DATA, a checkpoint in MODELS, and
# the seeds' settings. A profile has said before: FOLDER, the model's; FAMILY, llama or neox; LAYERS,
# where memories are compared; DEPTH, one of them, the seeds' 24 of 32. Whatever is given there or on the
# command line stands.

# What is studied.
WORLD_SEED  :=
WIKI        ?= $(DATA)/wiki-pages.zip
TRAIN       ?= $(DATA)/train.jsonl
DEV         ?= $(DATA)/paper_dev.jsonl
RAW         := $(WIKI) $(TRAIN) $(DEV)
MODEL       ?= $(MODELS)/$(FOLDER)
SHAPE       ?= data/shapes/$(FOLDER).json
FETCH       ?= fever/train.jsonl fever/paper_dev.jsonl fever/wiki-pages.zip models/$(FOLDER)/*

# Documents: the 500 most cited pages, of which the seeds kept 449; claims with evidence only.
INGEST      ?= --top 500 --nei none --seed 1
MAX_TOKENS  ?= 512

# For `make plan` until the corpus is encoded. Measured: prompts and their tokens, on paper_dev's 500
# most cited pages, 449 of 500 of them. Guessed: the tokens of a page, the number of templates.
EXPECTED_llama := --document-tokens 350 --prompt-tokens 81 --template-tokens 81
EXPECTED_neox  := --document-tokens 310 --prompt-tokens 72 --template-tokens 72
EXPECTED    ?= --documents 449 --prompts 5704 --templates 4490 $(EXPECTED_$(FAMILY))
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
LAYER_CELLS ?= $(call cells,none,1,norm-gate,document,$(LAYERS),$(SEEDS))

# simset_vs_unstructured: every allocation with norm and gate and without, as the seeds had and had not;
# SimSets on the template, the mistake found later; and the use of what is stored.
# Disjoint blocks want an entry a document at least: more than 128 for the seeds' 449.
SIMSETS     ?= simset-1-dim simset-1-token simset-2-dim simset-2-token
ALLOCATIONS ?= none random $(SIMSETS)
ALLOCATE    ?= --entries 128 --bands 16
SHARING     ?= $(foreach seed,1 2 3,simset-1-dim_$(seed) simset-2-dim_$(seed))
SIMSET_CELLS ?= $(call cells,$(ALLOCATIONS),1,norm-gate plain,document,$(DEPTH),$(SEEDS)) \
                $(call cells,simset-1-dim,0.5,plain,document,$(DEPTH),$(SEEDS)) \
                $(call cells,none $(SIMSETS),1,norm-gate plain,template,$(DEPTH),$(SEEDS)) \
                $(call cells,none,1,plain,both,$(DEPTH),$(SEEDS)) \
                $(call cells,none simset-1-dim simset-2-token,1,plain,document-then-template,$(DEPTH),$(SEEDS))

# representation_drift: DocRep memories with the public code's settings, after the last layer named, on
# fewer documents.
DOCREP      ?= --layer $(lastword $(LAYERS)) --tokens 128 --entries 32 --tau 2.5 --epochs 20 --save 1,5,20 --lr 1e-3
drift       ?= $(foreach phi,tanh relu,$(foreach cell,$(1),$(SEEDS:%=$(phi)_$(cell)_%)))
DRIFT_CELLS ?= $(call drift,$(foreach k,2 128,linear_$(k)_10_0.1_other_squared_yes_1 \
                   linear_$(k)_40_0.1_other_squared_yes_4) linear_2_10_0.1_other_squared_yes_4 \
                   mlp_2_40_0.1_other_squared_yes_4 linear_2_40_0_other_squared_yes_4 \
                   mlp_2_40_0_other_squared_yes_4 linear_2_40_0.1_other-detached_squared_yes_4 \
                   linear_2_40_0.1_random_squared_yes_4)
SHOWN_CELLS ?= $(foreach phi,tanh relu,$(phi)_linear_2_40_0.1_other_squared_yes_4_$(firstword $(SEEDS)))
LANDSCAPES  ?= $(SHOWN_CELLS)

# memory_sign: on the seeds' word, which the vocabularies of both families have.
DOCREP_SIGN ?= --layer $(DEPTH) --tokens 128 --entries 32 --tau 2.5 --epochs 15 --save 15 --lr 1e-3
SIGN_CELLS  ?= $(foreach phi,tanh relu,$(foreach lm,yes no,$(phi)_linear_8_40_0.1_random_squared_$(lm)_4_1))
INTERVENE   ?= --contexts 10 --seed 1
WORD        ?= hate

# The machine: kernels twice as fast where there is AVX-512, with bits of their own. A small model's
# cells are made side by side; a large one's (JOBS 1) one after another, each on all cores.
CORE        ?= $(if $(AVX512),SkylakeX,Haswell)
