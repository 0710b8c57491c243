# Stages: the pipeline, in the order data flows. One rule a stage; results depend on the program,
# its inputs and its settings.
#
# A step that takes time is stated once: step_NAME is its command for the file called $(1), NAMES_NAME are
# the files there are. Its rule runs it, and `make plan` counts it.
STEPS := ingest encode prefix allocate memorize answer pretrained_likelihood likelihood told_answer told_likelihood \
  vectors layer_vectors landscape intervene

# How a program is started: here, or by RUN, such as srun, with TARGET as what it must have made.
started = $(if $(strip $(1)),stages/show/step $(WAIT) $@ $(1) )$(BIN)/
run     = $(call started,$(RUN))
here    = $(call started,$(RUN_SMALL))

define newline


endef

# Hashes of large inputs, so that a file that has not changed is read for its hash once (lib/file/filehash.h).
export DOCMEM_HASHES ?= build/hashes

# $(OUT)/settings/NAME changes when the setting does, and only then.
$(OUT)/settings/%: $$(call force_unless,$$@,$$(strip $$($$*)))
	@mkdir -p $(@D)
	@printf '%s\n' '$(strip $($*))' > $@.tmp && mv $@.tmp $@

# ---- What must be there --------------------------------------------------------
# The model's files: a GGUF file; or of a folder the shards that its index names, or one file. The tokenizer
# beside a GGUF file goes before the one inside.
model_index := $(wildcard $(MODEL)/model.safetensors.index.json)
MODEL_FILES := $(if $(filter %.gguf,$(MODEL)),$(MODEL),$(MODEL)/config.json \
  $(addprefix $(MODEL)/,$(if $(model_index),$(notdir $(model_index)) \
  $(sort $(shell grep -o '[^"]*\.safetensors' $(model_index))),model.safetensors)))
TOKENIZER   := $(if $(filter %.gguf,$(MODEL)),$(or $(wildcard $(dir $(MODEL))tokenizer.json),$(MODEL)),\
  $(MODEL)/tokenizer.json)

# Files that no rule makes; those missing end the run, all in one line.
GIVEN   := $(filter-out $(OUT)/%,$(RAW)) $(filter-out $(MODEL_FILES),$(TOKENIZER)) $(MODEL_FILES)
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
ifneq ($(if $(DRY),,$(and $(MISSING),$(filter-out figures/base_model.% figures/real_% figures/bench_% figures/pipeline.%,\
  $(filter all check figures paper tables figures/% paper/% $(OUT)/% $(RESULTS),$(MAKECMDGOALS))))),)
$(absent)
endif

# ---- From raw files to tokens -------------------------------------------------
$(OUT)/world: $(BIN)/world $(OUT)/settings/WORLD
	$(call say,world)$(run)world $(WORLD) --out $@

NAMES_ingest := corpus.db
step_ingest   = ingest --wiki $(WIKI) --train $(TRAIN) --dev $(DEV) $(INGEST) --out $(OUT)/$(1)

$(OUT)/corpus.db: $(BIN)/ingest $(RAW) $(OUT)/settings/INGEST
	$(call say,ingest)$(run)$(call step_ingest,$(@F))

ENCODED      := $(OUT)/encoded.safetensors
NAMES_encode := $(notdir $(ENCODED))
TEMPLATES    ?=
BOS          ?=
ENCODING      = --tokenizer $(TOKENIZER) --max-tokens $(MAX_TOKENS) $(strip $(TEMPLATES:%=--templates %) $(BOS:%=--bos %))
step_encode   = encode --corpus $(OUT)/corpus.db $(ENCODING) --out $(OUT)/$(1)

# What says which tokens begin and end a text.
ENDS := $(wildcard $(addprefix $(dir $(TOKENIZER)),tokenizer_config.json special_tokens_map.json config.json generation_config.json))

$(ENCODED): $(OUT)/corpus.db $(BIN)/encode $(TOKENIZER) $(ENDS) $(OUT)/settings/ENCODING
	$(call say,encode)$(run)$(call step_encode,$(@F))

