# local: a checkpoint of your own in MODEL, a folder or a GGUF file, and FEVER's published files in DATA, both on this machine.
#
#   make all PROFILE=local MODEL=/path/to/model DATA=/path/to/fever LAYERS='8 16 24'

MODEL ?=
ifeq ($(MODEL),)
$(error PROFILE=local: no MODEL is named; say MODEL=folder with config.json, the weights and tokenizer.json, \
or MODEL=file.gguf, and DATA=folder with train.jsonl, paper_dev.jsonl and wiki-pages.zip)
endif
FOLDER := $(notdir $(patsubst %/,%,$(MODEL)))
SHAPE  ?= $(if $(filter %.gguf,$(MODEL)),$(MODEL),$(MODEL)/config.json)
FAMILY := $(if $(shell head -c 65536 $(SHAPE) 2>/dev/null | grep -a 'gpt_\?neox'),neox,llama)

# The seeds' layer, and two below it to compare (a verdict on layers wants three).
LAYERS ?= 8 16 24
DEPTH  ?= $(lastword $(LAYERS))

include data/profiles/shared/real.mk
