-- bench_scaling: what a memory costs in time and memory by documents, their tokens, threads and jobs, as a script
-- that gnuplot loads; the measurements of checks/bench/run.
.mode csv
.import --schema temp checks/bench/scaling.csv measured
.mode tabs
create temp view timed as
    select panel, cast(x as integer) as x, kind, cast(value as real) as value from (
        select panel, x, 'first' as kind, first as value from measured
        union all select panel, x, 'second', second from measured
        union all select panel, x, 'mib', mib from measured);
create temp view placed as
    select *, row_number() over (partition by panel, x, kind order by value) as place,
        count(*) over (partition by panel, x, kind) as n from timed;
create temp table curve as
    select panel, x, kind, avg(value) filter (where place between n / 2.0 and n / 2.0 + 1) as value,
        min(value) as low, max(value) as high
    from placed group by panel, x, kind;
-- x, then median, least and largest of a first memory's seconds, of a second one's, and of MiB.
create temp view lines as
    select panel, x, max(value) filter (where kind = 'first') as first, max(low) filter (where kind = 'first') as first_low,
        max(high) filter (where kind = 'first') as first_high, max(value) filter (where kind = 'second') as second,
        max(low) filter (where kind = 'second') as second_low, max(high) filter (where kind = 'second') as second_high,
        max(value) filter (where kind = 'mib') as mib, max(low) filter (where kind = 'mib') as mib_low,
        max(high) filter (where kind = 'mib') as mib_high
    from curve group by panel, x;
-- The straight line by least squares through the medians, of seconds those of the three smallest x: what bends leaves it.
create temp view small as
    select *, row_number() over (partition by panel, kind order by x) as place from curve;
create temp view straight as
    select panel, kind, (avg(x * value) - avg(x) * avg(value)) / (avg(x * x) - avg(x) * avg(x)) as slope,
        avg(x) as x, avg(value) as value
    from small where place <= 3 or kind = 'mib' group by panel, kind having count(*) > 1;

-- A data block a panel; tabs between its columns.
.mode list
select printf('$%s << END', panel) || char(10) || group_concat(point, char(10)) || char(10) || 'END'
from (select panel, replace(x || ' ' || first || ' ' || first_low || ' ' || first_high || ' ' || second || ' ' ||
        second_low || ' ' || second_high || ' ' || mib || ' ' || mib_low || ' ' || mib_high, ' ', char(9)) as point
    from lines order by panel, x)
group by panel;
select printf('rounds = %d', max(cast(round as integer))) from measured;
select printf('processor = "%s"', max(processor)) from measured;
select printf('%s_x = %d; %s_%s = %g', panel, max(x), panel, iif(kind = 'mib', 'mib', 'seconds'), max(high))
from curve group by panel, kind = 'mib';
select printf('%s_%s_line(x) = %g + %g * (x - %g)', panel, kind, value, slope, x) from straight;
