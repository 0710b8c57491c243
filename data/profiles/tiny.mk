# tiny: the embedded world and its base model; no download, minutes on two cores.

# What is studied: raw FEVER files, here written by the world stage, and a Hugging Face folder.
WORLD_SEED  := 1
RAW         := $(OUT)/world
WIKI        := $(RAW)/wiki-pages
TRAIN       := $(RAW)/train.jsonl
DEV         := $(RAW)/paper_dev.jsonl
MODEL       := data/base
SHAPE       := $(MODEL)/config.json

# For `make plan` until the corpus is encoded: what this profile's corpus came to.
EXPECTED    := --documents 80 --document-tokens 146 --prompts 791 --prompt-tokens 76 \
               --templates 454 --template-tokens 76
OPEN        := 0

# Documents: the most cited pages; claims without evidence belong to the page they name.
INGEST      := --top 82 --nei title --seed 1
MAX_TOKENS  := 256

# A memory and its training, and how long a target is studied: about as many tokens for each.
MEMORIZE    := --entries 128 --batch 4 --lr 6e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document               := 16
EPOCHS_template               := 5
EPOCHS_both                   := 4
EPOCHS_document-then-template := $(EPOCHS_template)

# layer_choice: every layer, three runs each.
LAYERS      := 0 1 2 3 4 5
SEEDS       := 1 2 3
SAVE        := 1,2,4,8,16
LAYER_CELLS  = $(call cells,none,1,plain,document,$(LAYERS),$(SEEDS))

# simset_vs_unstructured: five runs of every allocation at the seeds' relative depth, 24 of 32; then
# without norm and gate, by strength, by layer and by target.
SIMSETS     := simset-1-dim simset-1-token simset-2-dim simset-2-token
ALLOCATIONS := none disjoint random $(SIMSETS)
DEPTH       := 4
ALLOCATE    := --entries 128 --bands 16
SHARING     := $(foreach seed,1 2 3 4 5 6 7 8 9 10 11 12,simset-1-dim_$(seed) simset-2-dim_$(seed))
SIMSET_CELLS = $(call cells,$(ALLOCATIONS),1,norm-gate,document,$(DEPTH),1 2 3 4 5) \
               $(call cells,$(ALLOCATIONS),1,plain,document,$(DEPTH),$(SEEDS)) \
               $(call cells,simset-1-dim simset-2-token,0.25 0.5 0.75,plain,document,$(DEPTH),1 2) \
               $(call cells,simset-1-dim simset-2-token,1,plain,document,1 3 5,1 2) \
               $(call cells,none $(SIMSETS),1,plain,template,$(DEPTH),$(SEEDS)) \
               $(call cells,none simset-1-dim,1,plain,both,$(DEPTH),$(SEEDS)) \
               $(call cells,none simset-1-dim simset-2-token,1,plain,document-then-template,$(DEPTH),$(SEEDS))

# representation_drift: DocRep memories after the last block, as published, though by a target that
# this model's losses are near. PHI_SELECTION_K_DOCUMENTS_ALPHA_NEGATIVE_FORM_LM_BATCH_SEED; batches
# grow with the documents, so that an epoch has as many steps.
DOCREP      := --layer 5 --tokens 64 --entries 32 --tau 1.5 --delta 0.5 --epochs 20 --save 1,5,20 --lr 6e-3
drift        = $(foreach phi,tanh relu,$(foreach cell,$(1),$(SEEDS:%=$(phi)_$(cell)_%)))
DRIFT_CELLS  = $(call drift,$(foreach k,2 16 128,$(foreach n,10_0.1_other_squared_yes_1 \
                   40_0.1_other_squared_yes_4 80_0.1_other_squared_yes_8,linear_$(k)_$(n)) \
                   mlp_$(k)_40_0.1_other_squared_yes_4)) \
               $(call drift,linear_2_20_0.1_other_squared_yes_2 mlp_2_10_0.1_other_squared_yes_1 \
                   linear_2_10_0.1_other_squared_yes_4) \
               $(call drift,$(foreach a,0 0.5,linear_2_40_$(a)_other_squared_yes_4 mlp_2_40_$(a)_other_squared_yes_4)) \
               $(call drift,linear_2_40_0.1_other-detached_squared_yes_4 \
                   linear_2_40_0.5_other-detached_squared_yes_4 linear_2_40_0.1_random_squared_yes_4) \
               $(call drift,linear_2_20_0.1_other_squared_no_2 linear_2_20_0.1_other_absolute_yes_2 \
                   linear_2_20_0.1_zero_squared_yes_2 linear_2_20_0.1_perturbed_squared_yes_2)
SHOWN_CELLS  = $(foreach phi,tanh relu,$(phi)_linear_2_80_0.1_other_squared_yes_8_1)
LANDSCAPES   = $(SHOWN_CELLS)

# memory_sign: DocRep memories of all documents, and one of each activation without W_lm. The
# vocabulary has no "hate"; "hated" stands in for it.
DOCREP_SIGN := --layer $(DEPTH) --entries 32 --tau 2.5 --epochs 15 --save 15 --lr 3e-3
SIGN_CELLS  := $(foreach phi,tanh relu,$(foreach cell,yes_4_1 yes_4_2 no_4_1,\
                 $(phi)_linear_8_80_0.1_random_squared_$(cell)))
INTERVENE   := --contexts 10 --seed 1
WORD        := hated

# Programs under sanitizers are slow: they run a corner of the grid.
ifneq ($(SANITIZE),)
LAYERS      := 0 3 5
SEEDS       := 1 2
DEPTH       := 3
EPOCHS_document := 2
EPOCHS_template := 1
SAVE        := 1,2
DOCREP      += --epochs 2 --save 2 --tokens 16
DRIFT_CELLS  = $(call drift,$(foreach k,2 4,linear_$(k)_10_0.1_other_squared_yes_1 \
                   linear_$(k)_20_0.1_other_squared_yes_2) linear_2_10_0.1_other_squared_yes_2 \
                   mlp_2_20_0.1_other_squared_yes_2 linear_2_20_0_other_squared_yes_2 \
                   mlp_2_20_0_other_squared_yes_2 linear_2_20_0.1_other-detached_squared_yes_2 \
                   linear_2_20_0.1_random_squared_yes_2)
SHOWN_CELLS  = $(foreach phi,tanh relu,$(phi)_linear_2_20_0.1_other_squared_yes_2_1)
DOCREP_SIGN := --layer $(DEPTH) --entries 8 --tau 2.5 --tokens 16 --epochs 2 --save 2 --lr 3e-3
SIGN_CELLS  := $(foreach phi,tanh relu,$(foreach lm,yes no,$(phi)_linear_2_10_0.1_random_squared_$(lm)_4_1))
INTERVENE   := --contexts 2
SIMSET_CELLS = $(call cells,none simset-1-dim simset-2-token,1,plain,document,$(DEPTH),$(SEEDS)) \
               $(call cells,none simset-1-dim,1,plain,template document-then-template,$(DEPTH),1)
endif

# The base model, as `make base-model` makes it again. SkylakeX: twice the speed where there is AVX-512.
CURRICULUM  := --seed $(WORLD_SEED) --sequences 340000
VOCABULARY  := 2048
PRETRAIN    := --blocks 6 --width 128 --hidden 352 --heads 4 --kv-heads 2 --batch 24 --steps 14000 \
               --lr 2e-3 --warmup 400 --letter-weight 10 --report 250 --seed 1
PRETRAIN_CORE := SkylakeX
