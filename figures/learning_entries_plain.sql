-- learning_entries_plain: what learning_entries.sql says of the allocation none.
.parameter set :allocation "'none'"
.read figures/learning_entries.sql
