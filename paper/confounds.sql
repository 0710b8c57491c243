-- confounds: doubts about the earlier work, what the kit does about each, and what it finds.
create temp view answer as
    select allocation, strength, variant, target, layer, seed, epoch, prompt, p_a, p_b, p_c
    from prediction join the using (profile);
-- Answers without a memory, and how many different ones a prompt has over the cells that were asked.
create temp table base as
    select prompt, min(p_a) as p_a, min(p_b) as p_b, min(p_c) as p_c,
           count(distinct printf('%!.17g %!.17g %!.17g', p_a, p_b, p_c)) as answers, count(*) as cells
    from answer where epoch = 0 group by prompt;
-- Share of the prompts whose probabilities a cell's trained memory changes.
create temp view moved as
    select avg(late.p_a <> base.p_a or late.p_b <> base.p_b or late.p_c <> base.p_c) as share
    from (select allocation, strength, variant, target, layer, seed, max(epoch) as epoch
          from answer group by allocation, strength, variant, target, layer, seed) as cell
    join answer as late using (allocation, strength, variant, target, layer, seed, epoch)
    join base using (prompt)
    group by late.allocation, late.strength, late.variant, late.target, late.layer, late.seed;
create temp view scored as
    select allocation, strength, variant, target, layer, unit, value
    from simset join the using (profile) where measure = 'choice_accuracy' and seed = -1;
create temp view apart as
    select claim.allocation, claim.value as claims, rows.value as rows
    from scored as claim join scored as rows using (allocation, strength, variant, target, layer)
    where claim.unit = 'claim' and rows.unit = 'row';
create temp view owned as
    select allocation, value from simset join the using (profile)
    where measure = 'shared' and seed = -1 and strength = 1;
-- Trainings of a document's vector that differ in the shared layer, or in the forgetting loss, alone.
create temp view trained as
    select layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form, negative,
           delta, max(value) filter (where measure = 'vector_drift') as drift,
           max(value) filter (where measure = 'nll') as nll,
           max(value) filter (where measure = 'nll_negative') as negative_nll
    from drift join the using (profile) where seed = -1
    group by layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
             negative, delta;
create temp view ablated as
    select 'lm' as setting, avg(a.drift) as drift_a, avg(b.drift) as drift_b, avg(a.nll) as nll_a,
           avg(b.nll) as nll_b, count(*) as n
    from trained as a join trained as b using (layer, phi, selection, dimension, documents, entries,
        batch, alpha, tau, form, negative, delta) where a.lm = 'yes' and b.lm = 'no'
    union all
    select 'form', avg(a.drift), avg(b.drift), avg(a.negative_nll), avg(b.negative_nll), count(*)
    from trained as a join trained as b using (layer, phi, selection, lm, dimension, documents, entries,
        batch, alpha, tau, negative, delta) where a.form = 'squared' and b.form = 'absolute';

select 'Is the memory in the path at all?' as doubt,
       'Before a cell is trained its memory must change the logits, and without it they must come back bit for '
       || 'bit.' as "what is done",
       printf('A trained memory changes the probabilities of at least %.1f %% of the prompts, in each of %d cells; '
       || 'without it the %d cells that were asked agree, to the last digit, on %d of %d prompts.',
       100 * min(share), count(*), (select max(cells) from base), (select sum(answers = 1) from base),
       (select count(*) from base)) as found
from moved
union all
select 'Rows or claims?',
       'An accuracy over evidence rows weights a claim by its evidence. Both are measured; claims are the default.',
       printf('Without a memory %.3f over claims and %.3f over rows; the two differ by up to %.3f over all '
       || 'conditions.', max(claims) filter (where allocation = 'pretrained'),
       max(rows) filter (where allocation = 'pretrained'), max(abs(claims - rows)))
from apart
union all
select 'Is a structured memory a document''s own?',
       'The share of the trained parameters that more than one document uses stands beside each structured result.',
       printf('It runs from %.2f (%s) to %.2f (%s).', (select min(value) from owned),
       (select allocation from owned order by value, allocation limit 1), (select max(value) from owned),
       (select group_concat(allocation, ', ') from (select distinct allocation from owned
        where value = (select max(value) from owned))))
union all
select 'Is DocRep a document''s own, behind its shared layer?',
       'The same trainings without that layer.',
       printf('With it vectors drift by %.3f and the loss ends at %.3f; without it by %.3f and at %.3f (means of '
       || '%d pairs of conditions).', drift_a, nll_a, drift_b, nll_b, n)
from ablated where setting = 'lm'
union all
select 'Which path does the sign take?',
       'The short lens, straight from an entry''s weights to the unembedding, is set beside the linear path and beside '
       || 'what an intervention does.',
       'The two lenses disagree on ' || group_concat(printf('%.3f of the pairs (95 %% interval %.3f to %.3f) with %s%s',
       value, low, high, iif(phi = 'relu', 'ReLU', phi), iif(lm = 'yes', '', ' and without W_lm')), ', ') || '.'
from (select * from sign_measure where profile = :profile and measure = 'disagreement' and pairs = 'every'
      and seed = -1 order by lm desc, phi)
union all
select 'Which forgetting loss?',
       'The squared form of the public code and the absolute one of the paper''s page are both named options.',
       printf('Vectors drift by %.3f under the squared form and by %.3f under the absolute one; the loss under the '
       || 'negative vector ends at %.3f and %.3f (means of %d pairs of conditions).', drift_a, drift_b, nll_a, nll_b, n)
from ablated where setting = 'form'
union all
select 'Were all memories trained on the same target?',
       'The notes'' SimSets had been trained on the claims, the memory beside them on the documents; both ways are run.',
       printf('The mistake changes the accuracy by %+.3f (95 %% interval %+.3f to %+.3f).', effect, low, high)
from (select * from verdict where profile = :profile and claim = 'mistake' and part = '' and effect is not null
      order by half limit 1)
union all
select 'Is a gain of one run a gain?', 'Every effect has an interval over units and seeds, and a corrected test.',
       printf('%d of %d effects have an interval. At the reported size (3,045 claims, accuracy 0.636) its half width '
       || 'is %.3f; the reported gain of 0.014 lies inside.', count(low), count(*),
       1.96 * sqrt(0.636 * (1 - 0.636) / 3045))
from verdict where profile = :profile and effect is not null
union all
select 'Does padding count?', 'Sequences are packed; rows that fill a block of a matrix product belong to no text.',
       'By construction: a text has the same bits alone and among others, and a check says so.'
union all
select 'Where do random draws come from?',
       'Each from a random stream named by its purpose, the run''s seed and an index; never from the order of a set.',
       'By construction: the same seed gives the same bits, whatever the order and number of jobs.';
