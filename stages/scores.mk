# scores: how it is made, and what it answers with. USE_CELLS are memories that are asked for the
# likelihood of the claims alone, without letters.
likelihood_files  = $(1:%=$(OUT)/likelihoods/%.csv)
LIKELIHOODS       = $(call likelihood_files,$(SCORED_CELLS))
# Beside memories of halves, each claim's page told, and another page: what using could be worth.
TOLD              = $(if $(USE_CELLS),$(patsubst %,$(OUT)/contexts/%-likelihoods.csv,$(filter page other,$(CONTEXTS))))
SCORED            = $(LIKELIHOODS) $(TOLD) $(call answer_files,$(CELLS))
NAMES_likelihood  = $(ALL_CELLS)
step_likelihood   = likelihood $(FROM_PREFIX) --cell $(call cell_files,$(1)) $(if $(filter $(1),$(LAYER_CELLS)),,--epochs last) \
  --without $(WITHOUT_CELL) --out $(call likelihood_files,$(1))

$(call likelihood_files,%): $(call cell_files,%) $(PREFIX_FILE) $(WITHOUT_CELL) $(BIN)/likelihood
	$(call say,likelihood)$(run)$(call step_likelihood,$*)

NAMES_pretrained_likelihood = $(if $(ALL_CELLS),$(WITHOUT_CELL))
step_pretrained_likelihood  = likelihood $(FROZEN) --out $(1)

$(WITHOUT_CELL): $(ENCODED) $(BIN)/likelihood $(MODEL_FILES)
	$(call say,likelihood)$(run)$(call step_pretrained_likelihood,$@)

STORED            = $(call cell_files,$(USE_CELLS))

$(OUT)/scores.csv: $(BIN)/scores $(SCORED) $(STORED)
	$(call say,scores)$(run)scores --out $@ $(if $(STORED),--encoded $(ENCODED)) $(SCORED) $(STORED)

# The stream that memories act on, by row: whether the first row decides (stream_norms).
$(OUT)/stream_norm.csv: $(ENCODED) $(BIN)/stream_norms $(MODEL_FILES)
	$(call say,norms)$(run)stream_norms $(FROZEN) --out $@

QUESTION_stream := scores
ANSWERS_scores  := $(call csv_of,scores stream_norm) $(LIKELIHOODS)
