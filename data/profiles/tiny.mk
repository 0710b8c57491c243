# tiny: the embedded world and its base model; no download, a quarter of an hour on two cores.

# What is studied: raw FEVER files, here written by the world stage, and a Hugging Face folder.
# Pages that no rule was tuned on; HALF=exploratory has as many others, which were in view when rules were made.
WORLD_SEED  := 1
HALF        := confirmatory
WORLD        = --seed $(WORLD_SEED) --half $(HALF)
RAW         := $(OUT)/world
WIKI        := $(RAW)/wiki-pages
TRAIN       := $(RAW)/train.jsonl
DEV         := $(RAW)/paper_dev.jsonl
MODEL       := data/base
SHAPE       := $(MODEL)/config.json

# For `make plan` until the corpus is encoded: what this profile's corpus came to.
EXPECTED    := --documents 80 --document-tokens 126 --prompts 809 --prompt-tokens 67 \
               --templates 471 --template-tokens 70 --claims 809 --claim-tokens 12
OPEN        := 0

# Documents: the most cited pages; claims without evidence belong to the page they name.
INGEST      := --top 82 --nei title --seed 1
MAX_TOKENS  := 256

# A memory and its training, and how long a target is studied: about as many tokens for each. Batches of one
# text: steps store, not tokens, and 480 steps of one page store nearly what 320 of four do, with 3/8 of the work.
MEMORIZE    := --entries 128 --batch 1 --lr 4e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document               := 6
EPOCHS_template               := 2
EPOCHS_both                   := 2
EPOCHS_document-then-template  = $(EPOCHS_template)

# layer_choice: every layer, three runs each.
LAYERS      := 0 1 2 3
SEEDS       := 1 2 3
FEW         := 1# of what is shown beside: allocations by strength and by layer
SAVE        := 1,3,6
LAYER_CELLS  = $(call names,none - plain - document - $(LAYERS:%=L%) - $(SEEDS:%=s%))

# simset_vs_unstructured: every allocation at the seeds' relative depth, 24 of 32; then without norm and
# gate, by strength and by layer (one run each), and by target.
SIMSETS     := simset-1-dim simset-1-token simset-2-dim simset-2-token
ALLOCATIONS := none disjoint random $(SIMSETS)
DEPTH       := 2
ALLOCATE    := --entries 128 --bands 16
SHARING     := $(foreach seed,1 2 3 4 5 6 7 8 9 10 11 12,simset-1-dim-s$(seed) simset-2-dim-s$(seed))
at_depth     = L$(DEPTH) - $(SEEDS:%=s%)
SIMSET_CELLS = $(call names,$(ALLOCATIONS) - norm-gate - document - $(at_depth)) \
               $(call names,$(ALLOCATIONS) - plain - document - $(at_depth)) \
               $(call names,simset-1-dim simset-2-token - x0.25 x0.5 x0.75 - plain - document - L$(DEPTH) - $(FEW:%=s%)) \
               $(call names,simset-1-dim simset-2-token - plain - document - L0 L1 L3 - $(FEW:%=s%)) \
               $(call names,none $(SIMSETS) - plain - template - $(at_depth)) \
               $(call names,none simset-1-dim - plain - both - $(at_depth)) \
               $(call names,none simset-1-dim simset-2-token - plain - document-then-template - $(at_depth))

# controls: prompts told something first; memories of other pages (of another world, as here every page is
# cited), of each page in three wordings, of letters alone, of the answers themselves; wrong masks. Baselines:
# a memory that starts silent, and the block's own weights, by LoRA (48,576 trained numbers in the MLP and 49,152
# in attention, where a memory has 49,472) and, of the MLP, whole (294,912).
OTHER_WIKI    := $(OUT)/world-other/wiki-pages
WORDINGS_WIKI := $(OUT)/world-wordings/wiki-pages
WORDINGS      := 2
EPOCHS_other     = $(EPOCHS_document)
EPOCHS_wordings := 2
EPOCHS_letter    = $(EPOCHS_template)
EPOCHS_cheat    := 32
MEMORIZE_cheat  := --batch 4 --lr 6e-3# letters are learnt by many passes, of several claims a step
CONTROL_CELLS = $(call names,none - plain - other wordings letter - $(at_depth)) \
                $(call names,none - zero lora-mlp lora-attention - document - $(at_depth)) \
                $(call names,none - mlp - document - L$(DEPTH) - s1) \
                $(call names,none - plain - cheat - L$(DEPTH) - s1)
