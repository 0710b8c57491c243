-- simset_accuracy: choice accuracy by allocation and by layer, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp view measured as
    select allocation, strength, variant, target, layer, seed, value, low, high, n
    from simset join the using (profile) where measure = 'choice_accuracy' and unit = 'claim';
-- The layer of most cells, as the stage takes it.
create temp view main as
    select layer from measured where seed >= 0 group by layer order by count(*) desc, layer limit 1;
create temp table place as
    select column1 as allocation, column2 as name, row_number() over () as x
    from (values ('none', 'none'), ('disjoint', 'disjoint'), ('random', 'random'),
        ('simset-1-dim', '1-dim'), ('simset-1-token', '1-token'),
        ('simset-2-dim', '2-dim'), ('simset-2-token', '2-token'))
    where column1 in (select allocation from measured join main using (layer)
                      where strength = 1 and target = 'document');
create temp view accuracy as
    select x, name, variant, layer, seed, value, low, high
    from measured join place using (allocation) where target = 'document' and strength = 1;
-- What was trained after several layers, without norm and gate.
create temp view line as
    select x, name, layer, value, low, high from accuracy where variant = 'plain' and seed = -1 and
        x in (select x from accuracy where variant = 'plain' group by x
              having count(distinct layer) > 1);

-- place, mean over seeds, its interval, at the main layer
.print $plain << END
select x, value, low, high from accuracy join main using (layer)
    where seed = -1 and variant = 'plain' order by x;
.print END
.print $gated << END
select x, value, low, high from accuracy join main using (layer)
    where seed = -1 and variant = 'norm-gate' order by x;
.print END
-- layer, mean, interval, which line; an empty row twice between two lines
.print $layers << END
select case row when 1 then printf('%d	%.17g	%.17g	%.17g	%d', layer, value, low, high, number)
       else '' end
from (select *, dense_rank() over (order by x) as number from
         (select x, layer, value, low, high, 1 as row from line
          union all select distinct x, 1e9, 0, 0, 0, 2 from line
          union all select distinct x, 1e9, 0, 0, 0, 3 from line))
order by number, layer, row;
.print END
-- the lines' names, at their last layers
.print $ends << END
select name, layer, value, row_number() over (order by x) from line as l
    where layer = (select max(layer) from line where line.x = l.x) order by x;
.print END

.mode list
select printf('ticks = ''set xtics (%s)''', group_concat(printf('"%s" %d',
        iif(name glob '[12]-*', 'SimSet-' || replace(name, '-', '\n'), name), x), ', '))
    from (select * from place order by x);
select printf('pretrained = %.17g; pretrained_low = %.17g; pretrained_high = %.17g; claims = %d',
    value, low, high, n) from measured where allocation = 'pretrained';
select printf('count = %d; lowest = %.17g; highest = %.17g', max(x), min(low), max(high))
    from accuracy where seed = -1;
select printf('first = %d; last = %d', min(layer), max(layer)) from line;
select printf('plain_runs = %d; gated_runs = %d', max(iif(variant = 'plain', runs, 0)),
    max(iif(variant = 'norm-gate', runs, 0))) from
    (select variant, count(*) as runs from accuracy join main using (layer) where seed >= 0
     group by variant, x);
select printf('layer = %d', layer) from main;
