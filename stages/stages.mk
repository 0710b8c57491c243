# Stages: the pipeline, in the order data flows. One rule a stage; results depend on the program,
# its inputs and its settings.

# How a program is started: here, or by RUN, such as srun, with TARGET as what it must have made.
started = $(if $(strip $(1)),stages/show/step $(WAIT) $@ $(1) )$(BIN)/
run     = $(call started,$(RUN))
here    = $(call started,$(RUN_SMALL))

comma := ,
empty :=
space := $(empty) $(empty)
define newline


endef

# Hashes of large inputs, so that a file that has not changed is read for its hash once (lib/filehash.h).
export DOCMEM_HASHES ?= build/hashes

# $(OUT)/settings/NAME changes when the setting does, and only then.
$(OUT)/settings/%: $$(call force_unless,$$@,$$(strip $$($$*)))
	@mkdir -p $(@D)
	@printf '%s\n' '$(strip $($*))' > $@.tmp && mv $@.tmp $@

# ---- What must be there --------------------------------------------------------
# The model's files: the shards that its index names, or one file.
model_index := $(wildcard $(MODEL)/model.safetensors.index.json)
MODEL_FILES := $(MODEL)/config.json $(addprefix $(MODEL)/,$(if $(model_index),$(notdir $(model_index)) \
  $(sort $(shell grep -o '[^"]*\.safetensors' $(model_index))),model.safetensors))

# Files that no rule makes; those missing end the run, all in one line.
GIVEN   := $(filter-out $(OUT)/%,$(RAW)) $(MODEL)/tokenizer.json $(MODEL_FILES)
MISSING := $(filter-out $(wildcard $(GIVEN)),$(GIVEN))
# $(call lacks,NAME,FOLDER): what of its files is not in a folder that was named.
lacks = $(if $(filter $(2)/%,$(MISSING)), $(1)=$(2) $(if $(wildcard $(2)/.),has no $(subst $(space),$(comma) ,$(strip \
  $(patsubst $(2)/%,%,$(filter $(2)/%,$(MISSING))))),is no folder here);)
