-- simset_vs_unstructured_verdicts: the claims about structured memories and their parts, each with its effect and verdict.
with seen as (
    select *, iif(role = 'claim', '', role) as counts,
           count(effect) filter (where half = 'confirmatory') over (partition by claim) as sure
    from verdict join the using (profile) where question = 'simset_vs_unstructured')
select claim, half, part, counts, effect_name as effect, printf('%+.4f', effect) as size,
       printf('%+.4f to %+.4f', low, high) as "95 % interval", iif(bound is null, '', printf('%.3g', bound)) as bound,
       printf('%.2g', p) as p, iif(p_holm is null, '', printf('%.2g', p_holm)) as "p (Holm)",
       seeds, n, verdict, ifnull(needed_seeds, '') as "seeds needed", ifnull(needed_units, '') as "units needed"
from seen where (half = 'confirmatory') = (sure > 0) and effect is not null
order by cast(substr(claim, 2) as integer), claim, role <> 'claim', role = 'variant', role, part;