SHOWN_BESIDE  = $(call names,none - plain - document template - $(at_depth)) $(WRONG_MASKS)
TURNED_CELLS  = $(call names,$(ALLOCATIONS) - plain - document - $(at_depth)) \
                $(call names,none - plain - template both document-then-template other letter - $(at_depth))
# Learning by epoch, of memories with and without structure.
LEARNING_CELLS = $(call names,random simset-1-dim - plain - document - $(at_depth))
LEARNT_CELLS   = $(call names,none - plain - document - $(at_depth)) $(LEARNING_CELLS)
ENTRY_CELLS    = $(call names,none simset-1-dim - plain - document - L$(DEPTH) - s1)
WRONG_MASKS   = $(call names,simset-1-dim - plain - document - $(at_depth))

# representation_drift: DocRep memories after the last block, as published, though by a target that
# this model's losses are near. Batches grow with the documents, so that an epoch has as many steps.
DOCREP      := --layer 3 --tokens 32 --entries 32 --tau 1.5 --delta 0.5 --epochs 10 --save 1,3,10 --lr 1.2e-2
DIMENSIONS  := 2 128
HALFWAY     := 2# dimensions that half of the documents are tried with, and non-linear selection
halfway      = $(if $(filter $(1),$(HALFWAY)),$(2))
drift        = $(call names,tanh relu - $(1) - $(SEEDS:%=s%))
DRIFT_CELLS  = $(call drift,$(foreach k,$(DIMENSIONS),linear-k$(k)-n10-a0.1-other-squared-lm-b1 \
                   $(call halfway,$(k),linear-k$(k)-n40-a0.1-other-squared-lm-b4) linear-k$(k)-n80-a0.1-other-squared-lm-b8 \
                   $(call halfway,$(k),mlp-k$(k)-n40-a0.1-other-squared-lm-b4))) \
               $(call drift,linear-k2-n20-a0.1-other-squared-lm-b2 mlp-k2-n10-a0.1-other-squared-lm-b1 \
                   linear-k2-n10-a0.1-other-squared-lm-b4) \
               $(call drift,$(foreach a,0 0.5,linear-k2-n40-a$(a)-other-squared-lm-b4 mlp-k2-n40-a$(a)-other-squared-lm-b4)) \
               $(call drift,linear-k2-n40-a0.1-other-detached-squared-lm-b4 \
                   linear-k2-n40-a0.5-other-detached-squared-lm-b4 linear-k2-n40-a0.1-random-squared-lm-b4) \
               $(call drift,linear-k2-n20-a0.1-other-squared-no-lm-b2 linear-k2-n20-a0.1-other-absolute-lm-b2 \
                   linear-k2-n20-a0.1-zero-squared-lm-b2 linear-k2-n20-a0.1-perturbed-squared-lm-b2)
SHOWN_CELLS  = $(call names,tanh relu - linear-k2-n80-a0.1-other-squared-lm-b8-s1)
LANDSCAPES   = $(SHOWN_CELLS)
# Vectors that start as the public code's, free; with a constant rate, by plain descent; and frozen, as there.
ARM_CELLS    = $(call drift,$(foreach k,2 128,linear-orthogonal-k$(k)-n10-a0.1-other-squared-lm-b1 \
                   $(call halfway,$(k),linear-orthogonal-k$(k)-n40-a0.1-other-squared-lm-b4) \
                   linear-orthogonal-k$(k)-n80-a0.1-other-squared-lm-b8) \
                   mlp-orthogonal-k2-n40-a0.1-other-squared-lm-b4 \
                   $(foreach a,0 0.5,linear-orthogonal-k2-n40-a$(a)-other-squared-lm-b4 \
                       mlp-orthogonal-k2-n40-a$(a)-other-squared-lm-b4) \
                   linear-orthogonal-k2-n40-a0.1-other-detached-squared-lm-b4 \
                   linear-frozen-constant-fixed-k2-n10-a0.1-other-squared-lm-b1) \
               $(call names,tanh - linear-orthogonal - constant sgd - k2-n80-a0.1-other-squared-lm-b8 - $(SEEDS:%=s%))
# Context vectors, to which the notes liken document vectors: U h, U trained; few and many pages, small and large.
CONTEXT_CELLS = $(call names,tanh - linear-context - k2-n10-a0.1-other-squared-lm-b1 \
                  k2-n40-a0.1-other-squared-lm-b4 k2-n80-a0.1-other-squared-lm-b8 \
                  k128-n80-a0.1-other-squared-lm-b8 - $(SEEDS:%=s%))

