-- layer_vectors: loss of DocRep memories by epoch, a line a layer, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp view loss as
    select layer, epoch, value, n from layer_vectors join the using (profile) where measure = 'nll'
    union all select -1, 0, avg(value), max(n) from layer_vectors join the using (profile)
    where measure = 'nll_base' having count(*) > 0;
create temp view line as select layer, epoch, value from loss where layer >= 0;

.read figures/layer_lines.sql
