# pythia-410m: Pythia of 410 million parameters, 24 blocks, on FEVER.

FOLDER := pythia-410m
FAMILY := neox
LAYERS ?= 0 7 15 18 23
DEPTH  ?= 18
SEEDS  ?= 1
FLOAT_BUDGET ?= 2048

include data/profiles/shared/real.mk
