-- verdicts: the claims of the question :question, each with its verdict and what it rests on.
.import --csv --schema temp paper/claims.csv claimed
select claimed.claim, words as "in words", ifnull(verdict.verdict, 'not asked') as verdict,
       iif(effect is null, '', printf('%+.3g', effect) || iif(low is null, '', printf(
           ' (%+.3g to %+.3g)', low, high)) || ': ' || effect_name) as "effect (95 % interval)",
       iif(p_holm is null, '', printf('%.2g', p_holm)) as "p (Holm)",
       iif(n is null, '', printf('%,d', n)) as n
from claimed left join verdict
    on (verdict.profile, verdict.claim, verdict.question, verdict.part) =
       (:profile, claimed.claim, claimed.question, '')
where claimed.question = :question
order by cast(substr(claimed.claim, 2) as integer);
