# llama2-7b: Llama 2 7B on FEVER, in the setting first reported, the memory after block 24 of 32.

FOLDER := Llama-2-7b-hf
FAMILY := llama
LAYERS ?= 8 16 24
DEPTH  ?= 24
OPEN   ?= 0.5

JOBS         ?= 1
THREADS      ?= $(CORES)
FLOAT_BUDGET ?= 1024

include data/profiles/shared/real.mk
