# controls: from chance to ceiling, in one table. CONTROL_CELLS are memories that only it shows, beside those
# of SHOWN_BESIDE; WRONG_MASKS are asked with the entries of other documents too. Pages that no claim cites
# come from the dump OTHER_WIKI, further wordings of the documents, where there are some, from WORDINGS_WIKI.
CONTEXTS       ?= page other evidence
WORDINGS_WIKI  ?=
WORDINGS       ?=
OTHER_KIND     ?= other# or next, where a dump has only cited pages: told, not stored
# Memories of which is told claim by claim what they turned right and wrong, where one of them is of the layer
# question: its answers before training are what the others' are held against.
TURNED_CELLS   ?= $(if $(filter $(LAYER_CELLS),$(SHOWN_BESIDE)),$(filter-out $(WRONG_MASKS),$(SHOWN_BESIDE)))
# Of these, whose states are kept, the losses of pages and how strongly entries answer to pages are told by epoch;
# of the first, where no masks hang on documents, the losses of other pages too.
LEARNT_CELLS   ?= $(foreach cell,$(LAYER_CELLS),$(if $(filter $(DEPTH),$(call of,layer,$(cell))),$(cell)))
ENTRY_CELLS    ?= $(firstword $(LEARNT_CELLS))
OTHER_TEXTS    := -other $(if $(WORDINGS_WIKI),-wordings)

# ---- Other pages, other wordings -------------------------------------------------
# tiny: another world's pages, and its own in other words.
$(OUT)/world-other: $(BIN)/world $(OUT)/settings/WORLD_SEED
	$(call say,world)$(run)world --seed $$(($(WORLD_SEED) + 1)) --out $@

$(OUT)/world-wordings: $(BIN)/world $(OUT)/settings/WORLD $(OUT)/settings/WORDINGS
	$(call say,world)$(run)world $(WORLD) --wordings $(WORDINGS) --out $@

# After the block of the memories, and before one whose own weights are trained.
OTHER_LAYERS = $(call entered,$(CONTROL_CELLS)) $(DEPTH)

raw_of = $(patsubst $(OUT)/%/wiki-pages,$(OUT)/%,$(1))

$(OUT)/corpus-other.db: $(OUT)/corpus.db $(BIN)/other_pages $(RAW) $(call raw_of,$(OTHER_WIKI))
	$(call say,others)$(run)other_pages --corpus $< --wiki $(OTHER_WIKI) --kind $(OTHER_KIND) --train $(TRAIN) --dev $(DEV) --out $@

$(OUT)/corpus-wordings.db: $(OUT)/corpus.db $(BIN)/other_pages $(call raw_of,$(WORDINGS_WIKI))
	$(call say,wordings)$(run)other_pages --corpus $< --wiki $(WORDINGS_WIKI) --kind wordings --out $@

encode_texts = encode --corpus $(1) $(ENCODING)

$(OTHER_TEXTS:%=$(OUT)/encoded%.safetensors): $(OUT)/encoded-%.safetensors: \
    $(OUT)/corpus-%.db $(BIN)/encode $(TOKENIZER) $(OUT)/settings/ENCODING
	$(call say,encode)$(run)$(call encode_texts,$<) --out $@

$(OTHER_TEXTS:%=$(OUT)/prefix%.safetensors): $(OUT)/prefix-%.safetensors: \
    $(OUT)/encoded-%.safetensors $(BIN)/prefix $(MODEL_FILES) $(OUT)/settings/OTHER_LAYERS \
    $(OUT)/settings/STREAM
	$(call say,prefix)$(run)prefix --model $(MODEL) --encoded $< $(stream_option) --float-budget $(FLOAT_BUDGET) \
	  --layers $(subst $(space),$(comma),$(strip $(OTHER_LAYERS))) --texts document --out $@

