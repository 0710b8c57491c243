-- claims: every claim with its verdict, and what it rests on.
.import --csv --schema temp paper/claims.csv claimed
select claimed.claim, claimed.words as "in words", ifnull(verdict, 'not asked') as verdict,
       ifnull(exploratory, '') as exploratory, ifnull(effect_name, '') as effect,
       iif(effect is null, '', printf('%+.3g', effect)) as size,
       iif(low is null, '', printf('%+.3g to %+.3g', low, high)) as "95 % interval",
       iif(p_holm is null, '', printf('%.2g', p_holm)) as "p (Holm)", ifnull(seeds, '') as seeds,
       iif(n is null, '', printf('%,d', n)) as n, ifnull(reason, '') as reason
from claimed left join verdicts on (verdicts.profile, verdicts.claim) = (:profile, claimed.claim)
order by cast(substr(claimed.claim, 2) as integer);
