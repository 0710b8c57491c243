-- drift_selection_tanh: what drift_selection.sql says of tanh.
.parameter set :phi "'tanh'"
.read figures/drift_selection.sql
