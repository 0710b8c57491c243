-- rules: what the verdicts on the claims of the question :question ask for (paper/claims.rules has all), why
-- they are as they are, and what would decide.
select claim, rule, reason, iif(needed_seeds is null and needed_units is null, '', printf('%s seeds, or %s units',
           ifnull(needed_seeds, 'no number of'), ifnull(needed_units, 'no number of'))) as "would decide"
from verdicts join the using (profile) join (
    select profile, claim, rule from verdict where part = '' and half = 'confirmatory') using (profile, claim)
where (select question from question_claim where question_claim.claim = verdicts.claim limit 1) = :question
order by cast(substr(claim, 2) as integer);
