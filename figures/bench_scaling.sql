-- bench_scaling: what a memory costs by the number and the length of its documents, as a script that gnuplot loads;
-- the measurements of checks/bench/run.
.mode csv
.import --schema temp checks/bench/scaling.csv measured
.mode tabs
create temp view timed as
    select panel, cast(x as integer) as x, kind, seconds from (
        select panel, x, 'first' as kind, cast(first as real) as seconds from measured
        union all select panel, x, 'second', cast(second as real) from measured);
create temp view placed as
    select *, row_number() over (partition by panel, x, kind order by seconds) as place,
        count(*) over (partition by panel, x, kind) as n from timed;
create temp table curve as
    select panel, x, kind, avg(seconds) filter (where place between n / 2.0 and n / 2.0 + 1) as seconds,
        min(seconds) as low, max(seconds) as high
    from placed group by panel, x, kind;

-- x, then median, least and largest seconds of a first and of a second memory
.print $documents << END
select x, max(seconds) filter (where kind = 'first'), max(low) filter (where kind = 'first'),
    max(high) filter (where kind = 'first'), max(seconds) filter (where kind = 'second'),
    max(low) filter (where kind = 'second'), max(high) filter (where kind = 'second')
from curve where panel = 'documents' group by x order by x;
.print END
.print $tokens << END
select x, max(seconds) filter (where kind = 'first'), max(low) filter (where kind = 'first'),
    max(high) filter (where kind = 'first'), max(seconds) filter (where kind = 'second'),
    max(low) filter (where kind = 'second'), max(high) filter (where kind = 'second')
from curve where panel = 'tokens' group by x order by x;
.print END
.mode list
select printf('rounds = %d', max(cast(round as integer))) from measured;
select printf('%s_x = %d; %s_seconds = %g', panel, max(x), panel, max(high)) from curve group by panel;