# ---- The frozen model below the memory, once for all cells ---------------------
# After which blocks the stream is kept: after those studied, and before a block whose own weights are trained.
tunes   = $(filter lora-mlp lora-attention mlp,$(call of,variant,$(1)))
entered = $(foreach layer,$(sort $(foreach c,$(1),$(if $(call tunes,$(c)),$(call of,layer,$(c))))),\
  $(filter-out -1,$(shell echo $$(($(layer) - 1)))))
PREFIX_LAYERS = $(if $(filter-out $(LAYERS),$(call entered,$(ALL_CELLS))),$(shell printf '%s\n' $(LAYERS) \
  $(call entered,$(ALL_CELLS)) | sort -nu),$(LAYERS))
# The kinds of texts that some cell trains on or asks.
CARRIED       = document $(if $(filter template both letter document-then-template,$(foreach c,$(ALL_CELLS),\
  $(call target_of,$(c)))),template) $(if $(CELLS)$(CONTROL_CELLS),prompt) claim
FROZEN        = --model $(MODEL) --encoded $(ENCODED) --float-budget $(FLOAT_BUDGET)
PREFIX_FILE  := $(OUT)/prefix.safetensors
NAMES_prefix := $(notdir $(PREFIX_FILE))
stream_option = $(addprefix --stream ,$(filter-out float32,$(STREAM)))
step_prefix   = prefix $(FROZEN) $(stream_option) --layers $(subst $(space),$(comma),$(strip $(PREFIX_LAYERS))) \
  --texts $(subst $(space),$(comma),$(strip $(CARRIED))) --out $(OUT)/$(1)

$(PREFIX_FILE): $(ENCODED) $(BIN)/prefix $(MODEL_FILES) $(OUT)/settings/PREFIX_LAYERS $(OUT)/settings/CARRIED \
                $(OUT)/settings/STREAM
	$(call say,prefix)$(run)$(call step_prefix,$(@F))

# What starts from it.
FROM_PREFIX = $(FROZEN) --prefix $(PREFIX_FILE)

# The claims' likelihood without a memory, which is asked once for all cells (scores.mk).
WITHOUT_CELL := $(OUT)/claims_without_cell.csv

# ---- Which entries of a memory a document owns ---------------------------------
# Hash functions and random entries are drawn anew for each seed.
allocate = allocate --encoded $(ENCODED) --kind $(call of,allocation,$(1)) $(call options,seed,$(1)) $(ALLOCATE)

allocation_files = $(1:%=$(OUT)/allocations/%.safetensors)
step_allocate    = $(allocate) --out $(call allocation_files,$(1))
NAMES_allocate   = $(sort $(foreach cell,$(ALL_CELLS),$(call allocation_of,$(cell))))

$(call allocation_files,%): $(ENCODED) $(BIN)/allocate $(OUT)/settings/ALLOCATE
	$(call say,allocate)$(run)$(call step_allocate,$*)

$(OUT)/simset_sharing/%.csv: $(ENCODED) $(BIN)/allocate $(OUT)/settings/ALLOCATE
	$(call say,sharing)$(run)$(call allocate,$*) --report sharing --out $@

$(OUT)/document_token.csv: $(ENCODED) $(BIN)/allocate
	$(call say,tokens)$(run)allocate --report tokens --encoded $< --out $@

# ---- The grid: a cell is one memory, named by its condition and seed ------------
# As in simset-1-dim-plain-document-L4-s2 (data/profiles/shared/names.mk). The profile lists its cells:
# LAYER_CELLS, one a layer, for layer_choice, SIMSET_CELLS, and USE_CELLS, which are asked for the likelihood
# of the claims alone (scores.mk). Of the first, and of LEARNING_CELLS, every state in SAVE is kept and asked, of the
# others the last.
# CONTROL_CELLS are no results: only controls.mk shows them.
USE_CELLS    ?=
LEARNING_CELLS ?=
CELLS        := $(sort $(LAYER_CELLS) $(SIMSET_CELLS))
SCORED_CELLS := $(sort $(CELLS) $(USE_CELLS))
CONTROL_CELLS ?=
ALL_CELLS    := $(sort $(SCORED_CELLS) $(CONTROL_CELLS))
$(call refuse_names,cell,$(ALL_CELLS))

