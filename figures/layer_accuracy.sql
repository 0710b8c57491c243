-- layer_accuracy: choice accuracy by layer at the last epoch, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp view accuracy as
    select layer, seed, epoch, value, low, high, n from layer_choice join the using (profile)
    where measure = 'choice_accuracy' and unit = 'claim';
create temp view final as
    select * from accuracy where layer >= 0 and epoch = (select max(epoch) from accuracy);

-- layer, mean over seeds, its interval
.print $layers << END
select layer, value, low, high from final where seed = -1 order by layer;
.print END
-- layer, a seed's place among the seeds (-1 to 1), its accuracy
.print $seeds << END
select layer, 2.0 * (row_number() over (partition by layer order by seed) - 1)
    / max(1, count(*) over (partition by layer) - 1) - 1, value
from final where seed >= 0 order by layer, seed;
.print END

.mode list
select printf('pretrained = %.17g; pretrained_low = %.17g; pretrained_high = %.17g; claims = %d',
    value, low, high, n) from accuracy where layer = -1;
select printf('majority = %.17g', value) from layer_choice
    where profile = :profile and measure = 'majority_rate' and unit = 'claim';
select printf('first = %d; last = %d; lowest = %.17g; highest = %.17g; epoch = %d; seeds = %d',
    min(layer), max(layer), min(low), max(high), max(epoch), count(distinct seed) - 1) from final;
select printf('at_last = %.17g', value) from final where seed = -1 order by layer desc limit 1;
