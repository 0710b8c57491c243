# Show: what a person at a terminal sees of the pipeline. It reads; nothing here makes a result.

.PHONY: help
help:
	@stages/show/help $(QUESTIONS) -- $(filter-out $(QUESTIONS),$(STAGES))

# $(call say,KIND): one quiet line a target; the command itself under V=1.
say = $(if $(V),,@. stages/show/say $(1) $@; )

# What stages/show/say needs to know of the run.
export DOCMEM_RUN   := $(shell echo $$PPID.$${EPOCHREALTIME/[.,]/})
export DOCMEM_STARTED := $(RUN)
export DOCMEM_OUT   := $(OUT)
export DOCMEM_MAKE  := $(MAKE)
export DOCMEM_GOALS := $(MAKECMDGOALS)

QUESTION ?=
.PHONY: results
results:
	@QUESTION='$(QUESTION)' stages/show/results $(RESULTS) $(notdir $(OUT)) $(QUESTIONS)

.PHONY: status
status:
	@stages/show/status $(PROFILE)

.PHONY: open
open:
	@stages/show/open paper/paper.html