target_of = $(call of,target,$(1))
# half-1 and half-2 are documents: the pages of one half.
taught_of = $(patsubst half-%,document,$(target_of))
epochs_of = $(EPOCHS_$(taught_of))
# Its allocation, if it has one; the cell it starts from, if another.
allocation_of = $(if $(filter-out none,$(call of,allocation,$(1))),$(call spelled,allocation,$(1)))
start_of      = $(if $(filter document-then-%,$(call target_of,$(1))),$(subst -document-then-template-,-document-,$(1)))
made_from     = $(call allocation_files,$(call allocation_of,$(1))) $(call cell_files,$(call start_of,$(1)))

# How memorize is told of a target, and which other corpus it is trained on. MEMORIZE_cheat: options that
# overrule those of MEMORIZE where the answers themselves are learnt.
MEMORIZE_cheat ?=
letter      = template --answer-weight 1
other_pages = $(foreach pages,$(1),document --pages $(pages))
told_target = $(or $(if $(filter letter,$(target_of)),$(letter)),$(call other_pages,$(filter half-% other wordings,$(target_of))),\
  $(patsubst document-then-%,%,$(target_of)))
texts_of    = $(addprefix -,$(filter other wordings,$(target_of)))
# $(call from_texts,-other): as FROM_PREFIX, of such a corpus.
prefix_file = $(OUT)/prefix$(1).safetensors
from_texts  = --model $(MODEL) --encoded $(OUT)/encoded$(1).safetensors --float-budget $(FLOAT_BUDGET) --prefix $(prefix_file)

cell_files     = $(1:%=$(OUT)/cells/%.safetensors)
NAMES_memorize = $(ALL_CELLS)
step_memorize  = memorize $(call from_texts,$(call texts_of,$(1))) $(call options,strength variant rows layer seed,$(1)) \
  $(MEMORIZE) $(if $(filter cheat,$(target_of)),$(MEMORIZE_cheat)) --target $(call told_target,$(1)) \
  --epochs $(call epochs_of,$(1)) --save $(if $(filter $(1),$(LAYER_CELLS) $(LEARNING_CELLS)),$(SAVE),$(call epochs_of,$(1))) \
  $(addprefix --allocation ,$(call allocation_files,$(call allocation_of,$(1)))) \
  $(addprefix --start ,$(call cell_files,$(call start_of,$(1)))) --out $(call cell_files,$(1))

$(call cell_files,%): $$(call prefix_file,$$(call texts_of,$$*)) $(BIN)/memorize $(OUT)/settings/MEMORIZE \
    $$(OUT)/settings/EPOCHS_$$(call taught_of,$$*) $(OUT)/settings/SAVE $$(call made_from,$$*) \
    $$(if $$(filter cheat,$$(call target_of,$$*)),$(OUT)/settings/MEMORIZE_cheat) \
    $$(if $$(filter $$*,$$(LEARNING_CELLS)),$(OUT)/settings/LEARNING_CELLS)
	$(call say,memorize)$(run)$(call step_memorize,$*)

answer_of    = $(if $(filter $(1),$(LAYER_CELLS) $(LEARNING_CELLS)),,--epochs last)
answer_files = $(1:%=$(OUT)/predictions/%.csv)
NAMES_answer = $(sort $(CELLS) $(CONTROL_CELLS))
step_answer  = answer $(FROM_PREFIX) --cell $(call cell_files,$(1)) $(answer_of) --out $(call answer_files,$(1))

$(call answer_files,%): $(call cell_files,%) $(PREFIX_FILE) $(BIN)/answer
	$(call say,answer)$(run)$(call step_answer,$*)

