# Same bits and where they come from: make verify, make trace.

.PHONY: verify verify-record
# All results in the order of the pipeline, so that the first one that differs is where it began.
continued  = $(findstring _document-then-,$(1))
in_order   = $(foreach cell,$(1),$(if $(call continued,$(cell)),,$(cell))) \
             $(foreach cell,$(1),$(if $(call continued,$(cell)),$(cell)))
VERIFIED   = $(if $(WORLD_SEED),$(OUT)/world) $(OUT)/encoded.safetensors $(OUT)/prefix.safetensors \
             $(sort $(foreach cell,$(CELLS),$(call allocation_of,$(cell)))) \
             $(SHARING:%=$(OUT)/simset_sharing/%.csv) $(OUT)/document_token.csv \
             $(patsubst %,$(OUT)/cells/%.safetensors,$(call in_order,$(CELLS))) \
             $(CELLS:%=$(OUT)/predictions/%.csv) \
             $(patsubst %,$(OUT)/vectors/%.safetensors,$(sort $(DRIFT_CELLS) $(SHOWN_CELLS) $(SIGN_CELLS))) \
             $(SIGN_INPUTS) $(filter-out $(CELLS:%=$(OUT)/predictions/%.csv) \
               $(SHARING:%=$(OUT)/simset_sharing/%.csv) $(OUT)/document_token.csv $(OUT)/verdicts/%,$(ANSWERS)) \
             $(filter $(OUT)/verdicts/%,$(ANSWERS))

# Whether the results are those expected; AGAINST=FOLDER names results to compare them with.
AGAINST ?=
verify: $(BIN)/compare $(OUT)/settings/VERIFIED
	@BIN=$(BIN) checks/verify $(OUT) $(OUT)/settings/VERIFIED $(RESULTS) $(AGAINST)

# Takes the results of a complete run as those expected.
verify-record: $(OUT)/settings/VERIFIED
	@checks/verify --record $(OUT) $(OUT)/settings/VERIFIED $(RESULTS)

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
# A corner of the grid in several ways: checks/same_bits. Minutes; the last run is checks/same_bits.org.
.PHONY: same-bits same-bits-whole corner corner-small corner-goals
same-bits:
	@checks/same_bits checks/same_bits.org
# The whole default run once more, in many ways at once, against checks/expected: as long as the run.
same-bits-whole:
	@checks/same_bits_whole checks/same_bits.org $(JOBS)

corner: $(VERIFIED)
corner-small: $(OUT)/predictions/none_1_plain_document_4_1.csv $(lastword $(filter $(OUT)/vectors/%,$(VERIFIED)))
corner-goals: ; @echo $(VERIFIED)

# ---- What that costs ------------------------------------------------------------------------
# Builds that give up one promise each, by turns with the pinned one: checks/exactness.org.
.PHONY: exactness
exactness: $(BIN)/prefix $(BIN)/bench-data $(BIN)/random-model $(OUT)/encoded.safetensors
	@BIN=$(BIN) OUT=$(OUT) checks/exactness checks/exactness.org

# The whole default run with other BLAS kernels, and how far claims move: as long as the run, each.
KERNELS ?= SkylakeX Sandybridge
.PHONY: other-kernels
other-kernels:
	@JOBS=$(JOBS) checks/other_kernels checks/other_kernels.org $(KERNELS)
