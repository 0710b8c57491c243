# pythia-160m: Pythia of 160 million parameters, 12 blocks, on FEVER.

FOLDER := pythia-160m
FAMILY := neox
LAYERS ?= 0 4 8 9 11
DEPTH  ?= 9
SEEDS  ?= 1 2
FLOAT_BUDGET ?= 1024

include data/profiles/shared/real.mk
