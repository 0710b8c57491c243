-- learning_allocations: loss and accuracy by epoch, a line an allocation, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
create temp table line as
    select allocation, epoch, measure, value, low, high, n, dense_rank() over (order by allocation) as number
    from learning join the using (profile)
    where layer >= 0 and seed = -1 and (measure, unit) in (values ('nll', 'document'), ('choice_accuracy', 'claim'));
create temp view start as
    select measure, value, low, high, n from learning join the using (profile)
    where layer < 0 and (measure, unit) in (values ('nll', 'document'), ('choice_accuracy', 'claim')) group by measure;
-- epoch, mean, interval; two empty rows between two lines; every line begins with the pretrained model
create temp view point as
    select number, measure, epoch, printf('%d	%.17g	%.17g	%.17g', epoch, value, low, high) as text from line where epoch > 0
    union all select number, measure, 0, printf('0	%.17g	%.17g	%.17g', start.value, start.low, start.high)
        from (select distinct number, measure from line) join start using (measure)
    union all select number, measure, 1e9, char(10) from (select distinct number, measure from line);
.print $loss << END
select text from point where measure = 'nll' order by number, epoch;
.print END
.print $accuracy << END
select text from point where measure = 'choice_accuracy' order by number, epoch;
.print END
-- the lines' names and last losses
.print $ends << END
select allocation, value from line where measure = 'nll' and epoch = (select max(epoch) from line) order by number;
.print END
.mode list
select printf('%s = %.17g; %s_low = %.17g; %s_high = %.17g; %s_n = %d', measure, value, measure, low, measure, high, measure, n)
    from start order by measure;
select printf('lines = %d; epochs = %d; lowest = %.17g; highest = %.17g; least = %.17g; most = %.17g',
    ifnull(max(number), 0), ifnull(max(epoch), 1), min(low) filter (where measure = 'nll'), max(high) filter (where measure = 'nll'),
    min(low) filter (where measure = 'choice_accuracy'), max(high) filter (where measure = 'choice_accuracy')) from line;
select printf('seeds = %d', count(distinct seed)) from learning join the using (profile) where seed >= 0;
select printf('asked = %d', count(*)) from line;
