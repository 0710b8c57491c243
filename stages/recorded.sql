-- What the records of other runs say of the claims: their verdicts; and of runs that asked for use alone, what a memory
-- adds to the log likelihood of claims about its pages, less one of as many other pages.
-- The head comes first, since no row may follow.
SELECT 'run', 'claim', 'effect_name', 'part', 'verdict', 'effect', 'low', 'high', 'seeds', 'n', 'reason';
SELECT profile AS run, claim, effect_name,
       ifnull((SELECT min(part) FROM verdict WHERE role = 'decides' AND half = 'confirmatory' AND
               (verdict.profile, verdict.claim, verdict.effect) = (verdicts.profile, verdicts.claim, verdicts.effect)), ''),
       verdict, effect, low, high, seeds, n, reason
FROM verdicts WHERE profile <> :profile AND verdict IS NOT NULL
UNION ALL
SELECT profile, 'C18', 'likelihood of the claims, own pages less other pages (nats; ' || iif(target = 'in-context', 'page in the prompt',
           iif(allocation = 'none', '', allocation || ', ') || variant || ', layer ' || layer) || ')',
       '', 'not judged', value, low, high,
       (SELECT count(DISTINCT one.seed) FROM scores AS one
        WHERE (one.profile, one.measure, one.allocation, one.variant, one.target, one.layer, one.epoch) =
              (mean.profile, 'use', mean.allocation, mean.variant, mean.target, mean.layer, mean.epoch) AND one.seed >= 0), n, ''
FROM scores AS mean WHERE profile <> :profile AND measure = 'use' AND seed = -1
ORDER BY run, claim, effect_name;
