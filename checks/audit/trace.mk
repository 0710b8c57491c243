# Same bits and where they come from: make verify, make trace.

.PHONY: verify record verify-record
# All results in the order of the pipeline, so that the first one that differs is where it began.
continued  = $(findstring -document-then-,$(1))
in_order   = $(foreach cell,$(1),$(if $(call continued,$(cell)),,$(cell))) \
             $(foreach cell,$(1),$(if $(call continued,$(cell)),$(cell)))
# What names the paths of files that others keep elsewhere is left out where there are such.
PATHS      = $(if $(WORLD_SEED),,$(ENCODED) $(call csv_of,setting question_claim))
VERIFIED   = $(if $(WORLD_SEED),$(OUT)/world) $(filter-out $(PATHS),$(ENCODED)) $(OUT)/prefix.safetensors \
             $(call allocation_files,$(NAMES_allocate)) \
             $(SHARING:%=$(OUT)/simset_sharing/%.csv) $(filter $(OUT)/document_token.csv,$(ANSWERS)) \
             $(call cell_files,$(call in_order,$(SCORED_CELLS))) $(TOLD) $(call answer_files,$(CELLS)) \
             $(call vector_files,$(VECTORS) $(LENS_CELLS)) $(SIGN_INPUTS) \
             $(call intervention_files,$(LENS_CELLS)) $(filter-out $(call answer_files,$(CELLS)) \
               $(SHARING:%=$(OUT)/simset_sharing/%.csv) $(OUT)/document_token.csv $(OUT)/verdict.csv $(OUT)/recorded.csv $(PATHS),$(ANSWERS)) \
             $(if $(ASKED),,$(UNITS) $(OUT)/verdict.csv)

# Whether the results are those expected; AGAINST=FOLDER names results to compare them with.
AGAINST ?=
verify: $(BIN)/compare $(OUT)/settings/VERIFIED
	@BIN=$(BIN) checks/audit/verify $(OUT) $(OUT)/settings/VERIFIED $(RESULTS) $(AGAINST)

# Takes the results of a complete run as those expected; of one from files that not everybody has, the
# tables too, which are numbers alone, so that they can be shown to whoever has not (make results RECORDED=1).
# A profile may name its tables itself.
TABLED ?= $(if $(WORLD_SEED),,$(foreach table,$(filter-out $(call csv_of,$(WORDED) sign_pool_word),$(ANSWERS)),\
  $(if $(findstring /,$(table:$(OUT)/%=%)),,$(table))))
record verify-record: $(OUT)/settings/VERIFIED
	@TABLED='$(strip $(TABLED))' checks/audit/verify --record $(OUT) $(OUT)/settings/VERIFIED $(RESULTS)

# Where a result comes from: RESULT='words of its name' or a file; ALL=1 shows every file.
RESULT ?=
ALL    ?=
export RESULT
.PHONY: trace
trace: $(BIN)/trace
	@[ -n "$$RESULT" ] || { echo "make trace wants RESULT='words', a number, a figure or a file" >&2; exit 2; }
	@$(BIN)/trace --result "$$RESULT" $(of_run) --database $(RESULTS) --programs $(BIN) \
	  $(if $(ALL),--all) || [ $$? -eq 141 ] # its reader has gone: make trace … | head

# ---- Same bits, however it is run ----------------------------------------------------------
# A corner of the grid in several ways: checks/audit/same_bits. Minutes; the last run is checks/reports/same_bits.org.
.PHONY: same-bits same-bits-whole corner corner-small corner-goals
same-bits:
	@checks/audit/same_bits checks/reports/same_bits.org
# The whole default run once more, in many ways at once, against checks/expected: as long as the run.
same-bits-whole:
	@checks/audit/same_bits_whole checks/reports/same_bits.org $(JOBS)

corner: $(VERIFIED)
corner-small: $(OUT)/predictions/none-plain-document-L2-s1.csv $(lastword $(filter $(OUT)/vectors/%,$(VERIFIED)))
corner-goals: ; @echo $(VERIFIED)

# ---- What that costs ------------------------------------------------------------------------
# Builds that give up one promise each, by turns with the pinned one: checks/reports/exactness.org.
.PHONY: exactness
exactness: $(BIN)/prefix $(BIN)/bench-data $(BIN)/random-model $(OUT)/encoded.safetensors
	@BIN=$(BIN) OUT=$(OUT) checks/audit/exactness checks/reports/exactness.org

# The whole default run with other BLAS kernels, and how far claims move: as long as the run, each.
KERNELS ?= SkylakeX Sandybridge
.PHONY: other-kernels
other-kernels:
	@JOBS=$(JOBS) checks/audit/other_kernels checks/reports/other_kernels.org $(KERNELS)
