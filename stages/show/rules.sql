-- rules: what the verdicts on the claims of the question :question ask for. Of one that is not supported,
-- the parts that stand as it does; paper/parts.sql has all, with their effects.
select whole.claim, whole.rule,
       ifnull(iif(whole.verdict = 'supported', '', whole.verdict || ': ' || (
           select group_concat(part, ', ') from (
               select part from verdict join the using (profile)
               where (claim, question, verdict) = (whole.claim, whole.question, whole.verdict) and part <> ''
               order by part))), '') as "parts"
from verdict as whole join the using (profile)
where whole.question = :question and whole.part = '' and whole.claim glob 'C[0-9]*'
order by cast(substr(whole.claim, 2) as integer);
