# pythia-1b: Pythia of 1 billion parameters, 16 blocks, on FEVER: as the layer question was first asked.

FOLDER := pythia-1b
FAMILY := neox
LAYERS ?= 0 5 10 12 15
DEPTH  ?= 12
SEEDS  ?= 1

# The layer question in the seeds' own setting: DocRep memories of 100 documents, tanh, random
# negatives, 50 epochs, after layers 0, 5, 10 and 15.
LAYER_VECTORS ?= $(call names,tanh-linear-k2-n100-a0.1-random-squared-lm-b16 - L0 L5 L10 L15 - s1)
DOCREP_LAYER  ?= --tokens 128 --entries 32 --tau 4.5 --epochs 50 --save 1,2,5,10,20,30,40,50 --lr 1e-3

# The six runs whose curves were reported: vectors that stay as they start, one document a step, after layer 15.
# Theirs were of WikiText-103, at most ten texts of 128 words a document; here a document is a page.
CURVE_CELLS   ?= $(call names,tanh - linear-frozen-constant-fixed-k2 - n10 n20 - a0.1 a0.5 - other-detached-squared-lm-b1-s1) \
                 $(call names,relu - linear-frozen-constant-fixed-k2 - n10 n20 - a0.5 - other-detached-squared-lm-b1-s1)
DOCREP_CURVES ?= --layer 15 --tokens 128 --entries 32 --tau 4.5 --clip 5 --decay 0.01 --epochs 500 --save 500 --lr 1e-3

JOBS         ?= 1
THREADS      ?= $(CORES)
FLOAT_BUDGET ?= 4608

include data/profiles/shared/real.mk
