-- memory_sign_verdicts: the claims about signs and their parts, each with effect, test and verdict.
select claim, part, effect_name as effect, printf('%+.4f', effect) as size,
       printf('%+.4f to %+.4f', low, high) as "95 % interval",
       test, printf('%.3g', p_holm) as "p (Holm)", n, verdict
from verdict where profile = :profile and question = 'memory_sign'
order by cast(substr(claim, 2) as integer), part <> '', part;
