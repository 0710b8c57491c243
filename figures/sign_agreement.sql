-- sign_agreement: how often a word moves the way its stance predicts, for gnuplot to load.
.mode tabs
.nullvalue NaN
-- Rows from the top: which words, outcome, lens.
create temp table line(row, pairs, outcome, lens, label);
insert into line values
    (1, 'every', 'logit', 'short', 'logit by the short lens'),
    (2, 'every', 'logit', 'linear', 'logit by the linear path'),
    (3, 'every', 'logit', 'true', 'the same, same pages'),
    (4, 'every', 'log p', 'short', 'log p by the short lens'),
    (5, 'every', 'log p', 'linear', 'log p by the linear path'),
    (7, 'strong', 'logit', 'short', 'logit by the short lens'),
    (8, 'strong', 'logit', 'linear', 'logit by the linear path');
create temp view point as
    select lm, phi, cast(s as integer) as s, row, value, low, high
    from line join sign_measure using (pairs, outcome, lens) join the using (profile)
    where measure = 'agreement' and seed = -1;

-- row (shifted apart by activation and setting), share, its interval; one block a kind of memory,
-- activation and setting
.mode list
select case edge when 0 then printf('$%s_%s_%s << END', lm, phi, iif(s < 0, 'minus', 'plus'))
                 when 2 then 'END'
                 else printf('%.17g	%.17g	%.17g	%.17g',
                     row + 0.17 * (phi = 'relu') - 0.17 * (phi = 'tanh') - 0.085 * s, value, low, high)
       end
from (select 1 as edge, * from point
      union all select distinct edge, lm, phi, s, 0, 0, 0, 0
                from (select 0 as edge union select 2), point)
order by lm, phi, s, edge, row;
.print $labels << END
select printf('%.17g	%s', row, label) from line order by row;
.print END
select printf('lowest = %.17g', min(low)) from point;
select printf('seeds_%s = %d', lm, count(distinct seed))
from sign_measure join the using (profile) where seed >= 0 group by lm;
select printf('entries = %d', count(distinct entry)) from sign_pair join the using (profile);