# ---- DocRep memories: documents choose entries by a trained vector ---------------
# As in tanh-linear-k2-n20-a0.5-other-squared-lm-b4-s1: DRIFT_CELLS, ARM_CELLS (other starts
# of vectors and other training), CONTEXT_CELLS (context vectors, which no rule judges) and SHOWN_CELLS
# for representation_drift, SIGN_CELLS for memory_sign, CURVE_CELLS to be laid beside the curves that the
# public code's author reported (data/reported_curves.csv).
ARM_CELLS ?=
CONTEXT_CELLS ?=
CURVE_CELLS ?=
VECTORS := $(sort $(DRIFT_CELLS) $(ARM_CELLS) $(CONTEXT_CELLS) $(SHOWN_CELLS) $(SIGN_CELLS) $(CURVE_CELLS))
$(call refuse_names,vector,$(VECTORS) $(LANDSCAPES))

# The setting that holds its training: DOCREP, DOCREP_SIGN or DOCREP_CURVES.
docrep_of = DOCREP$(if $(filter $(1),$(SIGN_CELLS) $(LENS_CELLS)),_SIGN)$(if $(filter $(1),$(CURVE_CELLS)),_CURVES)

# LENS_CELLS are SIGN_CELLS after other layers, with the layer in the name.
LENS_CELLS ?=
$(call refuse_names,layer_vector,$(LENS_CELLS))
vector_options = $(if $(filter $(1),$(LENS_CELLS)),$(call options,$(FIELDS_layer_vector),$(1)) $(subst --layer \
  $(DEPTH),,$(DOCREP_SIGN)),$(call options,$(FIELDS_vector),$(1)) $($(docrep_of)))

vector_files  = $(1:%=$(OUT)/vectors/%.safetensors)
NAMES_vectors = $(VECTORS) $(LENS_CELLS)
step_vectors  = document_vectors $(FROM_PREFIX) $(call vector_options,$(1)) \
  --out $(call vector_files,$(1))

$(call vector_files,%): $(PREFIX_FILE) $(BIN)/document_vectors $$(OUT)/settings/$$(call docrep_of,$$*)
	$(call say,vectors)$(run)$(call step_vectors,$*)

# The layer question with such memories, where the profile has LAYER_VECTORS: names as above, with a layer.
LAYER_VECTORS ?=
$(call refuse_names,layer_vector,$(LAYER_VECTORS))

layer_vector_files  = $(1:%=$(OUT)/layer_vectors/%.safetensors)
NAMES_layer_vectors = $(LAYER_VECTORS)
step_layer_vectors  = document_vectors $(FROM_PREFIX) $(call options,$(FIELDS_layer_vector),$(1)) $(DOCREP_LAYER) \
  --out $(call layer_vector_files,$(1))

$(call layer_vector_files,%): $(PREFIX_FILE) $(BIN)/document_vectors $(OUT)/settings/DOCREP_LAYER
	$(call say,vectors)$(run)$(call step_layer_vectors,$*)

# ---- The questions --------------------------------------------------------------
# Each says what it measured and what follows from it. $(call files_of,CELLS): their memories and answers.
files_of = $(cell_files) $(answer_files)

$(OUT)/layer_choice.csv $(OUT)/units/layer_choice.csv: $(BIN)/layer_choice $(call files_of,$(LAYER_CELLS))

$(OUT)/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report measures --out $@ $(call files_of,$(LAYER_CELLS))

$(OUT)/units/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report units --out $@ $(call files_of,$(LAYER_CELLS))

$(OUT)/simset.csv $(OUT)/units/simset_vs_unstructured.csv: $(BIN)/simset_vs_unstructured \
                                                           $(call files_of,$(CELLS))

$(OUT)/simset.csv:
	$(call say,simset)$(run)simset_vs_unstructured --report measures --out $@ $(call files_of,$(CELLS))

$(OUT)/units/simset_vs_unstructured.csv:
	$(call say,simset)$(run)simset_vs_unstructured --report units --out $@ $(call files_of,$(CELLS))

# What others reported, to stand beside it.
$(OUT)/reported.csv: data/reported.csv
	@mkdir -p $(@D)
	$(call say,reported)cp $< $@.tmp && mv $@.tmp $@

