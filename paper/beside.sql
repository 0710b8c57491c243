-- beside: what this run, the records of other runs and the notes say of each claim, side by side.
.import --csv --schema temp paper/claims.csv claimed
.import --csv --schema temp paper/noted.csv noted
-- A verdict with the number that it rests on, named where it is not what this run measured.
create temp view said as
    select ours.claim, ours.run,
           ours.verdict || iif(ours.effect is null, '', ': '
               || iif(ours.run = '' or ours.effect_name = ifnull(verdicts.effect_name, ''), '', ours.effect_name || ' ')
               || printf('%+.3g', ours.effect))
           || iif(ours.low is null, '', printf(' (%+.3g to %+.3g)', ours.low, ours.high))
           || iif(ours.seeds is null, '', printf('; seeds: %d', ours.seeds)) as words
    from (select claim, '' as run, verdict, effect_name, effect, low, high, seeds from verdicts join the using (profile)
          union all select claim, run, verdict, effect_name, effect, low, high, seeds
          from recorded join the using (profile)) as ours
    left join verdicts on (verdicts.profile, verdicts.claim) = ((select profile from the), ours.claim);
create temp view cell as select claim, run, group_concat(words, '. ') as words from said group by claim, run;
-- Of a run that is recorded, but not with this claim.
create temp view told as
    select claim, run, ifnull(cell.words, 'not asked') as words
    from claimed cross join (select '' as run union select run from recorded join the using (profile)) left join cell using (claim, run);
-- What the notes print beside a claim: accuracies of the table first reported, less that of its other column.
create temp view printed as
    select accuracy, allocation, max(accuracy) filter (where allocation = 'pretrained') over () as pretrained,
           max(accuracy) filter (where allocation = 'none') over () as plain, model
    from reported join the using (profile) where source = (select max(source) from reported);
create temp view gained as
    select 'C17' as claim, 'SimSet-dim less memory' as what, min(accuracy - plain) as least, max(accuracy - plain) as most, model
    from printed where allocation glob 'simset-*-dim'
    union all select 'C18', 'all less pretrained', min(accuracy - pretrained), max(accuracy - pretrained), model
    from printed where allocation <> 'pretrained';
select claimed.claim, claimed.words as "in words",
       max(told.words) filter (where run = '') as "this run",
       ifnull(max(told.words) filter (where run = 'tiny-ten'), '') as "tiny-ten",
       ifnull(max(told.words) filter (where run = 'smollm2'), '')
           || ifnull('. smollm2-500: ' || max(told.words) filter (where run = 'smollm2-500' and told.words <> 'not asked'), '')
           as "smollm2",
       stated || iif(model is null, '', printf('; accuracy reported, %s, %s: %+.3f to %+.3f', model, what, least, most))
           as "the notes"
from claimed join told using (claim) left join noted using (claim) left join gained using (claim)
group by claimed.claim
order by cast(substr(claimed.claim, 2) as integer);
