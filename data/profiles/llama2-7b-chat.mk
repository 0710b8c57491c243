# llama2-7b-chat: Llama 2 7B Chat on FEVER, as in the table first reported, the memory after block 24 of 32.

FOLDER := Llama-2-7b-chat-hf
FAMILY := llama
LAYERS ?= 8 16 24
DEPTH  ?= 24
OPEN   ?= 0.2

JOBS         ?= 1
THREADS      ?= $(CORES)
FLOAT_BUDGET ?= 1024

include data/profiles/shared/real.mk
