-- learning_elsewhere: the loss of pages that are stored and of others, and accuracy, by epoch; for gnuplot.
.mode tabs
.nullvalue NaN
-- The mean of each seed, then of all, with the interval of Student's t over seeds.
create temp view run as
    select epoch, seed, avg(nll) as value, count(*) as pages from held join the using (profile)
    where pages = 'other' and allocation = 'none' group by epoch, seed;
create temp view quantile as
    select column1 as seeds, column2 as t from (values (2, 12.706), (3, 4.303), (4, 3.182), (5, 2.776), (6, 2.571),
        (7, 2.447), (8, 2.365), (9, 2.306), (10, 2.262));
create temp table other as
    select epoch, mean as value, mean - half as low, mean + half as high from (
        select epoch, avg(value) as mean, ifnull(t, 0) * sqrt(max(0, avg(value * value) - avg(value) * avg(value))
            / max(1, count(*) - 1)) as half
        from run left join quantile on seeds = (select count(distinct seed) from run) group by epoch);
create temp table mine as
    select max(epoch, 0) * (layer >= 0) as epoch, measure, value, low, high, n from learning join the using (profile)
    where allocation = 'none' and (seed = -1) and (layer < 0 or epoch > 0)
        and (measure, unit) in (values ('nll', 'document'), ('choice_accuracy', 'claim'));
.print $other << END
select epoch, value, low, high from other order by epoch;
.print END
.print $study << END
select epoch, value, low, high from mine where measure = 'nll' order by epoch;
.print END
.print $accuracy << END
select epoch, value, low, high from mine where measure = 'choice_accuracy' order by epoch;
.print END
.mode list
select printf('epochs = %d; other_end = %.17g; other_start = %.17g', max(epoch), max(value) filter (where epoch = (select max(epoch) from other)),
    max(value) filter (where epoch = 0)) from other;
select printf('study_end = %.17g; study_start = %.17g', max(value) filter (where epoch = (select max(epoch) from mine)),
    max(value) filter (where epoch = 0)) from mine where measure = 'nll';
select printf('accuracy_start = %.17g; accuracy_low = %.17g; accuracy_high = %.17g; claims = %d', value, low, high, n)
    from mine where measure = 'choice_accuracy' and epoch = 0;
select printf('least = %.17g; most = %.17g', min(low), max(high)) from mine where measure = 'choice_accuracy';
select printf('lowest = %.17g; highest = %.17g', min(low), max(high)) from
    (select low, high from other union all select low, high from mine where measure = 'nll');
select printf('seeds = %d; pages = %d', count(distinct seed), max(pages)) from run;
select printf('layer = %d', max(layer)) from learning join the using (profile);
select printf('asked = %d', count(*)) from other;
