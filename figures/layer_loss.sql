-- layer_loss: document loss by epoch, a line a layer, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp view loss as
    select layer, seed, epoch, value, low, high, n from layer_choice join the using (profile)
    where measure = 'nll' and unit = 'document';
create temp view line as
    select layer, 0 as epoch, (select value from loss where layer = -1) as value
    from (select distinct layer from loss where layer >= 0)
    union all select layer, epoch, value from loss where layer >= 0 and seed = -1 and epoch > 0;

.read figures/layer_lines.sql
select printf('seeds = %d', count(distinct seed)) from loss where seed >= 0;
