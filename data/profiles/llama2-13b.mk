# llama2-13b: Llama 2 13B on FEVER, the memory as deep as in llama2-7b, after block 30 of 40.

FOLDER := Llama-2-13b-hf
FAMILY := llama
LAYERS ?= 10 20 30
DEPTH  ?= 30
OPEN   ?= 0.5

JOBS         ?= 1
THREADS      ?= $(CORES)
FLOAT_BUDGET ?= 1024

include data/profiles/shared/real.mk