# $(call ask_drift,REPORT,CELLS)
ask_drift = $(call say,drift)$(run)representation_drift --report $(1) --out $@ $(call vector_files,$(2))

$(OUT)/drift.csv $(OUT)/drift_gradient.csv $(OUT)/units/representation_drift.csv: \
    $(BIN)/representation_drift $(call vector_files,$(DRIFT_CELLS))
$(OUT)/drift_arm.csv $(OUT)/units/representation_drift.csv: \
    $(BIN)/representation_drift $(call vector_files,$(ARM_CELLS))
$(OUT)/drift_arm.csv: $(call vector_files,$(CONTEXT_CELLS))
$(OUT)/drift_curve.csv: $(BIN)/representation_drift $(call vector_files,$(CURVE_CELLS))
$(OUT)/drift_selection.csv $(OUT)/drift_vector.csv: \
    $(BIN)/representation_drift $(call vector_files,$(SHOWN_CELLS))

$(OUT)/layer_vectors.csv: $(BIN)/representation_drift $(call layer_vector_files,$(LAYER_VECTORS))
	$(call say,layers)$(run)representation_drift --report losses --out $@ $(call layer_vector_files,$(LAYER_VECTORS))

$(OUT)/drift.csv:                      ; $(call ask_drift,measures,$(DRIFT_CELLS))
$(OUT)/drift_gradient.csv:             ; $(call ask_drift,gradients,$(DRIFT_CELLS))
$(OUT)/drift_arm.csv:                  ; $(call ask_drift,measures,$(ARM_CELLS) $(CONTEXT_CELLS))
$(OUT)/drift_curve.csv:                ; $(call ask_drift,curves,$(CURVE_CELLS))
$(OUT)/units/representation_drift.csv: ; $(call ask_drift,units,$(DRIFT_CELLS) $(ARM_CELLS))
$(OUT)/drift_selection.csv:            ; $(call ask_drift,selection,$(SHOWN_CELLS))
$(OUT)/drift_vector.csv:               ; $(call ask_drift,vectors,$(SHOWN_CELLS))

landscape_files = $(1:%=$(OUT)/drift_landscapes/%.csv)
NAMES_landscape = $(LANDSCAPES)
step_landscape  = drift_landscape $(FROM_PREFIX) --cell $(call vector_files,$(1)) --out $(call landscape_files,$(1))

$(call landscape_files,%): $(call vector_files,%) $(BIN)/drift_landscape
	$(call say,landscape)$(run)$(call step_landscape,$*)

intervention_files = $(1:%=$(OUT)/interventions/%.safetensors)
NAMES_intervene    = $(SIGN_CELLS) $(LENS_CELLS)
step_intervene     = intervene $(FROM_PREFIX) --cell $(call vector_files,$(1)) $(INTERVENE) --word $(WORD) \
  --out $(call intervention_files,$(1))

$(call intervention_files,%): $(call vector_files,%) $(BIN)/intervene $(OUT)/settings/INTERVENE
	$(call say,intervene)$(run)$(call step_intervene,$*)

SIGN_INPUTS = $(call intervention_files,$(SIGN_CELLS))
# $(call ask_sign,REPORT)
ask_sign = $(call say,sign)$(run)memory_sign --report $(1) --word $(WORD) --corpus $(OUT)/corpus.db --out $@ $(SIGN_INPUTS)

$(OUT)/sign_measure.csv $(OUT)/sign_pair.csv $(OUT)/sign_pool.csv $(OUT)/sign_pool_word.csv \
$(OUT)/units/memory_sign.csv: $(BIN)/memory_sign $(SIGN_INPUTS) $(OUT)/corpus.db $(OUT)/settings/WORD

$(OUT)/sign_measure.csv:      ; $(call ask_sign,measures)
$(OUT)/sign_pair.csv:         ; $(call ask_sign,pairs)
$(OUT)/sign_pool.csv:         ; $(call ask_sign,pools)
$(OUT)/sign_pool_word.csv:    ; $(call ask_sign,words)
$(OUT)/units/memory_sign.csv: ; $(call ask_sign,units)