# memory_sign: DocRep memories of all documents, and one of each activation without W_lm. The
# vocabulary has no "hate"; "hated" stands in for it. Tau by a rule, before any result: the pages' loss without
# a memory (1.71 nats a token), to a tenth. A page under a vector that is not its own is to cost no less.
DOCREP_SIGN := --layer $(DEPTH) --entries 32 --tau 1.7 --epochs 8 --save 8 --lr 3e-3
SIGN_TEXTS  := linear-k8-n80-a0.1-random-squared
SIGN_BATCH  := b2
SIGN_CELLS   = $(call names,tanh relu - $(SIGN_TEXTS) - \
                 lm-$(SIGN_BATCH)-s1 lm-$(SIGN_BATCH)-s2 no-lm-$(SIGN_BATCH)-s1)
# The lenses by layer: one of tanh after each other block.
LENS_CELLS   = $(call names,tanh - $(SIGN_TEXTS) - lm-$(SIGN_BATCH) - L0 L1 L3 - s1)
INTERVENE   := --contexts 10 --seed 1
WORD        := hated

# Programs under sanitizers are slow: they run a corner of the grid.
ifneq ($(SANITIZE),)
LAYERS      := 0 2 3
SEEDS       := 1 2
TURNED_CELLS   = $(LEARNT_CELLS)
LEARNING_CELLS = $(call names,simset-1-dim - plain - document - $(at_depth))
DEPTH       := 2
EPOCHS_document := 2
EPOCHS_template := 1
SAVE        := 1,2
DOCREP      += --epochs 2 --save 2 --tokens 16
DRIFT_CELLS  = $(call drift,$(foreach k,2 4,linear-k$(k)-n10-a0.1-other-squared-lm-b1 \
                   linear-k$(k)-n20-a0.1-other-squared-lm-b2) linear-k2-n10-a0.1-other-squared-lm-b2 \
                   mlp-k2-n20-a0.1-other-squared-lm-b2 linear-k2-n20-a0-other-squared-lm-b2 \
                   mlp-k2-n20-a0-other-squared-lm-b2 linear-k2-n20-a0.1-other-detached-squared-lm-b2 \
                   linear-k2-n20-a0.1-random-squared-lm-b2)
SHOWN_CELLS  = $(call names,tanh relu - linear-k2-n20-a0.1-other-squared-lm-b2-s1)
ARM_CELLS    = $(call drift,linear-orthogonal-k2-n10-a0.1-other-squared-lm-b1 \
                   linear-frozen-constant-fixed-k2-n10-a0.1-other-squared-lm-b1)
CONTEXT_CELLS = $(call names,tanh - linear-context - k2-n10-a0.1-other-squared-lm-b1 - $(SEEDS:%=s%))
DOCREP_SIGN := --layer $(DEPTH) --entries 8 --tau 1.7 --tokens 16 --epochs 2 --save 2 --lr 3e-3
SIGN_CELLS  := $(call names,tanh relu - linear-k2-n10-a0.1-random-squared - lm no-lm - b4-s1)
LENS_CELLS  := $(call names,tanh - linear-k2-n10-a0.1-random-squared - lm-b4 - L0 - s1)
INTERVENE   := --contexts 2
SIMSET_CELLS = $(call names,none simset-1-dim simset-2-token - plain - document - $(at_depth)) \
               $(call names,none simset-1-dim - plain - template document-then-template - L$(DEPTH) - s1)
endif

# The base model, as `make base-model` makes it again: shares of the kinds of text by phase, then the model
# and its training. SkylakeX: twice the speed where there is AVX-512.
CURRICULUM  := --seed $(WORLD_SEED) --sequences 46000 --phases 0.1,0.32,1 --shown 3,6,8 \
               --mention 0.4,0.03,0 --verbatim 0.48,0.2,0.03 --context 0,0.28,0.08 --open 0,0.14,0.18 \
               --evidence 0,0.1,0.09 --page 0.1,0.13,0.13 --claims 0,0.05,0.26 --priors 0,0.05,0.2 \
               --study 0.012,0.05,0.11
HELD        := --seed $(WORLD_SEED) --sequences 128 --held-open 0.5 --held 0.5
VOCABULARY  := 4096
PRETRAIN    := --blocks 4 --width 192 --hidden 512 --heads 3 --kv-heads 3 --batch 20 --steps 2300 \
               --lr 1.2e-3 --warmup 150 --other-weight 0.3 --report 40 --seed 1
PRETRAIN_CORE := SkylakeX
GATES       := --world-seed $(WORLD_SEED) --layer 3 --epochs 48 --lr 1e-2