absent = $(error PROFILE=$(PROFILE):$(call lacks,DATA,$(DATA))$(call lacks,MODEL,$(MODEL))$(patsubst \
  %, % is not here;,$(filter-out $(DATA)/% $(MODEL)/%,$(MISSING))) $(if $(filter $(FETCHED)/%,$(MISSING)),make fetch \
  PROFILE=$(PROFILE)$(comma) or )name your own: DATA= FEVER's folder$(comma) $(if $(filter local,$(PROFILE)),MODEL= the \
  model's,MODELS= the models') (data/README.org))
$(MISSING): ; $(absent)
# Before anything is made, where a goal will want them.
ifneq ($(if $(DRY),,$(and $(MISSING),$(filter-out figures/base_model.% figures/bench_% figures/pipeline.%,\
  $(filter all check figures paper tables figures/% paper/% $(OUT)/% $(RESULTS),$(MAKECMDGOALS))))),)
$(absent)
endif

# ---- From raw files to tokens -------------------------------------------------
$(OUT)/world: $(BIN)/world $(OUT)/settings/WORLD_SEED
	$(call say,world)$(run)world --seed $(WORLD_SEED) --out $@

$(OUT)/corpus.db: $(BIN)/ingest $(RAW) $(OUT)/settings/INGEST
	$(call say,ingest)$(run)ingest --wiki $(WIKI) --train $(TRAIN) --dev $(DEV) $(INGEST) --out $@

$(OUT)/encoded.safetensors: $(OUT)/corpus.db $(BIN)/encode $(MODEL)/tokenizer.json \
                            $(OUT)/settings/MAX_TOKENS
	$(call say,encode)$(run)encode --corpus $< --tokenizer $(MODEL)/tokenizer.json \
	  --max-tokens $(MAX_TOKENS) --out $@

# ---- The frozen model below the memory, once for all cells ---------------------
prefix_of = --layers $(subst $(space),$(comma),$(LAYERS))
FROZEN = --model $(MODEL) --encoded $(OUT)/encoded.safetensors --float-budget $(FLOAT_BUDGET)

$(OUT)/prefix.safetensors: $(OUT)/encoded.safetensors $(BIN)/prefix $(MODEL_FILES) \
                           $(OUT)/settings/LAYERS
	$(call say,prefix)$(run)prefix $(FROZEN) $(prefix_of) --out $@

# ---- Which entries of a memory a document owns ---------------------------------
# KIND_SEED: hash functions and random entries are drawn anew for each run.
part = $(word $(1),$(subst _, ,$(2)))
allocate = allocate --encoded $< --kind $(call part,1,$*) --seed $(call part,2,$*) $(ALLOCATE) --out $@

$(OUT)/allocations/%.safetensors: $(OUT)/encoded.safetensors $(BIN)/allocate $(OUT)/settings/ALLOCATE
	$(call say,allocate)$(run)$(allocate)

$(OUT)/simset_sharing/%.csv: $(OUT)/encoded.safetensors $(BIN)/allocate $(OUT)/settings/ALLOCATE
	$(call say,sharing)$(run)$(allocate) --report sharing

$(OUT)/document_token.csv: $(OUT)/encoded.safetensors $(BIN)/allocate
	$(call say,tokens)$(run)allocate --report tokens --encoded $< --out $@

# ---- The grid: a cell is one memory, named by its condition and seed ------------
# ALLOCATION_STRENGTH_VARIANT_TARGET_LAYER_SEED, as in simset-1-dim_1_plain_document_4_2. The profile
# lists its conditions: LAYER_CELLS, one a layer, for layer_choice, and SIMSET_CELLS. Of the first every
# state in SAVE is kept and asked, of the others the last.
CELLS       := $(sort $(LAYER_CELLS) $(SIMSET_CELLS))

target_of = $(call part,4,$(1))
epochs_of = $(EPOCHS_$(call target_of,$(1)))
# Its allocation's file, if it has one; the cell it starts from, if another.
allocation_of = $(if $(filter-out none,$(call part,1,$(1))),\
  $(OUT)/allocations/$(call part,1,$(1))_$(call part,6,$(1)).safetensors)
start_of = $(if $(filter document-then-%,$(call target_of,$(1))),\
  $(OUT)/cells/$(subst _document-then-template_,_document_,$(1)).safetensors)

memorize_of = --strength $(call part,2,$(1)) --variant $(call part,3,$(1)) --layer $(call part,5,$(1)) \
  --seed $(call part,6,$(1)) $(MEMORIZE) --target $(patsubst document-then-%,%,$(call target_of,$(1))) \
  --epochs $(call epochs_of,$(1)) --save $(if $(filter $(1),$(LAYER_CELLS)),$(SAVE),$(call epochs_of,$(1))) \
  $(addprefix --allocation ,$(call allocation_of,$(1))) $(addprefix --start ,$(call start_of,$(1)))
answer_of = $(if $(filter $(1),$(LAYER_CELLS)),,--epochs last)

$(OUT)/cells/%.safetensors: $(OUT)/prefix.safetensors $(BIN)/memorize $(OUT)/settings/MEMORIZE \
    $$(OUT)/settings/EPOCHS_$$(call target_of,$$*) $(OUT)/settings/SAVE $$(call allocation_of,$$*) $$(call start_of,$$*)
	$(call say,memorize)$(run)memorize $(FROZEN) --prefix $< $(call memorize_of,$*) --out $@

$(OUT)/predictions/%.csv: $(OUT)/cells/%.safetensors $(BIN)/answer
	$(call say,answer)$(run)answer $(FROZEN) --prefix $(OUT)/prefix.safetensors --cell $< \
	  $(call answer_of,$*) --out $@

# ---- DocRep memories: documents choose entries by a trained vector ---------------
# PHI_SELECTION_K_DOCUMENTS_ALPHA_NEGATIVE_FORM_LM_BATCH_SEED, as in tanh_linear_2_20_0.5_other_squared_yes_4_1.
# DRIFT_CELLS for representation_drift, SIGN_CELLS for memory_sign.
vector_of = --phi $(call part,1,$(1)) --selection $(call part,2,$(1)) --dimension $(call part,3,$(1)) \
  --documents $(call part,4,$(1)) --alpha $(call part,5,$(1)) --negative $(call part,6,$(1)) \
  --form $(call part,7,$(1)) --lm $(call part,8,$(1)) --batch $(call part,9,$(1)) --seed $(call part,10,$(1))

# The setting that holds its training: DOCREP, or DOCREP_SIGN.
docrep_of = DOCREP$(if $(filter $(1),$(SIGN_CELLS)),_SIGN)

$(OUT)/vectors/%.safetensors: $(OUT)/prefix.safetensors $(BIN)/document_vectors \
                              $$(OUT)/settings/$$(call docrep_of,$$*)
	$(call say,vectors)$(run)document_vectors $(FROZEN) --prefix $< $(call vector_of,$*) \
	  $($(call docrep_of,$*)) --out $@

# The layer question with such memories, where the profile has LAYER_VECTORS: LAYER_ and a name as above.
LAYER_VECTORS   ?=
layer_vector_of = --layer $(call part,1,$(1)) $(call vector_of,$(patsubst $(call part,1,$(1))_%,%,$(1))) $(DOCREP_LAYER)

$(OUT)/layer_vectors/%.safetensors: $(OUT)/prefix.safetensors $(BIN)/document_vectors $(OUT)/settings/DOCREP_LAYER
	$(call say,vectors)$(run)document_vectors $(FROZEN) --prefix $< $(call layer_vector_of,$*) --out $@

# ---- The questions --------------------------------------------------------------
# Each says what it measured and what follows from it. $(call files_of,CELLS): their memories and answers.
files_of = $(1:%=$(OUT)/cells/%.safetensors) $(1:%=$(OUT)/predictions/%.csv)

$(OUT)/layer_choice.csv $(OUT)/verdicts/layer_choice.csv: $(BIN)/layer_choice $(call files_of,$(LAYER_CELLS))

$(OUT)/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report measures --out $@ $(call files_of,$(LAYER_CELLS))

$(OUT)/verdicts/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report verdicts --out $@ $(call files_of,$(LAYER_CELLS))

$(OUT)/simset.csv $(OUT)/verdicts/simset_vs_unstructured.csv: $(BIN)/simset_vs_unstructured \
                                                              $(call files_of,$(CELLS))

$(OUT)/simset.csv:
	$(call say,simset)$(run)simset_vs_unstructured --report measures --out $@ $(call files_of,$(CELLS))

$(OUT)/verdicts/simset_vs_unstructured.csv:
	$(call say,simset)$(run)simset_vs_unstructured --report verdicts --out $@ $(call files_of,$(CELLS))

# What others reported, to stand beside it.
$(OUT)/reported.csv: data/reported.csv
	@mkdir -p $(@D)
	$(call say,reported)cp $< $@.tmp && mv $@.tmp $@

# $(call ask_drift,REPORT,CELLS)
ask_drift = $(call say,drift)$(run)representation_drift --report $(1) --out $@ $(2:%=$(OUT)/vectors/%.safetensors)

$(OUT)/drift.csv $(OUT)/drift_gradient.csv $(OUT)/verdicts/representation_drift.csv: \
    $(BIN)/representation_drift $(DRIFT_CELLS:%=$(OUT)/vectors/%.safetensors)
$(OUT)/drift_selection.csv $(OUT)/drift_vector.csv: \
    $(BIN)/representation_drift $(SHOWN_CELLS:%=$(OUT)/vectors/%.safetensors)

$(OUT)/layer_vectors.csv: $(BIN)/representation_drift $(LAYER_VECTORS:%=$(OUT)/layer_vectors/%.safetensors)
	$(call say,layers)$(run)representation_drift --report losses --out $@ \
	  $(LAYER_VECTORS:%=$(OUT)/layer_vectors/%.safetensors)

$(OUT)/drift.csv:                         ; $(call ask_drift,measures,$(DRIFT_CELLS))
$(OUT)/drift_gradient.csv:                ; $(call ask_drift,gradients,$(DRIFT_CELLS))
$(OUT)/verdicts/representation_drift.csv: ; $(call ask_drift,verdicts,$(DRIFT_CELLS))
$(OUT)/drift_selection.csv:               ; $(call ask_drift,selection,$(SHOWN_CELLS))
$(OUT)/drift_vector.csv:                  ; $(call ask_drift,vectors,$(SHOWN_CELLS))

$(OUT)/drift_landscapes/%.csv: $(OUT)/vectors/%.safetensors $(BIN)/drift_landscape
	$(call say,landscape)$(run)drift_landscape $(FROZEN) --prefix $(OUT)/prefix.safetensors --cell $< --out $@

$(OUT)/interventions/%.safetensors: $(OUT)/vectors/%.safetensors $(BIN)/intervene $(OUT)/settings/INTERVENE
	$(call say,intervene)$(run)intervene $(FROZEN) --prefix $(OUT)/prefix.safetensors --cell $< $(INTERVENE) \
	  --word $(WORD) --out $@

SIGN_INPUTS = $(SIGN_CELLS:%=$(OUT)/interventions/%.safetensors)
# $(call ask_sign,REPORT)
ask_sign = $(call say,sign)$(run)memory_sign --report $(1) --word $(WORD) --corpus $(OUT)/corpus.db --out $@ $(SIGN_INPUTS)

$(OUT)/sign_measure.csv $(OUT)/sign_pair.csv $(OUT)/sign_pool.csv $(OUT)/sign_pool_word.csv \
$(OUT)/verdicts/memory_sign.csv: $(BIN)/memory_sign $(SIGN_INPUTS) $(OUT)/corpus.db $(OUT)/settings/WORD

$(OUT)/sign_measure.csv:         ; $(call ask_sign,measures)
$(OUT)/sign_pair.csv:            ; $(call ask_sign,pairs)
$(OUT)/sign_pool.csv:            ; $(call ask_sign,pools)
$(OUT)/sign_pool_word.csv:       ; $(call ask_sign,words)
$(OUT)/verdicts/memory_sign.csv: ; $(call ask_sign,verdicts)

# ---- Results: CSV files into SQLite -----------------------------------------------
# What each question has to say.
csv_of = $(addprefix $(OUT)/,$(addsuffix .csv,$(1)))
ANSWERS_representation_drift   := $(call csv_of,drift drift_gradient drift_selection drift_vector \
                                    $(LANDSCAPES:%=drift_landscapes/%) verdicts/representation_drift)
ANSWERS_memory_sign            := $(call csv_of,sign_measure sign_pair sign_pool sign_pool_word \
                                    verdicts/memory_sign)
ANSWERS_layer_choice           := $(call csv_of,layer_choice verdicts/layer_choice \
                                    $(LAYER_CELLS:%=predictions/%) $(if $(LAYER_VECTORS),layer_vectors))
ANSWERS_simset_vs_unstructured := $(call csv_of,simset document_token reported $(SHARING:%=simset_sharing/%) \
                                    verdicts/simset_vs_unstructured $(CELLS:%=predictions/%))
# A question added in stages/NAME.mk brings its rule and ANSWERS_NAME (README.org, "A question of your own").
include $(ADDED:%=stages/%.mk)
WORDED  := document fever_claim question_claim
ANSWERS := $(sort $(foreach question,$(QUESTIONS),$(ANSWERS_$(question))) $(call csv_of,$(WORDED)))

# The words behind the numbers, for whoever reads results.db alone.
$(OUT)/document.csv:    private asked := SELECT id AS document, title, claims FROM page ORDER BY id
$(OUT)/fever_claim.csv: private asked := SELECT id AS claim, fever_id, label, text FROM claim \
                                         WHERE split = 'dev' ORDER BY id
from_corpus = sqlite3 -init /dev/null -batch -bail -readonly -header -csv -cmd '.separator , "\n"' $< "$(asked)"

$(OUT)/document.csv $(OUT)/fever_claim.csv: $(OUT)/corpus.db | $(BIN)/record
	$(call say,words)$(call recorded,sqlite3,$(from_corpus))

$(OUT)/question_claim.csv: paper/claims.csv
	@mkdir -p $(@D)
	$(call say,words)cp $< $@.tmp && mv $@.tmp $@

# How programs that read results are told of the run.
of_run = --root $(patsubst %/,%,$(dir $(OUT))) --profile $(notdir $(OUT))

# The answers to one question, for its figures: a figure waits for no other question.
$(OUT)/answers/%.db: $(BIN)/results stages/results.sql $(OUT)/settings/ANSWERS_% $$(ANSWERS_$$*)
	$(call say,results)$(here)results --schema stages/results.sql $(of_run) --out $@ $(ANSWERS_$*)

# Every result of every profile, for the paper and for whoever asks.
# Names a profile's results, once they are all there.
$(OUT)/results.list: $(OUT)/settings/ANSWERS $(ANSWERS)
	@cp $< $@.tmp && mv $@.tmp $@

# The lists of the profiles that were run, this one's among them; sanitized runs by themselves.
lists = $(sort $(OUT)/results.list $(filter $(if $(SANITIZE),%-sanitize/results.list,%),\
  $(filter-out $(if $(SANITIZE),,%-sanitize/results.list),$(wildcard $(dir $(OUT))*/results.list))))

$(RESULTS): $(BIN)/results stages/results.sql $(OUT)/results.list
	$(call say,results)$(here)results --schema stages/results.sql $(of_run) \
	  --out $@ $$(cat $(lists))

# What its tables and columns mean, for Datasette.
$(METADATA): stages/results_metadata.awk stages/results.sql
	@mkdir -p $(@D)
	@awk -f $^ > $@.tmp && mv $@.tmp $@

# sqlite3, whatever ~/.sqliterc says, with the profile as :profile and, since views take no parameters, as table `the`.
ask = sqlite3 -init /dev/null -batch -bail -readonly -cmd ".parameter set :profile \"'$(notdir $(OUT))'\"" \
  -cmd 'create temp table the as select :profile as profile'

# $(call recorded,PROGRAM,COMMAND): what another program prints as the target, with the record of its making,
# of all prerequisites; wants `| $(BIN)/record`.
recorded = $(here)record --program "$$(command -v $(1) || echo $(1))" --run '$(subst ','\'',$(2))' --out $@ $^