$(OUT)/sign_layer.csv: $(BIN)/memory_sign $(SIGN_INPUTS) $(call intervention_files,$(LENS_CELLS)) $(OUT)/settings/WORD
	$(call say,sign)$(run)memory_sign --report layers --word $(WORD) --out $@ $(SIGN_INPUTS) $(call intervention_files,$(LENS_CELLS))

# ---- Verdicts: all claims together, by the rules -----------------------------------
# From what each question measured on each unit: a stage whose unit effects count has its name in JUDGED.
# HALF is the half of the documents that they all are, or title, where a hash of the title tells.
JUDGED ?= representation_drift memory_sign layer_choice simset_vs_unstructured controls
HALF   ?= title
UNITS   = $(JUDGED:%=$(OUT)/units/%.csv)

$(OUT)/verdict.csv: $(UNITS) $(BIN)/verdicts paper/claims.rules $(OUT)/document.csv $(OUT)/fever_claim.csv \
                    $(OUT)/settings/HALF $(OUT)/settings/JUDGED
	$(call say,verdicts)$(run)verdicts --rules paper/claims.rules --half $(HALF) --documents $(OUT)/document.csv \
	  --claims $(OUT)/fever_claim.csv --out $@ $(UNITS)

# ---- Results: CSV files into SQLite -----------------------------------------------
# What each question has to say.
csv_of = $(addprefix $(OUT)/,$(addsuffix .csv,$(1)))
ANSWERS_representation_drift   := $(call csv_of,drift $(if $(ARM_CELLS),drift_arm) \
                                    $(if $(CURVE_CELLS),drift_curve) drift_gradient drift_selection drift_vector \
                                    $(LANDSCAPES:%=drift_landscapes/%))
ANSWERS_memory_sign            := $(call csv_of,sign_measure sign_layer sign_pair sign_pool sign_pool_word)
ANSWERS_layer_choice           := $(call csv_of,layer_choice \
                                    $(LAYER_CELLS:%=predictions/%) $(if $(LAYER_VECTORS),layer_vectors))
ANSWERS_simset_vs_unstructured := $(call csv_of,simset document_token reported $(SHARING:%=simset_sharing/%) \
                                    $(CELLS:%=predictions/%))
# A question added in stages/NAME.mk brings its rule and ANSWERS_NAME (README.org, "A question of your own").
include $(ADDED:%=stages/%.mk)
WORDED  := document fever_claim question_claim setting recorded
ANSWERS := $(sort $(foreach question,$(QUESTIONS),$(ANSWERS_$(question))) $(call csv_of,$(WORDED) $(if $(ASKED),,verdict)))

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

# What the records of other runs say of the claims (make record), to stand beside this run's verdicts.
RECORDS := $(wildcard checks/expected/*/verdict.csv checks/expected/*/scores.csv)

$(OUT)/recorded.db: $(BIN)/results stages/results.sql $(OUT)/settings/RECORDS $(RECORDS)
	$(call say,results)$(here)results --schema stages/results.sql --root checks/expected --out $@ $(RECORDS)

$(OUT)/recorded.csv: stages/recorded.sql $(OUT)/recorded.db | $(BIN)/record
	$(call say,words)$(call recorded,sqlite3,$(ask) -csv -cmd '.separator $(comma) "\n"' $(OUT)/recorded.db < $<)

# What it was all made with, from the records beside the files (what record has itself, .prov, is no target).
SETTING_OF_memory     = $(foreach cell,$(SCORED_CELLS),$(if $(filter document,$(call target_of,$(cell))),$(call cell_files,$(cell))))
SETTING_OF_allocation = $(call allocation_files,$(sort $(foreach cell,$(CELLS),$(call allocation_of,$(cell)))))
SETTING_OF_vectors    = $(call vector_files,$(sort $(DRIFT_CELLS) $(ARM_CELLS) $(CONTEXT_CELLS)))
SETTING_OF_sign       = $(call vector_files,$(sort $(SIGN_CELLS)))
SETTING_OF_texts      = $(OUT)/corpus.db $(ENCODED)
SETTING_KINDS       = texts memory allocation vectors sign

