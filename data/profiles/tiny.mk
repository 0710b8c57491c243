# tiny: the embedded world and its base model; no download, minutes on two cores.

# What is studied: raw FEVER files, here written by the world stage, and a Hugging Face folder.
WORLD_SEED  := 1
RAW         := $(OUT)/world
WIKI        := $(RAW)/wiki-pages
TRAIN       := $(RAW)/train.jsonl
DEV         := $(RAW)/paper_dev.jsonl
MODEL       := data/base

# Documents: the most cited pages; claims without evidence belong to the page they name.
INGEST      := --top 82 --nei title --seed 1
MAX_TOKENS  := 256

# A memory and its training, and how long a target is studied: about as many tokens for each.
MEMORIZE    := --entries 128 --batch 4 --lr 6e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document               := --epochs 20 --save 1,2,5,10,20
EPOCHS_template               := --epochs 6 --save 6
EPOCHS_both                   := --epochs 5 --save 5
EPOCHS_document-then-template := $(EPOCHS_template)

# layer_choice: every layer, three runs each.
LAYERS      := 0 1 2 3 4 5
SEEDS       := 1 2 3
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

# Programs under sanitizers are slow: they run a corner of the grid.
ifneq ($(SANITIZE),)
LAYERS      := 0 3 5
SEEDS       := 1 2
DEPTH       := 3
EPOCHS_document := --epochs 2 --save 1,2
EPOCHS_template := --epochs 1 --save 1
SIMSET_CELLS = $(call cells,none simset-1-dim simset-2-token,1,plain,document,$(DEPTH),$(SEEDS)) \
               $(call cells,none simset-1-dim,1,plain,template document-then-template,$(DEPTH),1)
endif

# The base model, as `make base-model` makes it again. SkylakeX: twice the speed where there is AVX-512.
CURRICULUM  := --seed $(WORLD_SEED) --sequences 340000
VOCABULARY  := 2048
PRETRAIN    := --blocks 6 --width 128 --hidden 352 --heads 4 --kv-heads 2 --batch 24 --steps 14000 \
               --lr 2e-3 --warmup 400 --letter-weight 10 --report 250 --seed 1
PRETRAIN_CORE := SkylakeX
