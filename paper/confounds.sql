-- confounds: doubts about the earlier work, what the kit does about each, and what it finds.
with cell as ( -- last answers of a cell beside those of the model without its memory
    select late.layer, late.seed, avg(late.p_a <> base.p_a or late.p_b <> base.p_b or
               late.p_c <> base.p_c) as moved
    from prediction as late join prediction as base using (profile, layer, seed, prompt)
    where profile = :profile and base.epoch = 0 and late.epoch =
        (select max(epoch) from prediction where profile = :profile)
    group by late.layer, late.seed),
base as ( -- answers without a memory, wherever they stand
    select count(distinct format('%.17g %.17g %.17g', p_a, p_b, p_c)) as answers
    from prediction where profile = :profile and epoch = 0 group by prompt),
score as (
    select layer, epoch, unit, value, low, high from layer_choice
    where profile = :profile and measure = 'choice_accuracy' and seed = -1),
last as (
    select layer, claim.value - rows.value as apart
    from score as claim join score as rows using (layer, epoch)
    where claim.unit = 'claim' and rows.unit = 'row' and layer >= 0 and
          epoch = (select max(epoch) from score))
select 'Is the memory in the path at all?' as doubt,
       'Before a cell is trained its memory must change the logits, and the logits must come back bit for '
       || 'bit without it.' as "what is done",
       printf('Trained memories change the probabilities of at least %.1f %% of the prompts, in each of %d '
       || 'cells; without them all cells give the same probabilities on %d of %d prompts.',
       100 * min(moved), count(*), (select sum(answers = 1) from base), (select count(*) from base)) as found
from cell
union all
select 'Rows or claims?',
       'An accuracy over evidence rows weights a claim by its evidence; both are measured, claims are the default.',
       (select printf('Without a memory %.3f over claims and %.3f over rows', claim.value, rows.value)
        from score as claim join score as rows using (layer)
        where layer = -1 and claim.unit = 'claim' and rows.unit = 'row')
       || printf('; with one the two differ by up to %.3f.', (select max(abs(apart)) from last))
union all
select 'Is a gain of one run a gain?',
       'Every effect has an interval over units and seeds, and a corrected test.',
       printf('%d of %d verdicts have an interval. The half width at the reported size (3,045 claims, accuracy '
       || '0.636) is %.3f: the reported gain of 0.014 lies inside it.',
       count(low), count(*), 1.96 * sqrt(0.636 * (1 - 0.636) / 3045))
from verdict where profile = :profile
union all
select 'Does padding count?', 'Sequences are packed; rows that fill a block of the matrix product belong to no '
       || 'text and enter no loss.',
       'By construction: the checks give a text the same bits alone and among others.'
union all
select 'Where do random draws come from?',
       'Each from a random stream named by its purpose, the run''s seed and an index; never from the order of a set.',
       'By construction: the same seed gives the same bits, whatever the order and number of jobs.';
