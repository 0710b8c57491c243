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

# The grid: every layer, three runs each.
LAYERS      := 0 1 2 3 4 5
SEEDS       := 1 2 3
MEMORIZE    := --variant plain --target document --entries 128 --epochs 40 --save 1,2,5,10,20,40 \
               --batch 4 --lr 6e-3 --warmup 10 --decay 0.05 --clip 10

# Programs under sanitizers are slow: they run a corner of the grid.
ifneq ($(SANITIZE),)
LAYERS      := 0 3 5
SEEDS       := 1 2
MEMORIZE    += --epochs 2 --save 1,2
endif

# The base model, as `make base-model` makes it again. SkylakeX: twice the speed where there is AVX-512.
CURRICULUM  := --seed $(WORLD_SEED) --sequences 340000
VOCABULARY  := 2048
PRETRAIN    := --blocks 6 --width 128 --hidden 352 --heads 4 --kv-heads 2 --batch 24 --steps 14000 \
               --lr 2e-3 --warmup 400 --letter-weight 10 --report 250 --seed 1
PRETRAIN_CORE := SkylakeX
