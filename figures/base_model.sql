-- base_model: how the shipped base model learned to answer, from its own curve.csv, as a script
-- that gnuplot loads. The loss is that of the answer letters, averaged over the three labels.
.mode csv
.import --schema temp data/base/curve.csv curve
.mode tabs
create temp view learned as
    select cast(step as integer) as step, kind,
        (letter_nll_a + letter_nll_b + letter_nll_c) / 3 as loss
    from curve where letter_nll_a <> '';

-- step and the loss of each kind; from where all kinds are read; held-out
-- claims swing from row to row and are averaged over five
.print $curves << END
select step,
    max(case when kind = 'claims' then loss end), max(case when kind = 'priors' then loss end),
    max(case when kind = 'open' then loss end), max(case when kind = 'context' then loss end),
    avg(max(case when kind = 'held' then loss end)) over (order by step rows 4 preceding)
from learned where step > (select min(step) from learned where kind = 'claims') group by step order by step;
.print END
.mode list
select printf('last = %d', max(step)) from learned;
