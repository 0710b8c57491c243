-- claims: every claim with its verdict, and what it rests on.
.import --csv --schema temp paper/claims.csv claimed
select claimed.claim, words as "in words", ifnull(verdict.verdict, 'not asked') as verdict,
       ifnull(effect_name, '') as effect, iif(effect is null, '', printf('%+.3g', effect)) as size,
       iif(low is null, '', printf('%+.3g to %+.3g', low, high)) as "95 % interval",
       ifnull(test, '') as test, iif(p_holm is null, '', printf('%.2g', p_holm)) as "p (Holm)",
       iif(n is null, '', printf('%,d', n)) as n,
       iif(needed is null, '', printf('%,d', needed)) as needed
from claimed left join verdict
    on (verdict.profile, verdict.claim, verdict.question, verdict.part) =
       (:profile, claimed.claim, claimed.question, '')
order by cast(substr(claimed.claim, 2) as integer);
