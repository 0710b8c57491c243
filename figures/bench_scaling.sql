-- bench_scaling: what a memory costs in time and memory by documents, their tokens, threads and jobs, and what starting
-- steps of Slurm costs, as a script that gnuplot loads; the measurements of checks/bench/run.
.mode csv
.import --schema temp checks/bench/scaling.csv measured
.mode tabs
create temp view timed as
    select panel, cast(x as integer) as x, kind, cast(value as real) as value from measured;
create temp view placed as
    select *, row_number() over (partition by panel, x, kind order by value) as place,
        count(*) over (partition by panel, x, kind) as n from timed;
create temp table curve as
    select panel, x, kind, avg(value) filter (where place between n / 2.0 and n / 2.0 + 1) as value,
        min(value) as low, max(value) as high
    from placed group by panel, x, kind;
-- x, then median, least and largest of a first memory's seconds, of a second one's, and of MiB; of steps of Slurm: of
-- seconds a step of no length, and of one second.
create temp table kinds(kind, number);
insert into kinds values ('first', 1), ('second', 2), ('mib', 3), ('0', 1), ('1', 2);
create temp view points as
    select panel, x, group_concat(printf('%g%s%g%s%g', value, char(9), low, char(9), high), char(9)) as numbers
    from (select * from curve join kinds using (kind) order by panel, x, number) group by panel, x;
-- The straight line by least squares through the medians, of MiB all, of others those of the three smallest x: what
-- bends leaves it.
create temp view small as
    select *, row_number() over (partition by panel, kind order by x) as place from curve;
create temp view straight as
    select panel, kind, (avg(x * value) - avg(x) * avg(value)) / (avg(x * x) - avg(x) * avg(x)) as slope,
        avg(x) as x, avg(value) as value
    from small where panel in ('documents', 'tokens', 'threads', 'jobs') and (place <= 3 or kind = 'mib')
    group by panel, kind having count(*) > 1;

-- A data block a panel; tabs between its columns.
.mode list
select printf('$%s << END', panel) || char(10) || group_concat(x || char(9) || numbers, char(10)) || char(10) || 'END'
from (select * from points order by panel, x) group by panel;
select printf('rounds = %d', max(cast(round as integer))) from measured;
select printf('processor = "%s"', max(processor)) from measured;
select printf('%s_x = %d; %s_%s = %g', panel, max(x), panel, iif(kind = 'mib', 'mib', 'seconds'), max(high))
from curve join kinds using (kind) group by panel, kind = 'mib';
select printf('%s_%s_line(x) = %g + %g * (x - %g)', panel, kind, value, slope, x) from straight;
-- Tokens of the most documents, of all and of the longest.
create temp view most as
    select curve.* from curve join (select panel, max(x) as x from curve group by panel) using (panel, x);
select printf('documents_%s = %d', kind, value) from most where panel = 'documents' and kind in ('tokens', 'longest');

-- Steps of Slurm. How much longer than its own length a step takes with the most in flight; from how many in flight
-- those of one second lose more than a tenth; a profile's mean step, and what share of its time that would be.
create temp view longer as
    select max(x * value - kind) as seconds from most where panel = 'steps';
select printf('steps_longer = %g; steps_rate = %g', seconds, (select 1 / min(value) from curve where panel = 'steps'))
from longer where seconds is not null;
select printf('steps_lose = %d', min(x))
from curve where (panel, kind) = ('steps', '1') and value > 1 / 0.9 / x having min(x) > 0;
select printf('plan_%s = %g; share_%s = %g', name, value, name, seconds / (value + seconds))
from (select *, replace(kind, '-', '_') as name from curve where panel = 'plan'), longer;
