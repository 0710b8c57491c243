-- sign_effect: effects of setting an entry to -1, 0, +1, for raising and lowering stances, for gnuplot.
.mode tabs
.nullvalue NaN
-- A panel a row of `panel`: which measure, of what, on which pairs.
create temp table panel(panel, measure, outcome, pairs);
insert into panel values (1, 'effect', 'logit', ''), (2, 'effect', 'log p', ''),
    (3, 'effect', 'log p', 'strong '), (4, 'word', 'log p', '');
create temp table point as
    select panel, phi, case when m.pairs like '%raising' then 'raising' else 'lowering' end as stance,
           cast(s as integer) as s, value, low, high, word
    from panel, sign_measure as m join the using (profile)
    where m.measure = panel.measure and m.outcome = panel.outcome and lm = 'yes' and seed = -1
       and m.pairs in (panel.pairs || 'raising', panel.pairs || 'lowering')
       and (lens = 'linear' or m.measure = 'word') and s in ('-1', '1');
insert into point select distinct panel, phi, stance, 0, 0, 0, 0, word from point;

-- Blocks $p1_tanh_raising …: s, effect, its interval.
.mode list
.headers off
select case s when -2 then printf('$p%d_%s_%s << END', panel, phi, stance)
              when 2 then 'END'
              else printf('%d	%.17g	%.17g	%.17g', s, value, low, high) end
from (select * from point
      union all select distinct panel, phi, stance, edge, 0, 0, 0, ''
                from point, (select -2 as edge union select 2))
order by panel, phi, stance, s;
select printf('low_%d = %.17g; high_%d = %.17g', panel, min(low), panel, max(high))
from point group by panel;
select printf('word = ''%s''', replace(max(word), '''', '')) from point;
select printf('seeds = %d', count(distinct seed)) from sign_measure join the using (profile)
where lm = 'yes' and seed >= 0;
select printf('entries = %d', count(distinct entry)) from sign_pair join the using (profile);
