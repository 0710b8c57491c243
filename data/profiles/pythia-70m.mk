# pythia-70m: Pythia of 70 million parameters, 6 blocks, on FEVER: the smallest.

FOLDER := pythia-70m
FAMILY := neox
LAYERS ?= 0 2 4 5
DEPTH  ?= 4
SEEDS  ?= 1 2 3
FLOAT_BUDGET ?= 1024

include data/profiles/shared/real.mk
