# Figures: NAME.sql asks results.db for the data, NAME.gp draws them in the shared style.
#
# A profile's figures lie in build/PROFILE/figures; figures/NAME.png and .svg (.gif) are copies
# that belong to the profile last asked for.

# Those that are animated as well, on the screen.
ANIMATED := drift_selection_tanh drift_selection_relu
FIGURES  := $(filter-out style,$(patsubst figures/%.gp,%,$(wildcard figures/*.gp)))

.PHONY: figures
figures: $(FIGURES:%=figures/%.png) $(FIGURES:%=figures/%.svg) $(ANIMATED:%=figures/%.gif)

$(OUT)/figures/%.data: figures/%.sql $(RESULTS)
	@mkdir -p $(@D)
	$(call say,query)$(ask) $(RESULTS) < $< > $@.tmp && mv $@.tmp $@

$(OUT)/figures/base_model.data: data/base/curve.csv
$(ANIMATED:%=$(OUT)/figures/%.data): figures/drift_selection.sql
$(foreach type,png svg gif,$(ANIMATED:%=$(OUT)/figures/%.$(type))): figures/drift_selection.frames

# $(call draw,FORMAT); gnuplot takes UTF-8 only in a UTF-8 locale.
draw = LC_ALL=C.UTF-8 gnuplot -e "format = '$(1)'; style = 'figures/style.gp'; data = '$(@:.$(1)=.data)'; \
  output = '$@.tmp'" $< && mv $@.tmp $@

$(OUT)/figures/%.png: figures/%.gp figures/style.gp $(OUT)/figures/%.data
	$(call say,draw)$(call draw,png)

$(OUT)/figures/%.svg: figures/%.gp figures/style.gp $(OUT)/figures/%.data
	$(call say,draw)$(call draw,svg)

$(OUT)/figures/%.gif: figures/%.gp figures/style.gp $(OUT)/figures/%.data
	$(call say,draw)$(call draw,gif)

# Changes when another profile is asked for.
build/figures.profile: FORCE
	@mkdir -p $(@D)
	@echo $(PROFILE) | cmp -s - $@ || echo $(PROFILE) > $@

figures/%: $(OUT)/figures/% build/figures.profile
	@cp $< $@.tmp && mv $@.tmp $@

.PHONY: FORCE
FORCE:
