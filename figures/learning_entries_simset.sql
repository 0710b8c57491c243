-- learning_entries_simset: what learning_entries.sql says of the allocation simset-1-dim.
.parameter set :allocation "'simset-1-dim'"
.read figures/learning_entries.sql