# ---- What it would cost ---------------------------------------------------------------
# The commands above, one a line, for `plan` to count: those that carry texts through the model, with the
# arguments that they are run with, and the questions by their targets alone.
vectors_file = $(OUT)/vectors/$(1).safetensors
define commands
ingest --out $(OUT)/corpus.db
encode --out $(OUT)/encoded.safetensors
prefix $(prefix_of) --out $(OUT)/prefix.safetensors
$(foreach a,$(sort $(foreach c,$(CELLS),$(call allocation_of,$(c)))),allocate $(ALLOCATE) --out $(a)$(newline))
$(foreach c,$(CELLS),memorize $(call memorize_of,$(c)) --out $(OUT)/cells/$(c).safetensors$(newline))
$(foreach c,$(CELLS),answer $(call answer_of,$(c)) --cell $(OUT)/cells/$(c).safetensors \
  --out $(OUT)/predictions/$(c).csv$(newline))
$(foreach c,$(sort $(DRIFT_CELLS) $(SHOWN_CELLS) $(SIGN_CELLS)),document_vectors $(call vector_of,$(c)) \
  $($(call docrep_of,$(c))) --out $(call vectors_file,$(c))$(newline))
$(foreach c,$(LAYER_VECTORS),document_vectors $(call layer_vector_of,$(c)) \
  --out $(OUT)/layer_vectors/$(c).safetensors$(newline))
