-- numbers: what the paper's sentences say in numbers, as lines of a macro's name and its value.
.import --csv --schema temp paper/claims.csv claimed
create temp view answered as
    select cast(substr(claimed.claim, 2) as integer) as number, claimed.claim, claimed.words, claimed.question,
           verdict, exploratory, effect_name, effect, low, high, p_holm, seeds, n, needed_seeds, needed_units, reason,
           (select rule from verdict as v where (v.profile, v.claim, v.half, v.part) =
               ((select profile from the), claimed.claim, 'confirmatory', '')) as rule
    from claimed left join verdicts on (verdicts.profile, verdicts.claim) = ((select profile from the), claimed.claim);

-- C12: the claim, its verdict and all that leads to it; C12-verdict: that alone.
select claim, case when verdict is null then printf('*%s is not asked*: %s The profile lacks the '
        || 'runs that it needs.', claim, words)
    else printf('*%s %s%s*: %s%s%s%s Rule: %s.', claim,
        iif(verdict in ('undecided', 'not measurable here'), 'is ', ''), verdict, words,
        iif(exploratory = '', '', printf(' (The exploratory half: %s.)', exploratory)),
        iif(effect is null, '', printf(' Measured: %s, %+.3g, 95 %% interval %+.3g to %+.3g%s; seeds: %d, units: %,d%s.',
            effect_name, effect, low, high,
            iif(p_holm is null, '', printf('; /p/ = %.2g after Holm''s correction', p_holm)), seeds, n,
            iif(needed_seeds is null and needed_units is null, '', printf(' (would decide: %s seeds, or %s units)',
                ifnull(needed_seeds, 'no number of'), ifnull(needed_units, 'no number of'))))),
        iif(reason = '', '', printf(' (%s.)', reason)), rule) end
from answered order by number;
select claim || '-verdict', ifnull(verdict, 'not asked') from answered order by number;

-- How many claims came out which way, over all and by question (layer_choice-undecided …).
create temp view outcome as
    select column1 as name, column2 as like_this, column3 as words from (values ('holds', 'holds here', 'hold here'),
        ('fails', 'fails here', 'fail here'), ('undecided', 'undecided', 'are undecided'),
        ('unmeasured', 'not measurable here', 'are not measurable here'), ('depends', 'depends on *', 'depend on a setting'));
create temp view counted as
    select name, outcome.words, count(*) filter (where verdict glob like_this) as n from answered cross join outcome group by name;
select 'claims-' || name, n from counted;
select 'claims-outcomes', group_concat(printf('%d %s', n, words), ', ') from counted where n > 0;
select 'claims', count(*) from answered;
select 'claims-asked', count(verdict) from answered;
select question || '-' || name, count(*) filter (where verdict glob like_this)
from answered cross join outcome group by question, name;
select 'rules-of', max(rules_of) from verdict where profile = :profile;

-- Page one, in English and Korean: the claims of the findings, and others told beside them. Words of the rules are
-- Korean by paper/korean.csv; the numbers are the same macros in both.
.import --csv --schema temp paper/korean.csv korean
create temp view half as
    select claim, iif(count(effect) filter (where half = 'confirmatory') > 0, 'confirmatory', 'exploratory') as half
    from verdict join the using (profile) where part = '' group by claim;
