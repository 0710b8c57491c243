# Paper: paper.org and the questions' .org, with numbers, tables, Methods and figures, as one HTML file
# and as PDF.
#
# Each NAME.sql makes a table from results.db, once to read (.txt) and once in Org (.org); numbers.sql
# makes the numbers; the Methods are the stages' opening comments. A profile's paper lies in
# build/PROFILE/paper; paper/paper.html and .pdf are copies that belong to the profile last asked for.

TABLES := $(filter-out numbers,$(patsubst paper/%.sql,%,$(wildcard paper/*.sql)))
TEXTS  := $(patsubst paper/%.org,$(OUT)/paper/%.org,$(wildcard paper/*.org))

.PHONY: tables paper
tables: $(foreach table,$(TABLES),$(OUT)/tables/$(table).txt $(OUT)/tables/$(table).org)
paper: paper/paper.html paper/paper.pdf

# Queries may read the words of the claims, their Korean and others' settings; neither they nor numbers.awk may leave
# anything out.
WORDS := paper/claims.csv paper/korean.csv paper/hyperparameters.csv paper/noted.csv
$(TABLES:%=$(OUT)/tables/%.txt) $(TABLES:%=$(OUT)/tables/%.org) $(OUT)/paper/numbers.org: $(WORDS)

$(OUT)/tables/%.txt: paper/%.sql $(RESULTS) | $(BIN)/record
	$(call say,table)$(call recorded,sqlite3,$(ask) -header -column $(RESULTS) < $<)

# What sqlite3 calls Markdown is an Org table as well. Of a run that has no record the paper has no column.
held :=
$(OUT)/tables/beside.org: held := | awk -f paper/columns.awk
$(OUT)/tables/beside.org: paper/columns.awk
$(OUT)/tables/%.org: paper/%.sql $(RESULTS) | $(BIN)/record
	$(call say,table)$(call recorded,sqlite3,$(ask) -markdown $(RESULTS) < $< $(held))

$(OUT)/paper/numbers.org: paper/numbers.sql paper/numbers.awk $(RESULTS) | $(BIN)/record
	$(call say,numbers)$(call recorded,sqlite3,$(ask) -tabs $(RESULTS) < $< | awk -f paper/numbers.awk)

$(OUT)/paper/methods/%.org: stages/%.c paper/methods.awk
	@mkdir -p $(@D)
	@awk -f paper/methods.awk $< > $@.tmp && mv $@.tmp $@

# What numbers, tables and figures rest on, for the page's end.
$(OUT)/paper/traces.tsv: $(BIN)/traces $(RESULTS) $(wildcard paper/*.sql figures/*.sql) $(WORDS)
	@mkdir -p $(@D)
	$(call say,traces)$(BIN)/traces $(of_run) --database $(RESULTS) --out $@

$(OUT)/paper/traces.html: paper/traces.awk $(wildcard paper/*.org) $(OUT)/paper/traces.tsv
	@awk -f $^ > $@.tmp && mv $@.tmp $@

# The texts name the default profile's files, as seen from paper/; a table takes its query's name along.
$(OUT)/paper/%.org: paper/%.org
	@mkdir -p $(@D)
	@sed -e 's|\.\./build/tiny/|../|' -e 's|^#+include: "\.\./tables/\(.*\)\.org"|#+attr_html: :data-query \1\n&|' \
	  $< > $@.tmp && mv $@.tmp $@

# What the texts name, at most one a line.
named = $(addprefix $(OUT)/$(2),$(sort $(shell sed -n 's|.*$(1)\([a-z_0-9]*\.[a-z]*\).*|\1|p' paper/*.org)))
PARTS := $(TEXTS) $(OUT)/paper/numbers.org $(call named,\.\./figures/,figures/) \
         $(call named,\.\./build/tiny/tables/,tables/) $(OUT)/paper/traces.html \
         $(call named,\.\./build/tiny/paper/methods/,paper/methods/)
export_as = $(call recorded,emacs,emacs -Q --batch -l paper/paper.el $(1) $(OUT)/paper/paper.org $@.tmp >&2 && \
  cat $@.tmp && rm $@.tmp)

$(OUT)/paper/paper.html: $(PARTS) paper/paper.el paper/paper.css paper/paper.js | $(BIN)/record
	$(call say,paper)$(call export_as,html)

$(OUT)/paper/paper.tex: $(PARTS) paper/paper.el paper/preamble.tex | $(BIN)/record
	$(call say,paper)$(call export_as,latex)

# On paper, pictures are drawn by lines.
$(OUT)/paper/paper.pdf: $(OUT)/paper/paper.tex paper/typeset \
    $(patsubst %.png,%.pdf,$(filter %.png,$(call named,\.\./figures/,figures/)))
	$(call say,typeset)paper/typeset $<

paper/paper.html paper/paper.pdf: paper/%: $(OUT)/paper/% build/figures.profile
	@cp $< $@.tmp && mv $@.tmp $@