$(foreach c,$(LANDSCAPES),drift_landscape --cell $(call vectors_file,$(c)) \
  --out $(OUT)/drift_landscapes/$(c).csv$(newline))
$(foreach c,$(SIGN_CELLS),intervene $(INTERVENE) --cell $(call vectors_file,$(c)) \
  --out $(OUT)/interventions/$(c).safetensors$(newline))
$(foreach a,$(filter-out $(OUT)/predictions/% $(OUT)/drift_landscapes/%,$(ANSWERS)),questions --out $(a)$(newline))
endef

$(OUT)/commands: FORCE
	$(shell mkdir -p $(@D))$(file >$@,$(commands))

.PHONY: plan
plan: $(BIN)/plan $(OUT)/commands
	@$(BIN)/plan --title 'PROFILE=$(PROFILE) JOBS=$(JOBS) THREADS=$(THREADS) CORE=$(CORE)' --shape $(SHAPE) --grid $(OUT)/commands --encoded $(OUT)/encoded.safetensors $(EXPECTED) \
	  --open $(OPEN) --jobs $(JOBS) --threads $(THREADS) --float-budget $(FLOAT_BUDGET) --folder $(OUT) --missing '$(MISSING)' $(PLAN)

# ---- The base model the tiny profile studies --------------------------------------
BASE := build/base-model

