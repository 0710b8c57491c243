-- parts: every part of every claim, and every variant, with its verdict.
with seen as (
    select *, count(effect) filter (where half = 'confirmatory') over (partition by claim) as sure
    from verdict join the using (profile))
select claim, part, role, effect_name as effect,
       iif(effect is null, '', printf('%+.3g', effect)) as size,
       iif(low is null, '', printf('%+.3g to %+.3g', low, high)) as "95 % interval",
       iif(bound is null, '', printf('%.3g', bound)) as bound,
       iif(p is null, '', printf('%.2g', p)) as p, ifnull(seeds, '') as seeds, iif(n is null, '', printf('%,d', n)) as n,
       verdict, ifnull(needed_seeds, '') as "seeds needed", iif(needed_units is null, '', printf('%,d', needed_units)) as "units needed"
from seen where part <> '' and (half = 'confirmatory') = (sure > 0)
order by claim not like 'C_%', cast(substr(claim, 2) as integer), claim, role = 'variant', role, part;
