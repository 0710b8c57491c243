-- layer_tradeoff: final document loss against choice accuracy, a point a layer, for gnuplot to load.
.mode tabs
.nullvalue NaN
create temp view loss as
    select * from layer_choice join the using (profile)
    where measure = 'nll' and unit = 'document' and seed = -1;
create temp view accuracy as
    select * from layer_choice join the using (profile)
    where measure = 'choice_accuracy' and unit = 'claim' and seed = -1;
create temp view point as
    select layer, l.value as x, l.low as x_low, l.high as x_high,
           a.value as y, a.low as y_low, a.high as y_high, a.n as claims, l.n as documents
    from loss l join accuracy a using (layer, epoch)
    where epoch = (select max(epoch) from loss) or layer = -1;

-- loss, its interval, accuracy, its interval, layer
.print $layers << END
select x, x_low, x_high, y, y_low, y_high, layer from point where layer >= 0 order by layer;
.print END
.print $pretrained << END
select x, x_low, x_high, y, y_low, y_high, layer from point where layer = -1;
.print END

.mode list
select printf('first = %d; last = %d', min(layer), max(layer)) from point where layer >= 0;
select printf('left = %.17g; right = %.17g; lowest = %.17g; highest = %.17g; claims = %d; documents = %d',
    min(x_low), max(x_high), min(y_low), max(y_high), max(claims), max(documents)) from point;
select printf('epoch = %d', max(epoch)) from loss;
select printf('seeds = %d', count(distinct seed)) from layer_choice
    where profile = :profile and seed >= 0;