$(BASE)/curriculum.jsonl: $(BIN)/curriculum $(OUT)/settings/CURRICULUM
	$(call say,curriculum)$(run)curriculum $(CURRICULUM) --out $@

$(BASE)/held.jsonl: $(BIN)/curriculum $(OUT)/settings/CURRICULUM
	$(call say,curriculum)$(run)curriculum $(CURRICULUM) --sequences 600 --page-share 0 \
	  --claims-share 0 --context-share 0 --study-share 0 --held-share 1 --news-share 0 --priors-share 0 --out $@

$(BASE)/tokenizer.json: $(BASE)/curriculum.jsonl $(BIN)/tokenizer_train $(OUT)/settings/VOCABULARY
	$(call say,tokenizer)$(run)tokenizer_train --texts $< --lines 20000 --vocab $(VOCABULARY) --out $@

$(BASE)/model: $(BASE)/tokenizer.json $(BASE)/curriculum.jsonl $(BASE)/held.jsonl $(BIN)/pretrain \
               $(OUT)/settings/PRETRAIN
	$(call say,pretrain)OPENBLAS_CORETYPE=$(PRETRAIN_CORE) DOCMEM_THREADS=$(CORES) $(BIN)/pretrain --tokenizer $< \
	  --texts $(BASE)/curriculum.jsonl --held $(BASE)/held.jsonl $(PRETRAIN) --out $@

# Makes the shipped model again, and says whether it is the same, bit for bit.
.PHONY: base-model
base-model: $(BASE)/model
	@for file in $(BASE)/model/*; do cmp $$file data/base/$${file##*/} || exit 1; \
	  echo "same bits: data/base/$${file##*/}"; done