-- What the record of the same study with more seeds says (its name begins as this profile's).
create temp table more as
    select run, claim, verdict, seeds, effect_name, part, iif(effect is null, '', printf(' %+.3g', effect)) as effect, low, high
    from recorded join the using (profile) where run = (select min(run) from recorded join the using (profile)
        where run glob profile || '-*' and verdict <> 'not judged');
-- Of a claim's parts the one that its record shows, or else the one that it shows itself.
create temp view shown as
    select answered.claim, same.part, ifnull(same.effect_name, answered.effect_name) as effect_name, ifnull(same.effect, answered.effect) as effect,
           iif(same.effect is null, answered.low, same.low) as low, iif(same.effect is null, answered.high, same.high) as high,
           iif(same.effect is null, answered.seeds, same.seeds) as seeds, iif(same.effect is null, answered.n, same.n) as n
    from answered left join more using (claim)
    left join verdict as same on (same.profile, same.claim, same.half, same.part) = ((select profile from the), answered.claim, 'confirmatory', more.part)
        and same.part <> '' and same.effect is not null;
create temp table finding as
    select shown.*, answered.verdict, needed_seeds, needed_units, run, more.verdict as more_verdict, more.seeds as more_runs,
           more.effect_name as more_name, more.part as more_part, more.effect as more_effect, more.low as more_low, more.high as more_high,
           ifnull(more.verdict, ifnull(answered.verdict, 'not asked')) as last,
           iif(shown.effect is not null and half = 'exploratory', 'in the exploratory half, which was in view when the rules were made',
               '') as seen,
           -- undecided, here and in the record: seeds or units that would decide it alone
           answered.verdict = 'undecided' and ifnull(more.verdict, 'undecided') = 'undecided' as open
    from answered join shown using (claim) left join half using (claim) left join more using (claim)
    where claim in ('C1', 'C9', 'C14', 'C16', 'C18', 'C20');
-- A verdict in Korean: that it depends on a setting stands behind the setting.
create temp view verdict_in_korean as
    with word(verdict, key, word) as (
        select verdict, iif(verdict glob 'depends on *', substr(verdict, 12), ''), iif(verdict glob 'depends on *', 'depends on', verdict)
        from (select ifnull(verdict, 'not asked') as verdict from finding union select last from finding))
    select verdict, iif(key = '', '', ifnull(keys.korean, key)) || words.korean as korean
    from word join korean as words on words.english = word.word left join korean as keys on keys.english = word.key;
create temp view named as
    select claim, 'named' as what, iif(effect is null, 'not measured', effect_name) as english from finding
    union all select claim, 'more', ifnull(more_name, 'not measured') from finding
    union all select claim, 'scope', iif(last = 'holds here', 'Holds for', 'Measured on') from finding
    union all select claim, 'seen', seen from finding;
create temp view in_korean as
    select claim, what, named.english, ifnull(korean, named.english) as korean from named left join korean using (english);
-- What this run measured is not named again where the record measured the same.
select claim || '-named', iif(ifnull(more_name, '') = effect_name, 'the same', english) from in_korean join finding using (claim) where what = 'named';
select claim || '-named-ko', iif(ifnull(more_name, '') = effect_name, '같은 측정값', korean) from in_korean join finding using (claim) where what = 'named';
select claim || '-effect', iif(effect is null, '–', printf('%+.3g', effect)) from finding;
select claim || '-low', iif(low is null, '–', printf('%+.3g', low)) from finding;
select claim || '-high', iif(high is null, '–', printf('%+.3g', high)) from finding;
select claim || '-scope', english from in_korean where what = 'scope';
select claim || '-scope-ko', korean from in_korean where what = 'scope';
select claim || '-runs', iif(effect is null, '–', printf('%d', seeds)) from finding;
select claim || '-units', iif(effect is null, '–', printf('%,d', n)) from finding;
create temp view needed as
    select claim, open and needed_seeds is null and needed_units is null as none, iif(open, needed_seeds, null) as runs,
           iif(open, needed_units, null) as units from finding;
select claim || '-seen', iif(seen.english = '', '', ', ' || seen.english) || iif(none, '; neither more seeds nor more units alone would decide', '')
    || iif(runs, printf('; %d seeds would decide', runs), '') || iif(units, printf('; %d units would decide', units), '') || '.'
from in_korean as seen join needed using (claim) where what = 'seen';
select claim || '-seen-ko', iif(seen.english = '', '', ', ' || seen.korean) || iif(none, '; 시드나 단위 가운데 하나만 늘려서는 판정할 수 없음', '')
    || iif(runs, printf('; 시드 %d개면 판정할 수 있음', runs), '') || iif(units, printf('; 단위 %d개면 판정할 수 있음', units), '') || '.'
from in_korean as seen join needed using (claim) where what = 'seen';
select claim || '-verdict-ko', korean from finding join verdict_in_korean on verdict_in_korean.verdict = ifnull(finding.verdict, 'not asked');
-- The last word, which is the record's where there is one; and what the record measured, of which part's member.
select claim || '-last', last || iif(more_runs, printf(' (%s, %d seeds)', run, more_runs), '') from finding;
select claim || '-last-ko', korean || iif(more_runs, printf(' (%s, 시드 %d개)', run, more_runs), '')
from finding join verdict_in_korean on verdict_in_korean.verdict = last;
create temp view told_of as
    select claim, english, korean, more_effect, more_low, more_high, run,
           iif(instr(more_part, ': '), printf(' (%s)', substr(more_part, instr(more_part, ': ') + 2)), '') as member
    from finding join in_korean using (claim) where what = 'more';
select claim || '-more', iif(run is null, 'No run with more seeds is recorded.', printf('Measured: %s%s%s%s.', english, member, more_effect,
    iif(more_low is null, '', printf(' (95 %% interval %+.3g to %+.3g)', more_low, more_high)))) from told_of;
select claim || '-more-ko', iif(run is null, '시드가 더 많은 실행의 기록은 없다.', printf('%s%s:%s%s.', korean, member, more_effect,
    iif(more_low is null, '', printf(' (95 %% 신뢰구간 %+.3g에서 %+.3g까지)', more_low, more_high)))) from told_of;
create temp view tally as
    select min(run) as run, max(seeds) as runs, sum(verdict = 'holds here') as holds, sum(verdict = 'fails here') as fails, sum(verdict glob 'depends on *') as depends,
           sum(verdict = 'undecided') as undecided from more where claim glob 'C[0-9]*';
select 'more-tally', iif(run is null, '; no run with more seeds is recorded', printf('. In bold are the verdicts of %s, a longer run with %d seeds: %d hold, %d fail, %d depend on a setting, %d are undecided', run, runs, holds, fails, depends, undecided)) from tally;
select 'more-tally-ko', iif(run is null, '시드가 더 많은 실행의 기록은 없다.', printf('같은 연구를 시드 %d개로 더 오래 학습한 기록이 %s이며, 굵은 글씨의 판정은 이 기록의 것이다: 성립 %d, 불성립 %d, 설정에 따라 다름 %d, 판정 보류 %d.', runs, run, holds, fails, depends, undecided)) from tally;
-- What a really pretrained model says of the same claims: those that it decides, as here and the other way.
create temp view real as
    select answered.claim, number, recorded.verdict as there, ifnull(more.verdict, answered.verdict) as here
    from answered left join more using (claim) join recorded using (claim)
    where recorded.profile = (select profile from the) and recorded.run = 'smollm2' and recorded.verdict in ('holds here', 'fails here');
create temp view parted as
    select count(*) as decided, group_concat(claim, ', ') filter (where there = here) as same,
           group_concat(claim, ', ') filter (where (there, here) in (('holds here', 'fails here'), ('fails here', 'holds here'))) as other
    from (select * from real order by number);
select 'real', iif(not exists (select 1 from recorded join the using (profile) where run = 'smollm2'), 'No run of a really pretrained model is recorded.',
    printf('A really pretrained Llama on pages of FEVER (/smollm2/, Table [[tab-beside]]), mostly with one seed, decides %d of the claims; as here: %s; the other way: %s.',
    decided, ifnull(same, 'none'), ifnull(other, 'none'))) from parted;
select 'real-ko', iif(not exists (select 1 from recorded join the using (profile) where run = 'smollm2'), '실제로 사전학습된 모델의 실행 기록은 없다.',
    printf('실제로 사전학습된 Llama와 FEVER 문서의 실행(/smollm2/, 표 [[tab-beside]], 대부분 시드 하나)은 %d개를 판정하였다. 이 실험과 같은 판정: %s. 반대인 판정: %s.',
    decided, ifnull(same, '없음'), ifnull(other, '없음'))) from parted;
create temp view record as
    select column1 as run, exists (select 1 from recorded join the using (profile) where run = column1) as here
    from (values ('tiny-ten'), ('smollm2'), ('smollm2-500'));
select 'records', case max(here) when 0 then 'no other run' else group_concat('/' || run || '/', ' and ') filter (where here) end
    || iif(min(here), '', printf(' (of %s no other run is recorded, and it has no column)',
           group_concat('/' || run || '/', ' and ') filter (where not here))) from record;
select 'interval', '95 % interval';
select 'interval-ko', '95 % 신뢰구간';

-- What the model is, and what memories are trained with, beside the notes'.
create temp view told as
    select kind, name, group_concat(value, ', ') as value
    from (select kind, name, value from setting join the using (profile) order by cast(value as real), value) group by kind, name;
create temp view shape as
    select max(value) filter (where name = 'family') as family, max(value) filter (where name = 'blocks') as blocks,
           max(value) filter (where name = 'width') as width, max(value) filter (where name = 'path') as whole
    from told where kind = 'model';
-- Of a path from the root the last part: what stands before it is of one machine.
create temp view named_model as
    select shape.*, iif(whole glob '/*', replace(whole, rtrim(whole, replace(whole, '/', '')), ''), whole) as path from shape;
select 'model', printf('%s of %s blocks and width %s (%s)', family, blocks, width, path) from named_model;
select 'model-ko', printf('%s(블록 %s개, 폭 %s, %s)', family, blocks, width, path) from named_model;
select 'memory-rate', value from told where kind = 'memory' and name = 'lr';
select 'memory-epochs', value from told where kind = 'memory' and name = 'epochs';
.import --csv --schema temp paper/hyperparameters.csv hyper
select 'notes-rate', notes from hyper where name = 'lr';
select 'notes-epochs', notes from hyper where name = 'epochs';

-- Beside the findings: vectors by their start, the short lens, layers, SimSet against as many random entries, the
-- ceiling of use, and what training the use brings.
create temp view started as
    select 'normal' as start, documents, value from drift join the using (profile) where seed = -1 and measure = 'vector_drift'
        and selection = 'linear' and lm = 'yes' and form = 'squared' and negative = 'other' and alpha = 0.1
        and dimension in (select dimension from drift_arm join the using (profile) where selection = 'linear+orthogonal')
    union all select 'orthogonal', documents, value from drift_arm join the using (profile) where seed = -1 and measure = 'vector_drift'
        and selection = 'linear+orthogonal' and lm = 'yes' and form = 'squared' and negative = 'other' and alpha = 0.1;
select 'drift-from-' || start, iif(count(value) = 0, '–', printf('%.2f', avg(value)))
    from (select column1 as start from (values ('orthogonal'), ('normal'))) left join (select start, value from started
        where documents = (select max(documents) from started where start = 'orthogonal')) using (start) group by start;
select iif(lm = 'yes', 'lens-with', 'lens-without'), iif(count(value) = 0, '–', printf('%.2f', avg(value)))
    from (select column1 as lm from (values ('yes'), ('no'))) left join (select lm, value from sign_measure join the using (profile)
        where seed = -1 and measure = 'agreement' and lens = 'short' and outcome = 'logit' and pairs = 'every' and s = '1')
        using (lm) group by lm;
create temp view part as
    select claim, part, effect, low, high from verdict join the using (profile) join half using (claim, half);
select 'random-least', iif(count(effect) = 0, '–', printf('%+.3g', min(effect))) from part
    where claim = 'C16' and part glob 'against random*';
select 'random-most', iif(count(effect) = 0, '–', printf('%+.3g', max(effect))) from part
    where claim = 'C16' and part glob 'against random*';
create temp view beside as
    select column1 as name, effect, low, high
    from (values ('page', 'C18', 'page in context'), ('used', 'C20', 'over storing alone'))
    left join part on (part.claim, part.part) = (column2, column3);
select name || '-effect', iif(effect is null, '–', printf('%+.3g', effect)) from beside;
select name || '-low', iif(low is null, '–', printf('%+.3g', low)) from beside;
select name || '-high', iif(high is null, '–', printf('%+.3g', high)) from beside;

-- Claim by claim: what the memory of the pages turned right and wrong, and of all memories the farthest AUC.
select 'turned-' || replace(name, '_', '-'), ifnull(printf('%.3f (%.3f to %.3f)', value, low, high), '–')
    from (select column1 as name from (values ('right'), ('wrong'), ('right_auc'), ('kept_auc')))
    left join (select measure as name, value, low, high from turned join the using (profile)
        where (allocation, strength, variant, target) = ('none', 1, 'plain', 'document')) using (name);
select 'turned-apart', iif(count(*) = 0, '–', printf('%d of %d', count(*) filter (where low > 0.5 or high < 0.5), count(*)))
    from turned join the using (profile) where measure in ('right_auc', 'kept_auc');

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
select name || '-ko', printf('%d번 레이어(%.3f)', min(layer), value) from extreme where name glob '*stores*' group by name;

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
-- Context vectors beside free ones of the same size from the start of the public code, with tanh and the most documents.
create temp view context as
    select dimension as k, max(value) filter (where selection = 'linear+context' and measure = 'vector_drift') as drift,
           max(value) filter (where selection = 'linear+context' and measure = 'vector_shift') as shift,
           max(value) filter (where selection = 'linear+context' and measure = 'nll') as nll,
           max(value) filter (where selection = 'linear+orthogonal' and measure = 'vector_drift') as free_drift,
           max(value) filter (where selection = 'linear+orthogonal' and measure = 'vector_shift') as free_shift,
           max(value) filter (where selection = 'linear+orthogonal' and measure = 'nll') as free_nll
    from drift_arm join the using (profile) where seed = -1 and phi = 'tanh' and lm = 'yes' and alpha > 0
        and documents = (select max(documents) from drift_arm join the using (profile) where selection = 'linear+context')
    group by dimension;
select 'drift-contexts', ifnull(group_concat(printf('with vectors of %d they drift by %.2f of their length, where free vectors do by %.2f, '
    || 'and shift by %.2f, not %.2f; their loss is %.2f, not %.2f', k, drift, free_drift, shift, free_shift, nll, free_nll), '; '),
    'this profile trains none') from (select * from context where drift is not null and free_drift is not null order by k);
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
where measure = 'agreement' and lens in ('linear', 'short') and outcome = 'logit' and pairs = 'every' and s = '1';
select 'sign-' || phi || '-flip', shown from sign
where measure = 'flip' and outcome = 'log p' and pairs = 'every';
select 'sign-' || phi || '-inactive', printf('%.2f', value) from sign where measure = 'inactive';
select 'sign-acts', printf('%.2f to %.2f', min(value), max(value)) from sign where measure = 'acts';
select 'sign-removed', printf('%.3f', avg(value)) from sign where measure = 'removed';
select printf('sign-%s%s', replace(pairs, ' ', '-'), iif(outcome = 'logit', '-logit', '')),
       printf('%+.3f with %s and %+.3f with %s', max(value) filter (where phi = 'relu'), 'ReLU',
              max(value) filter (where phi = 'tanh'), 'tanh')
from sign where measure = 'effect' and lens = 'linear' and pairs in ('raising', 'lowering') and s = '1'
group by pairs, outcome;
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
-- By variant and measure: the unstructured memory, and the least and the most of the structured ones, if there are any.
create temp view asked as
    select variants.column1 as variant, measures.column1 as measure
    from (values ('plain'), ('norm-gate')) as variants cross join (values ('loss'), ('accuracy')) as measures;
create temp view structured as
    select variant, measure, value, printf('%s (%.3f)', allocation, value) as said from compared where allocation <> 'none';
select printf('simset-%s-none-%s', variant, measure), iif(value is null, 'not asked', printf('%.3f', value))
from asked left join (select * from compared where allocation = 'none') using (variant, measure);
select printf('simset-%s-least-%s', variant, measure), ifnull((select said from structured
    where (structured.variant, structured.measure) = (asked.variant, asked.measure) order by value limit 1), 'none, which was not asked,') from asked;
select printf('simset-%s-most-%s', variant, measure), ifnull((select said from structured
    where (structured.variant, structured.measure) = (asked.variant, asked.measure) order by value desc limit 1), 'none') from asked;
select 'mistake', printf('*The mistake in the notes* (SimSets trained on the claims, the other memory on the documents) '
    || '%s%s: %s, %+.3g, 95 %% interval %+.3g to %+.3g; /p/ = %.2g, seeds: %d, units: %,d.',
    iif(verdict = 'undecided', 'is ', ''), verdict, effect_name, effect, low, high, p, seeds, n)
from verdict where profile = :profile and claim = 'mistake' and part = '' and effect is not null order by half limit 1;
select 'mistake', '*The mistake in the notes* (SimSets trained on the claims, the other memory on the documents) is not measured: this profile lacks its runs.'
where not exists (select 1 from verdict where profile = :profile and claim = 'mistake' and part = '' and effect is not null);
select 'sharing-pairs', printf('%,d', count(distinct a || ' ' || b)) from simset_sharing where profile = :profile;
select 'sharing-draws', count(distinct seed) from simset_sharing where profile = :profile;
select printf('sharing-%d-measured', shingle), printf('%.4f', 1.0 * sum(shared) / sum(bands))
    from simset_sharing where profile = :profile group by shingle;
select printf('sharing-%d-expected', shingle),
    printf('%.4f', sum(bands * (jaccard + (1 - jaccard) / slots)) / sum(bands))
    from simset_sharing where profile = :profile group by shingle;
