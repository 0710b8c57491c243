# Figures: NAME.sql asks the results for the data, NAME.gp draws them in the shared style.
#
# A profile's figures lie in build/PROFILE/figures; figures/NAME.png and .svg (.gif) are copies
# that belong to the profile last asked for.

# Those that are animated as well, on the screen.
ANIMATED := drift_selection_tanh drift_selection_relu learning_entries_plain learning_entries_simset
frames_of = $(patsubst %,drift_selection,$(filter drift%,$(1)))$(patsubst %,learning_entries,$(filter learning%,$(1)))
# layer_vectors is for profiles that have LAYER_VECTORS, drift_curves for those that have CURVE_CELLS;
# bench_scaling, where make bench has measured.
FIGURES  := $(filter-out style $(if $(LAYER_VECTORS),,layer_vectors) $(if $(CURVE_CELLS),,drift_curves) \
              $(if $(wildcard checks/bench/scaling.csv),,bench_scaling),$(patsubst figures/%.gp,%,$(wildcard figures/*.gp)))

.PHONY: figures
figures: $(FIGURES:%=figures/%.png) $(FIGURES:%=figures/%.svg) $(ANIMATED:%=figures/%.gif)

# A figure's question: of that name, or by the first word of its name.
QUESTION_drift  := representation_drift
QUESTION_sign   := memory_sign
QUESTION_layer  := layer_choice
QUESTION_simset := simset_vs_unstructured
question_of = $(or $(filter $(1),$(QUESTIONS)),$(QUESTION_$(firstword $(subst _, ,$(1)))))

$(OUT)/figures/%.data: figures/%.sql $$(OUT)/answers/$$(call question_of,$$*).db | $(BIN)/record
	$(call say,query)$(call recorded,sqlite3,$(ask) $(word 2,$^) < $<)

$(OUT)/figures/base_model.data: figures/base_model.sql data/base/curve.csv | $(BIN)/record
	$(call say,query)$(call recorded,sqlite3,$(ask) :memory: < $<)

# The same of any profile: from the record of a real model's run, whose files are not here.
$(OUT)/figures/real_use.data: figures/real_use.sql checks/expected/smollm2-500/scores.csv | $(BIN)/record
	$(call say,query)$(call recorded,sqlite3,$(ask) :memory: < $<)

$(OUT)/figures/bench_scaling.data: figures/bench_scaling.sql checks/bench/scaling.csv | $(BIN)/record
	$(call say,query)$(call recorded,sqlite3,$(ask) :memory: < $<)

$(OUT)/figures/drift_curves.data: data/reported_curves.csv

$(ANIMATED:%=$(OUT)/figures/%.data): figures/$$(call frames_of,$$(basename $$(@F))).sql
$(foreach type,png svg pdf small gif,$(ANIMATED:%=$(OUT)/figures/%.$(type))): figures/$$(call frames_of,$$(basename $$(@F))).frames

$(foreach name,turned learning_allocations learning_elsewhere learning_entries_plain learning_entries_simset,\
  $(foreach type,png svg pdf small gif,$(OUT)/figures/$(name).$(type))): figures/unasked.plot

$(foreach type,png svg pdf small,$(OUT)/figures/drift.$(type) $(OUT)/figures/drift_start.$(type)): paper/claims.rules

$(OUT)/figures/layer_loss.data $(OUT)/figures/layer_vectors.data: figures/layer_lines.sql
$(foreach type,png svg pdf small,$(OUT)/figures/layer_loss.$(type) $(OUT)/figures/layer_vectors.$(type)): figures/layer_lines.plot

# $(call draw,FORMAT,FILTER): whatever ~/.gnuplot says; gnuplot takes UTF-8 only in a UTF-8 locale.
draw = $(call recorded,gnuplot,LC_ALL=C.UTF-8 gnuplot --default-settings -e "format = '$(1)'; style = 'figures/style.gp'; \
  data = '$(@:.$(1)=.data)'; output = '/dev/stdout'" $< $(2))

$(OUT)/figures/%.png: figures/%.gp figures/style.gp $(OUT)/figures/%.data | $(BIN)/record
	$(call say,draw)$(call draw,png,)

$(OUT)/figures/%.svg: figures/%.gp figures/style.gp $(OUT)/figures/%.data | $(BIN)/record
	$(call say,draw)$(call draw,svg,)

# Of a PDF only the date of its making differs.
$(OUT)/figures/%.pdf: figures/%.gp figures/style.gp $(OUT)/figures/%.data | $(BIN)/record
	$(call say,draw)$(call draw,pdf,| LC_ALL=C sed 's/D:[0-9]\{14\}/D:19700101000000/')

$(OUT)/figures/%.gif: figures/%.gp figures/style.gp $(OUT)/figures/%.data | $(BIN)/record
	$(call say,draw)$(call draw,gif,)

# The pipeline itself, from what Make knows of `all`; Graphviz draws it.
$(OUT)/figures/pipeline.dot: figures/pipeline.awk stages/show/graph.awk Makefile stages/stages.mk \
                             figures/figures.mk paper/paper.mk data/profiles/$(PROFILE).mk
	@mkdir -p $(@D)
	$(call say,graph)"$$DOCMEM_MAKE" -npk all MISSING= 2>/dev/null | awk -v out=$(OUT) -v bin=$(BIN) \
	  -f stages/show/graph.awk -f figures/pipeline.awk > $@.tmp && mv $@.tmp $@

$(OUT)/figures/pipeline.svg $(OUT)/figures/pipeline.png: $(OUT)/figures/pipeline.dot
	$(call say,draw)dot -T$(subst .,,$(suffix $@)) $(if $(filter %.png,$@),-Gdpi=192) -o $@.tmp $< && mv $@.tmp $@

# Small copies of the default run's figures, kept with the sources, for README.org and forges; `drawn` holds
# what they were drawn by, for a check to know whether they still are what would be drawn.
GALLERY := $(filter-out bench_scaling,$(FIGURES))

$(OUT)/figures/%.small: figures/%.gp figures/style.gp figures/palette $(OUT)/figures/%.data | $(BIN)/record
	$(call say,draw)$(call draw,small,| figures/palette)

.PHONY: gallery
gallery: $(GALLERY:%=$(OUT)/figures/%.small)
	@[ $(RUN_NAME) = tiny ] || { echo "make gallery: the gallery shows the profile tiny; leave PROFILE out" >&2; exit 2; }
	@mkdir -p figures/gallery && rm -f figures/gallery/*.png
	@for name in $(GALLERY); do cp $(OUT)/figures/$$name.small figures/gallery/$$name.png; done
	@for name in $(GALLERY); do \
	  echo "$$name $$(cat figures/style.gp figures/$$name.gp figures/$$name.sql | cksum)"; done > figures/gallery/drawn
	@echo "Drawn: figures/gallery"

# Changes when another profile is asked for.
build/figures.profile: $(call force_unless,build/figures.profile,$(RUN_NAME))
	@mkdir -p $(@D)
	@echo $(RUN_NAME) > $@.tmp && mv $@.tmp $@

figures/%: $(OUT)/figures/% build/figures.profile
	@cp $< $@.tmp && mv $@.tmp $@

.PHONY: FORCE
FORCE:
