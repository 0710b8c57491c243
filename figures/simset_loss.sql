-- simset_loss: document loss by allocation and variant, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp view measured as select * from simset join the using (profile);
-- The layer of most cells, as the stage takes it.
create temp view main as
    select layer from measured where seed >= 0 and measure = 'nll' and unit = 'document'
    group by layer order by count(*) desc, layer limit 1;
create temp table place as
    select column1 as allocation, column2 as name, row_number() over () as x
    from (values ('none', 'none'), ('disjoint', 'disjoint'), ('random', 'random'),
        ('simset-1-dim', 'SimSet-1\ndim'), ('simset-1-token', 'SimSet-1\ntoken'),
        ('simset-2-dim', 'SimSet-2\ndim'), ('simset-2-token', 'SimSet-2\ntoken'))
    where column1 in (select allocation from measured join main using (layer)
                      where strength = 1 and target = 'document');
create temp view loss as
    select x, name, variant, seed, value, low, high, n
    from measured join main using (layer) join place using (allocation)
    where measure = 'nll' and unit = 'document' and target = 'document' and strength = 1;

-- place, mean over seeds, its interval
.print $plain << END
select x, value, low, high from loss where seed = -1 and variant = 'plain' order by x;
.print END
.print $gated << END
select x, value, low, high from loss where seed = -1 and variant = 'norm-gate' order by x;
.print END
-- place, a seed's loss
.print $plain_seeds << END
select x, value from loss where seed >= 0 and variant = 'plain' order by x, seed;
.print END
.print $gated_seeds << END
select x, value from loss where seed >= 0 and variant = 'norm-gate' order by x, seed;
.print END

.mode list
select group_concat(printf('set xtics %s ("%s" %d)', iif(x = 1, '', 'add'), name, x), char(10))
    from (select * from place order by x);
select printf('pretrained = %.17g; documents = %d', value, n) from measured
    where allocation = 'pretrained' and measure = 'nll' and unit = 'document';
select printf('count = %d; lowest = %.17g; highest = %.17g', max(x), min(min(value, low)),
    max(max(value, high))) from loss where seed = -1;
select printf('plain_runs = %d; gated_runs = %d', max(iif(variant = 'plain', runs, 0)),
    max(iif(variant = 'norm-gate', runs, 0)))
    from (select variant, count(*) as runs from loss where seed >= 0 group by variant, x);
select printf('layer = %d', layer) from main;