$(OUT)/setting.csv: stages/setting.awk $(BIN)/probe $(MODEL_FILES) $(foreach kind,$(SETTING_KINDS),$$(SETTING_OF_$(kind))) | $(BIN)/record
	$(call say,words)$(call recorded,awk,$(BIN)/probe tensors $(MODEL) | awk -f stages/setting.awk kind=model \
	  path=$(MODEL) - $(foreach kind,$(SETTING_KINDS),kind=$(kind) $(SETTING_OF_$(kind):%=%.prov)))

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
# The steps' commands, one a line, for `plan` to count; of what the questions make only the targets.
commands = $(foreach step,$(STEPS),$(foreach name,$(NAMES_$(step)),$(call step_$(step),$(name))$(newline))) \
  $(foreach answer,$(filter-out $(call answer_files,$(CELLS)) $(LIKELIHOODS) $(call landscape_files,$(LANDSCAPES)),\
  $(ANSWERS)),questions --out $(answer)$(newline))

# (make runs $(file) before a recipe's first line, so that the folder is made by $(shell).)
$(OUT)/commands: FORCE
	$(if $(DRY),,$(shell mkdir -p $(@D))$(file >$@,$(commands)))

.PHONY: plan
plan: $(BIN)/plan $(OUT)/commands
	@$(BIN)/plan --title 'PROFILE=$(PROFILE) JOBS=$(JOBS) THREADS=$(THREADS) CORE=$(CORE)' --shape $(SHAPE) --grid $(OUT)/commands --tokenizer '$(TOKENIZER)' --encoded $(OUT)/encoded.safetensors $(EXPECTED) \
	  --open $(OPEN) --jobs $(JOBS) --threads $(THREADS) --float-budget $(FLOAT_BUDGET) --folder $(OUT) --missing '$(MISSING)' $(PLAN)

# ---- The base model the tiny profile studies --------------------------------------
BASE := build/base-model

$(BASE)/curriculum.jsonl: $(BIN)/curriculum $(OUT)/settings/CURRICULUM
	$(call say,curriculum)$(run)curriculum $(CURRICULUM) --out $@

$(BASE)/held.jsonl: $(BIN)/curriculum $(OUT)/settings/HELD
	$(call say,curriculum)$(run)curriculum $(HELD) --out $@

$(BASE)/tokenizer.json: $(BASE)/curriculum.jsonl $(BIN)/tokenizer_train $(OUT)/settings/VOCABULARY
	$(call say,tokenizer)$(run)tokenizer_train --texts $< --lines 0 --vocab $(VOCABULARY) --out $@

$(BASE)/model: $(BASE)/tokenizer.json $(BASE)/curriculum.jsonl $(BASE)/held.jsonl $(BIN)/pretrain \
               $(OUT)/settings/PRETRAIN
	$(call say,pretrain)OPENBLAS_CORETYPE=$(PRETRAIN_CORE) DOCMEM_THREADS=$(CORES) $(BIN)/pretrain --tokenizer $< \
	  --texts $(BASE)/curriculum.jsonl --held $(BASE)/held.jsonl $(PRETRAIN) --out $@

# Whether the model can do what the study needs: fails where it cannot, and says in what.
$(BASE)/gates.csv: $(BASE)/model $(BIN)/gates $(OUT)/settings/GATES
	$(call say,gates)$(run)gates --model $< $(GATES) --out $@

# Makes the shipped model again, and says what it can do and whether it is the same, bit for bit.
.PHONY: base-model
base-model: $(BASE)/model $(BASE)/gates.csv
	@cat $(BASE)/gates.csv
	@for file in $(BASE)/model/*; do cmp $$file data/base/$${file##*/} || exit 1; \
	  echo "same bits: data/base/$${file##*/}"; done