# ---- What is told before a prompt --------------------------------------------------
$(OUT)/contexts/%.safetensors: $(OUT)/corpus$$(addprefix -,$$(filter other,$$*)).db $(BIN)/encode \
                               $(TOKENIZER) $(firstword $(MODEL_FILES)) $(OUT)/settings/ENCODING
	$(call say,encode)$(run)$(call encode_texts,$<) --context $* --config $(firstword $(MODEL_FILES)) --out $@

NAMES_told_answer     = $(if $(CONTROL_CELLS),$(CONTEXTS))
NAMES_told_likelihood = $(if $(CONTROL_CELLS),$(CONTEXTS),$(if $(USE_CELLS),$(filter page other,$(CONTEXTS))))
told_options          = --model $(MODEL) --float-budget $(FLOAT_BUDGET) --encoded $(OUT)/contexts/$(1).safetensors --out $(OUT)/contexts/$(1)
step_told_answer      = answer $(told_options)-answers.csv
step_told_likelihood  = likelihood $(told_options)-likelihoods.csv

$(OUT)/contexts/%-answers.csv: $(OUT)/contexts/%.safetensors $(BIN)/answer $(MODEL_FILES)
	$(call say,answer)$(run)$(call step_told_answer,$*)

$(OUT)/contexts/%-likelihoods.csv: $(OUT)/contexts/%.safetensors $(BIN)/likelihood $(MODEL_FILES)
	$(call say,likelihood)$(run)$(call step_told_likelihood,$*)

# ---- Wrong masks, and pages that were not stored --------------------------------------
ask_wrong = $(FROM_PREFIX) --cell $< --mask wrong --out $@

$(OUT)/wrong_masks/%-answers.csv: $(call cell_files,%) $(PREFIX_FILE) $(BIN)/answer
	$(call say,answer)$(run)answer $(ask_wrong) --epochs last

$(OUT)/wrong_masks/%-likelihoods.csv: $(call cell_files,%) $(PREFIX_FILE) $(WITHOUT_CELL) $(BIN)/likelihood
	$(call say,likelihood)$(run)likelihood $(ask_wrong) --epochs last --without $(WITHOUT_CELL)

$(OUT)/page_losses/%-wrong.csv: $(call cell_files,%) $(PREFIX_FILE) $(BIN)/held_out
	$(call say,held_out)$(run)held_out $(ask_wrong)

$(OUT)/page_losses/%-study.csv: $(call cell_files,%) $(PREFIX_FILE) $(BIN)/held_out
	$(call say,held_out)$(run)held_out $(FROM_PREFIX) --cell $< --out $@

$(OUT)/page_losses/%-other.csv: $(call cell_files,%) $(call prefix_file,-other) $(BIN)/held_out
	$(call say,held_out)$(run)held_out $(call from_texts,-other) --cell $< --pages other --out $@

# ---- Claim by claim: the losses of the sentences that settle it ------------------------------
$(OUT)/evidence_token.csv: $(OUT)/corpus.db $(BIN)/encode $(TOKENIZER) $(ENDS) $(OUT)/settings/ENCODING
	$(call say,evidence)$(run)$(call encode_texts,$<) --report evidence --out $@

evidence_files = $(1:%=$(OUT)/evidence/%.csv)

$(call evidence_files,%): $(call cell_files,%) $(PREFIX_FILE) $(BIN)/held_out $(OUT)/evidence_token.csv
	$(call say,evidence)$(run)held_out $(FROM_PREFIX) --cell $< --evidence $(OUT)/evidence_token.csv --out $@

# A memory of the layer question was asked before it was trained, too.
TURNED_INPUTS := $(sort $(call answer_files,$(TURNED_CELLS) $(firstword $(filter $(LAYER_CELLS),$(SHOWN_BESIDE))))) \
  $(call evidence_files,$(TURNED_CELLS))

$(OUT)/turned.csv: $(BIN)/controls $(OUT)/settings/TURNED_CELLS $(TURNED_INPUTS)
	$(call say,controls)$(run)controls --report claims --out $@ $(TURNED_INPUTS)

