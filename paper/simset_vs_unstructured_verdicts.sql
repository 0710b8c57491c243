-- simset_vs_unstructured_verdicts: the claims about structured memories: effect, test, verdict.
select claim, effect_name as effect, printf('%+.4f', effect) as size,
       printf('%+.4f to %+.4f', low, high) as "95 % interval",
       iif(margin is null, '', printf('%.3g', margin)) as margin, test,
       printf('%.3g', p_holm) as "p (Holm)", n, verdict, ifnull(needed, '') as "n needed"
from verdict join the using (profile)
where question = 'simset_vs_unstructured' and part = '' order by claim;
