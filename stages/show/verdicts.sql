-- verdicts: the claims of the question :question, each with its verdict and what it rests on.
.import --csv --schema temp paper/claims.csv claimed
select claimed.claim, claimed.words as "in words", ifnull(verdict, 'not asked') ||
           iif(ifnull(exploratory, '') = '', '', ' (exploratory: ' || exploratory || ')') as verdict,
       iif(effect is null, '', printf('%+.3g', effect) || iif(low is null, '', printf(
           ' (%+.3g to %+.3g)', low, high)) || ': ' || effect_name) as "effect (95 % interval)",
       iif(p_holm is null, '', printf('%.2g', p_holm)) as "p (Holm)",
       iif(n is null, '', printf('%d x %,d', seeds, n)) as "seeds x units"
from claimed left join verdicts on (verdicts.profile, verdicts.claim) = (:profile, claimed.claim)
where claimed.question = :question
order by cast(substr(claimed.claim, 2) as integer);