# ---- Learning, epoch by epoch --------------------------------------------------------------
# By allocation what layer_choice tells of a layer's memories; then in one table, the allocation first.
LEARNT_OF = $(foreach cell,$(LEARNT_CELLS),$(if $(filter $(1),$(call of,allocation,$(cell))),$(cell)))
LEARNT    = $(sort $(foreach cell,$(LEARNT_CELLS),$(call of,allocation,$(cell))))

$(LEARNT:%=$(OUT)/learnt/%.csv): $(OUT)/learnt/%.csv: $(BIN)/layer_choice $$(call files_of,$$(call LEARNT_OF,$$*))
	$(call say,learning)$(run)layer_choice --report measures --out $@ $(call files_of,$(call LEARNT_OF,$*))

$(OUT)/learning.csv: stages/learning.awk $(LEARNT:%=$(OUT)/learnt/%.csv) | $(BIN)/record
	$(call say,learning)$(call recorded,awk,awk -f $^)

$(OUT)/held/%-study.csv: $(call cell_files,%) $(PREFIX_FILE) $(BIN)/held_out
	$(call say,held_out)$(run)held_out $(FROM_PREFIX) --cell $< --epochs all --out $@

$(OUT)/held/%-other.csv: $(call cell_files,%) $(call prefix_file,-other) $(BIN)/held_out
	$(call say,held_out)$(run)held_out $(call from_texts,-other) --cell $< --epochs all --pages other --out $@

$(OUT)/activations/%.csv: $(call cell_files,%) $(PREFIX_FILE) $(BIN)/held_out
	$(call say,entries)$(run)held_out $(FROM_PREFIX) --cell $< --epochs all --report entries --out $@

HELD_FILES = $(ENTRY_CELLS:%=held/%-study) $(if $(filter other,$(OTHER_KIND)),$(foreach cell,$(LEARNT_CELLS),\
  $(if $(call allocation_of,$(cell)),,held/$(cell)-other)))

# ---- The table ----------------------------------------------------------------------
# A memory whose masks hang on documents has none for pages it did not store.
CONTROL_SHOWN  := $(sort $(CONTROL_CELLS) $(SHOWN_BESIDE))
UNMASKED       := $(foreach cell,$(CONTROL_SHOWN),$(if $(call allocation_of,$(cell)),,$(cell)))
CONTROL_INPUTS := $(call answer_files,$(CONTROL_SHOWN)) $(call likelihood_files,$(CONTROL_SHOWN)) \
  $(foreach kind,answers likelihoods,$(CONTEXTS:%=$(OUT)/contexts/%-$(kind).csv) \
    $(WRONG_MASKS:%=$(OUT)/wrong_masks/%-$(kind).csv)) \
  $(CONTROL_SHOWN:%=$(OUT)/page_losses/%-study.csv) $(WRONG_MASKS:%=$(OUT)/page_losses/%-wrong.csv) \
  $(if $(filter other,$(OTHER_KIND)),$(UNMASKED:%=$(OUT)/page_losses/%-other.csv))

$(OUT)/controls.csv $(OUT)/units/controls.csv: $(BIN)/controls $(OUT)/settings/CONTROL_SHOWN $(CONTROL_INPUTS)

# Of the embedded model, what it knows: its gates, where they lie beside it.
KNOWN := $(wildcard $(MODEL)/gates.csv)

$(OUT)/controls.csv: $(KNOWN)
	$(call say,controls)$(run)controls $(KNOWN:%=--known %) --out $@ $(CONTROL_INPUTS)

$(OUT)/units/controls.csv:
	$(call say,controls)$(run)controls --report units --out $@ $(CONTROL_INPUTS)

QUESTION_learning := controls
QUESTION_turned   := controls
ANSWERS_controls := $(call csv_of,controls $(if $(TURNED_CELLS),turned $(TURNED_CELLS:%=evidence/%)) \
  $(if $(LEARNT_CELLS),learning $(HELD_FILES)) $(ENTRY_CELLS:%=activations/%))
