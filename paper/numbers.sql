-- numbers: what the paper's sentences say in numbers, as lines of a macro's name and its value.
.import --csv --schema temp paper/claims.csv claimed
create temp view answered as
    select cast(substr(claimed.claim, 2) as integer) as number, claimed.claim, claimed.words, claimed.question,
           verdict.verdict, effect_name, effect, low, high, test, p, p_holm, n
    from claimed cross join the left join verdict
        on (verdict.profile, verdict.claim, verdict.question, verdict.part) =
           (the.profile, claimed.claim, claimed.question, '');

-- C12: the claim, its verdict and all that leads to it; C12-verdict and so on: one of them.
select claim, case when verdict is null then printf('*%s is not asked*: %s The profile lacks the '
        || 'runs that it needs.', claim, words)
    else printf('*%s is %s*: %s Measured: %s, %+.4g, 95 %% interval %+.4g to %+.4g; %s test, '
        || '/p/ = %.2g after Holm''s correction, /n/ = %,d.', claim, verdict, words, effect_name,
        effect, low, high, test, p_holm, n) end
from answered order by number;
select claim || '-verdict', ifnull(verdict, 'not asked') from answered order by number;

-- How many claims came out which way, over all and by question (layer_choice-undecided …).
create temp view outcome as
    select column1 as verdict from (values ('supported'), ('contradicted'), ('undecided'));
select 'claims-' || verdict, (select count(*) from answered where answered.verdict = outcome.verdict)
from outcome;
select 'claims', count(*) from answered;
select 'claims-asked', count(verdict) from answered;
select question || '-' || outcome.verdict, count(*) filter (where answered.verdict = outcome.verdict)
from answered cross join outcome group by question, outcome.verdict;

-- The run.
select 'profile', profile from the;
select 'documents', n from layer_choice
    where profile = :profile and layer = -1 and measure = 'nll' and unit = 'document';
select 'questions', printf('%,d', n) from layer_choice
    where profile = :profile and layer = -1 and measure = 'choice_accuracy' and unit = 'claim';
select 'rows', printf('%,d', n) from layer_choice
    where profile = :profile and layer = -1 and measure = 'choice_accuracy' and unit = 'row';
select 'layers', count(distinct layer) from layer_choice where profile = :profile and layer >= 0;
select 'seeds', count(distinct seed) from layer_choice where profile = :profile and seed >= 0;
select 'epochs', max(epoch) from layer_choice where profile = :profile;

-- Accuracy of the chosen letter without a memory, by claims and by evidence rows.
create temp view scored as
    select layer, epoch, unit, measure, value, low, high, n from layer_choice
    join the using (profile) where seed = -1;
select 'pretrained-' || measure || '-' || unit, printf('%.3f (95 %% interval %.3f to %.3f)', value, low, high)
from scored where layer = -1 and measure in ('choice_accuracy', 'free_accuracy');
select 'pretrained-loss', printf('%.3f', value)
from scored where layer = -1 and measure = 'nll' and unit = 'document';
select 'majority', printf('%.3f', value)
from scored where layer = -1 and measure = 'majority_rate' and unit = 'claim';

-- Layers: which ends lowest, which answers best and worst, at the last epoch.
create temp view last as
    select * from scored where layer >= 0 and epoch = (select max(epoch) from scored);
create temp view extreme as
    select 'layer-stores-best' as name, layer, value from last
        where measure = 'nll' and unit = 'document' and value = (select min(value) from last
            where measure = 'nll' and unit = 'document')
    union all select 'layer-stores-worst', layer, value from last
        where measure = 'nll' and unit = 'document' and value = (select max(value) from last
            where measure = 'nll' and unit = 'document')
    union all select 'layer-answers-best', layer, value from last
        where measure = 'choice_accuracy' and unit = 'claim' and value = (select max(value) from last
            where measure = 'choice_accuracy' and unit = 'claim')
    union all select 'layer-answers-worst', layer, value from last
        where measure = 'choice_accuracy' and unit = 'claim' and value = (select min(value) from last
            where measure = 'choice_accuracy' and unit = 'claim');
select name, printf('layer %d (%.3f)', min(layer), value) from extreme group by name;
