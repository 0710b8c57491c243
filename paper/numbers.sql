-- numbers: what the paper's sentences say in numbers, as lines of a macro's name and its value.
.import --csv --schema temp paper/claims.csv claimed
create temp view answered as
    select cast(substr(claimed.claim, 2) as integer) as number, claimed.claim, claimed.words, claimed.question,
           verdict.verdict, effect_name, effect, low, high, test, p, p_holm, n, rule, needed
    from claimed cross join the left join verdict
        on (verdict.profile, verdict.claim, verdict.question, verdict.part) =
           (the.profile, claimed.claim, claimed.question, '');

-- C12: the claim, its verdict and all that leads to it; C12-verdict: that alone.
select claim, case when verdict is null then printf('*%s is not asked*: %s The profile lacks the '
        || 'runs that it needs.', claim, words)
    else printf('*%s is %s*: %s Measured: %s, %+.3g, 95 %% interval %+.3g to %+.3g; test: %s, '
        || '/p/ = %.2g after Holm''s correction, /n/ = %,d%s. Rule: %s.', claim, verdict, words,
        effect_name, effect, low, high, test, p_holm, n,
        iif(needed is null, '', printf(' (about %,d would decide)', needed)), rule) end
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

-- Drift: the span of the vectors' shift under the published settings, mean over documents and seeds.
create temp view published as
    select phi, dimension as k, documents, measure, value from drift join the using (profile)
    where seed = -1 and selection = 'linear' and lm = 'yes' and form = 'squared' and negative = 'other';
create temp view moved as select * from published where measure = 'vector_shift';
select 'drift-conditions', count(*) from drift
    where profile = :profile and seed = -1 and measure = 'vector_shift';
select 'drift-seeds', count(distinct seed) from drift where profile = :profile and seed >= 0;
select 'drift-' || phi, printf('%.3f and %.3f', min(value), max(value)) from moved group by phi;
select 'drift-up', printf('%.3f to %.3f', min(value), max(value)) from published where measure = 'up_drift';
select 'drift-flipped', printf('%.3f and %.3f', min(value), max(value))
    from published where measure = 'vector_flipped';
select 'drift-least', printf('%d documents with vectors of %d (%.3f)', documents, k, min(value)) from moved;
select 'drift-most', printf('%d documents with vectors of %d (%.3f)', documents, k, max(value)) from moved;
select 'drift-passed', printf('%.3g to %.3g', min(share), max(share)) from (
    select max(value) filter (where part = 'own.K') / max(value) filter (where part = 'own.s') as share
    from drift_gradient where profile = :profile and selection = 'linear' and lm = 'yes'
        and form = 'squared' and negative = 'other'
        and epoch = (select max(epoch) from drift_gradient where profile = :profile)
    group by phi, dimension, documents, entries, batch, alpha, tau);

-- Signs: shares of (entry, word) pairs and of entries, with their intervals; the pools of documents.
create temp view sign as
    select phi, measure, lens, outcome, pairs, s, value,
           printf('%.3f (95 %% interval %.3f to %.3f)', value, low, high) as shown
    from sign_measure join the using (profile) where seed = -1 and lm = 'yes';
select 'sign-' || phi || '-' || lens, shown from sign
where measure = 'agreement' and lens in ('true', 'short') and outcome = 'logit' and pairs = 'every' and s = '1';
select 'sign-' || phi || '-flip', shown from sign
where measure = 'flip' and outcome = 'log p' and pairs = 'every';
select 'sign-' || phi || '-inactive', printf('%.2f', value) from sign where measure = 'inactive';
select 'sign-removed', printf('%.3f', avg(value)) from sign where measure = 'removed';
select printf('sign-%s', replace(replace(part, ' pairs', ''), ', ', '-')),
       printf('%+.3f (95 %% interval %+.3f to %+.3f)', effect, low, high)
from verdict where profile = :profile and claim = 'C8'
    and part in ('raising pairs', 'lowering pairs', 'raising pairs, logit', 'lowering pairs, logit');
create temp view pool as
    select measure, outcome, group_concat(printf('%+.3f with %s', value, iif(phi = 'relu', 'ReLU', phi)),
           ' and ') as shown, group_concat(printf('%.2f with %s', value, iif(phi = 'relu', 'ReLU', phi)),
           ' and ') as share
    from (select * from sign order by phi) group by measure, outcome;
select 'sign-pool', shown from pool where measure = 'pool_next' and outcome = 'log p';
select 'sign-pool-logit', shown from pool where measure = 'pool_next' and outcome = 'logit';
select 'sign-pool-sum', shown from pool where measure = 'pool_sum';
select 'sign-precision', share from pool where measure = 'precision';
select 'sign-precision-other', share from pool where measure = 'precision_other';

-- Allocations at the layer of most runs, trained on the documents.
create temp table compared as
    select variant, allocation, measure, value from simset
    where profile = :profile and seed = -1 and strength = 1 and target = 'document'
        and ((measure = 'nll' and unit = 'document') or (measure = 'choice_accuracy' and unit = 'claim'))
        and layer = (select layer from simset where profile = :profile and seed >= 0 and measure = 'nll'
                     and unit = 'document' group by layer order by count(*) desc, layer limit 1);
update compared set measure = iif(measure = 'nll', 'loss', 'accuracy');
select 'simset-layer', layer from simset where profile = :profile and seed >= 0 and measure = 'nll'
    and unit = 'document' group by layer order by count(*) desc, layer limit 1;
select printf('simset-%s-none-%s', variant, measure), printf('%.3f', value)
    from compared where allocation = 'none';
select printf('simset-%s-least-%s', variant, measure), printf('%s (%.3f)', allocation, min(value))
    from compared where allocation <> 'none' group by variant, measure;
select printf('simset-%s-most-%s', variant, measure), printf('%s (%.3f)', allocation, max(value))
    from compared where allocation <> 'none' group by variant, measure;
select 'mistake', printf('*The mistake in the notes* (SimSets trained on the claims, the other memory on the documents): '
    || '%s, %+.3g, 95 %% interval %+.3g to %+.3g; test: %s, /p/ = %.2g, /n/ = %,d.', effect_name, effect, low, high,
    test, p, n) from verdict where profile = :profile and claim = 'mistake' and part = '';
select 'sharing-pairs', printf('%,d', count(distinct a || ' ' || b)) from simset_sharing where profile = :profile;
select 'sharing-draws', count(distinct seed) from simset_sharing where profile = :profile;
select printf('sharing-%d-measured', shingle), printf('%.4f', 1.0 * sum(shared) / sum(bands))
    from simset_sharing where profile = :profile group by shingle;
select printf('sharing-%d-expected', shingle),
    printf('%.4f', sum(bands * (jaccard + (1 - jaccard) / slots)) / sum(bands))
    from simset_sharing where profile = :profile group by shingle;
