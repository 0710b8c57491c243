-- real_use: what a stored page adds to its claims' likelihood on a real model, from the record of the
-- profile smollm2-500, as a script that gnuplot loads: no file of that run is needed.
.mode csv
.import --schema temp checks/expected/smollm2-500/scores.csv recorded
.mode tabs
.nullvalue NaN
create temp view mean as
    select allocation, variant, target, cast(layer as integer) as layer, measure, cast(value as real) as value,
           cast(low as real) as low, cast(high as real) as high, cast(n as integer) as n
    from recorded where seed = '-1';

-- a row each, the last on top: number, change by the right page, by others, the difference, its interval,
-- its AUC and interval; what it is, and where.
create temp view used as
    select allocation, variant, target, layer,
           max(value) filter (where measure = 'right') as "right", max(value) filter (where measure = 'other') as other,
           max(value) filter (where measure = 'use') as "use", max(low) filter (where measure = 'use') as low,
           max(high) filter (where measure = 'use') as high, max(value) filter (where measure = 'use_auc') as auc,
           max(low) filter (where measure = 'use_auc') as auc_low,
           max(high) filter (where measure = 'use_auc') as auc_high
    from mean where target in ('halves', 'in-context') group by 1, 2, 3, 4;
create temp view rows as
    select row_number() over (order by target <> 'in-context', allocation desc, variant, layer desc) as row, used.*,
           iif(target = 'in-context', 'page in the prompt',
               iif(allocation = 'none', 'memory', replace(allocation, 'simset', 'SimSet'))
                   || iif(allocation <> 'none', '', iif(variant like 'norm-gate%', ', norm + gate', ', plain'))) as name,
           iif(target = 'in-context', 'without a memory',
               iif(allocation <> 'none' and variant like 'norm-gate%', 'norm + gate, ', '') || 'after block ' || layer || iif(variant like '%without-first', ', not on row 0', '')) as place
    from used;
.print $rows << END
select row, "right", other, "use", low, high, auc, auc_low, auc_high from rows order by row;
.print END
.mode list
select printf('count = %d; claims = "%,d"', (select count(*) from rows), (select max(n) from mean where target = 'halves' and measure = 'use'));
select printf('array name[%d]; array place[%d]', count(*), count(*)) from rows;
select printf('name[%d] = "%s"; place[%d] = "%s"', row, name, row, place) from rows order by row;
select printf('least = %.17g; most = %.17g', min(min("right", ifnull(other, "right"))), max(max("right", ifnull(other, "right")))) from rows;
