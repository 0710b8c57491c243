-- representation_drift_verdicts: the claims about drift and their parts, each with its verdict.
select claim, part, effect_name as effect, printf('%+.4f', effect) as size,
       printf('%+.4f to %+.4f', low, high) as "95 % interval",
       iif(margin is null, '', printf('%g', margin)) as margin,
       printf('%.3g', p_holm) as "p (Holm)", n, verdict, iif(needed is null, '', needed) as "units needed"
from verdict
where profile = :profile and question = 'representation_drift' order by claim, part;
