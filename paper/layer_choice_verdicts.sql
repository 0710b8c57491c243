-- layer_choice_verdicts: the claims about the layer, each with its effect, test and verdict.
select claim, effect_name as effect, printf('%+.4f', effect) as size,
       printf('%+.4f to %+.4f', low, high) as "95 % interval",
       test, printf('%.3g', p_holm) as "p (Holm)", n, verdict,
       ifnull(needed, '') as "n needed"
from verdict
where profile = :profile and question = 'layer_choice' and part = '' order by claim;
