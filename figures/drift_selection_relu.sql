-- drift_selection_relu: what drift_selection.sql says of ReLU.
.parameter set :phi "'relu'"
.read figures/drift_selection.sql
