# Paper: each NAME.sql makes a table from results.db, once to read (.txt) and once in Org (.org).

TABLES := $(patsubst paper/%.sql,%,$(wildcard paper/*.sql))

.PHONY: tables
tables: $(foreach table,$(TABLES),$(OUT)/tables/$(table).txt $(OUT)/tables/$(table).org)

$(OUT)/tables/%.txt: paper/%.sql $(RESULTS)
	@mkdir -p $(@D)
	$(call say,table)$(ask) -header -column $(RESULTS) < $< > $@.tmp && mv $@.tmp $@

# What sqlite3 calls Markdown is an Org table as well.
$(OUT)/tables/%.org: paper/%.sql $(RESULTS)
	@mkdir -p $(@D)
	$(call say,table)$(ask) -markdown $(RESULTS) < $< > $@.tmp && mv $@.tmp $@
