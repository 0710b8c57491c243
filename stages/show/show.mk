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

# RECORDED=1: of a run that was recorded, without its files (make record).
QUESTION ?=
RECORDED ?=
RECORD      := checks/expected/$(notdir $(OUT))
RECORDED_DB := build/recorded/$(notdir $(OUT)).db
.PHONY: results
results: $(if $(RECORDED),$(RECORDED_DB))
	@QUESTION='$(QUESTION)' stages/show/results $(if $(RECORDED),$(RECORDED_DB),$(RESULTS)) $(notdir $(OUT)) $(QUESTIONS)

$(RECORDED_DB): $(BIN)/results stages/results.sql $(wildcard $(RECORD)/*.csv)
	@[ -e $(RECORD) ] || { echo 'docmem: results: $(RECORD): is not there; no run of PROFILE=$(PROFILE) is recorded, leave RECORDED out' >&2; exit 1; }
	@mkdir -p $(@D)
	$(call say,results)$(here)results --schema stages/results.sql --root $(patsubst %/,%,$(dir $(RECORD))) \
	  --profile $(notdir $(OUT)) --out $@ $(wildcard $(RECORD)/*.csv)

.PHONY: status
status:
	@stages/show/status $(PROFILE)

.PHONY: open
open:
	@stages/show/open paper/paper.html
