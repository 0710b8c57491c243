# Stages: the pipeline, in the order data flows. One rule a stage; results depend on the program,
# its inputs and its settings.

# $(call say,WHAT): one quiet line a target, and the command itself under V=1.
say  = $(if $(V),,@printf '%-13s %s\n' '$(1)' '$@';)
run  = DOCMEM_QUIET=$(if $(V),0,1) $(BIN)/

comma := ,
empty :=
space := $(empty) $(empty)

# $(OUT)/settings/NAME changes when the setting does, and only then.
$(OUT)/settings/%: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(strip $($*))' | cmp -s - $@ || printf '%s\n' '$(strip $($*))' > $@

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
MODEL_FILES := $(MODEL)/config.json $(wildcard $(MODEL)/*.safetensors $(MODEL)/*.index.json)
FROZEN = --model $(MODEL) --encoded $(OUT)/encoded.safetensors

$(OUT)/prefix.safetensors: $(OUT)/encoded.safetensors $(BIN)/prefix $(MODEL_FILES) \
                           $(OUT)/settings/LAYERS
	$(call say,prefix)$(run)prefix $(FROZEN) --layers $(subst $(space),$(comma),$(LAYERS)) --out $@

# ---- The grid: one cell a layer and seed, LAYER-SEED ---------------------------
CELLS := $(foreach layer,$(LAYERS),$(foreach seed,$(SEEDS),$(layer)-$(seed)))
MEMORIES    := $(CELLS:%=$(OUT)/cells/%.safetensors)
PREDICTIONS := $(CELLS:%=$(OUT)/predictions/%.csv)

$(OUT)/cells/%.safetensors: $(OUT)/prefix.safetensors $(BIN)/memorize $(OUT)/settings/MEMORIZE
	$(call say,memorize)$(run)memorize $(FROZEN) --prefix $< \
	  --layer $(word 1,$(subst -, ,$*)) --seed $(word 2,$(subst -, ,$*)) $(MEMORIZE) --out $@

$(OUT)/predictions/%.csv: $(OUT)/cells/%.safetensors $(BIN)/answer
	$(call say,answer)$(run)answer $(FROZEN) --prefix $(OUT)/prefix.safetensors --cell $< --out $@

# ---- The questions --------------------------------------------------------------
$(OUT)/layer_choice.csv $(OUT)/verdicts/layer_choice.csv: $(BIN)/layer_choice $(MEMORIES) $(PREDICTIONS)

$(OUT)/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report measures --out $@ $(MEMORIES) $(PREDICTIONS)

$(OUT)/verdicts/layer_choice.csv:
	$(call say,layer_choice)$(run)layer_choice --report verdicts --out $@ $(MEMORIES) $(PREDICTIONS)

# ---- Every result of every profile -----------------------------------------------
ANSWERS := $(OUT)/layer_choice.csv $(OUT)/verdicts/layer_choice.csv $(PREDICTIONS)

# Names a profile's results, once they are all there.
$(OUT)/results.list: $(OUT)/settings/ANSWERS $(ANSWERS)
	@cp $< $@.tmp && mv $@.tmp $@

# The lists of the profiles that were run, this one's among them; sanitized runs by themselves.
lists = $(filter $(if $(SANITIZE),%-sanitize/results.list,%),\
  $(filter-out $(if $(SANITIZE),,%-sanitize/results.list),$(wildcard build/*/results.list)))

$(RESULTS): $(BIN)/results stages/results.sql $(OUT)/results.list
	$(call say,results)$(run)results --schema stages/results.sql --profile $(notdir $(OUT)) \
	  --out $@ $$(cat $(lists))

# sqlite3 with the profile as :profile and, since views take no parameters, as table `the`.
ask = sqlite3 -batch -bail -readonly -cmd ".parameter set :profile \"'$(notdir $(OUT))'\"" \
  -cmd 'create temp table the as select :profile as profile'

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
	$(call say,pretrain)OPENBLAS_CORETYPE=$(PRETRAIN_CORE) $(BIN)/pretrain --tokenizer $< \
	  --texts $(BASE)/curriculum.jsonl --held $(BASE)/held.jsonl $(PRETRAIN) --out $@

# Makes the shipped model again, and says whether it is the same, bit for bit.
.PHONY: base-model
base-model: $(BASE)/model
	@for file in $(BASE)/model/*; do cmp $$file data/base/$${file##*/} && \
	  echo "same bits: data/base/$${file##*/}"; done
