-- drift_curves: losses by epoch beside those that the public code's author reported, for gnuplot.
.mode tabs
.nullvalue NaN
.import --csv --schema temp data/reported_curves.csv published
create temp view curve as
    select 'reported' as source, activation as phi, cast(alpha as real) as alpha, cast(documents as integer) as documents,
        cast(epoch as integer) as epoch, cast(loss_positive as real) as memorising, cast(loss_negative as real) as forgetting
    from published
    union all select 'here', phi, alpha, documents, epoch, max(value) filter (where measure = 'memorising'),
        max(value) filter (where measure = 'forgetting')
    from drift_curve join the using (profile) group by phi, alpha, documents, epoch;
-- a column of panels for each activation and weight that was reported; every line has its place
create temp table place as
    select phi, alpha, row_number() over (order by phi desc, alpha) - 1 as number
    from (select distinct phi, alpha from curve where source = 'reported');
create temp table line as
    select *, row_number() over (order by number, source desc, documents) as place
    from (select distinct source, number, phi, alpha, documents from curve join place using (phi, alpha));
-- epoch and both losses; two empty rows between two lines
.print $curves << END
select row from (
    select place, epoch, printf('%d	%.17g	%.17g', epoch, memorising, forgetting) as row
    from curve join line using (source, phi, alpha, documents)
    union all select place, 1e9, char(10) from line) order by place, epoch;
.print END
-- of each line: source, documents, its last epoch and losses
.print $lines << END
select source, documents, max(epoch), memorising, forgetting
from curve join line using (source, phi, alpha, documents) group by place order by place;
.print END
-- of each column: activation, weight, its first and last line
.print $columns << END
select phi, alpha, min(place), max(place) from line group by number;
.print END
.mode list
select printf('columns = %d', count(*)) from place;
select printf('epochs = %d; lowest = %.17g; highest = %.17g; least = %.17g; most = %.17g', max(epoch), min(memorising),
    max(memorising), min(forgetting) filter (where forgetting > 0), max(forgetting))
from curve join line using (source, phi, alpha, documents);
select printf('layer = %d; tau = %.17g; k = %d; runs = %d', max(layer), max(tau), max(dimension), max(n))
from drift_curve join the using (profile);
