-- parts: every part of every claim, with its verdict.
select verdict.claim, verdict.part, iif(verdict.effect_name = whole.effect_name, '', verdict.effect_name) as effect,
       printf('%+.3g', verdict.effect) as size,
       printf('%+.3g to %+.3g', verdict.low, verdict.high) as "95 % interval",
       printf('%.2g', verdict.p_holm) as "p (Holm)", printf('%,d', verdict.n) as n, verdict.verdict,
       iif(verdict.needed is null, '', printf('%,d', verdict.needed)) as needed
from verdict left join verdict as whole
    on (whole.profile, whole.question, whole.claim, whole.part) =
       (verdict.profile, verdict.question, verdict.claim, '')
where verdict.profile = :profile and verdict.part <> ''
order by verdict.claim not like 'C_%', cast(substr(verdict.claim, 2) as integer), verdict.claim, verdict.part;
