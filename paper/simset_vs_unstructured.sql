-- simset_vs_unstructured: the table first reported, in both halves, each row ours and as it was reported.
create temp view measured as
    select allocation, variant, target, layer, measure, value
    from simset join the using (profile)
    where (measure, unit) in (values ('choice_accuracy', 'claim'), ('shared', 'memory')) and seed = -1 and
        (strength = 1 or allocation = 'pretrained');
create temp view main as
    select layer from simset join the using (profile)
    where seed >= 0 and measure = 'nll' and unit = 'document'
    group by layer order by count(*) desc, layer limit 1;
-- The rows: half of the table, and how memory and SimSets were made.
create temp table line as
    select column1 as number, column2 as half, column3 as memory, column4 as variant,
           column5 as target, column6 as reported_target
    from (values
        (1, 'as first run: SimSets plain, on the template', 'norm-gate', 'plain', 'template',
            'template'),
        (2, 'one structure: norm and gate', 'norm-gate', 'norm-gate', 'document', 'template'),
        (3, 'one structure: plain', 'plain', 'plain', 'document', null));
-- Other ways to store the same pages after the same block, with as many trained parameters (but for the MLP itself).
create temp table beside as
    select column1 as control, 'none' as allocation, column2 as name, row_number() over () as place from (values
        ('zero document', 'from zero'), ('wordings', 'several wordings'), ('lora-mlp document', 'LoRA, MLP'),
        ('lora-attention document', 'LoRA, attention'), ('mlp document', 'the MLP itself'));
create temp view cell as
    select number, half, iif(measure = 'shared', 'shared parameters, ours', 'ours') as source,
           allocation, printf('%.3f', value) as shown
        from line join measured as a on
            (a.allocation = 'pretrained') or (a.layer = (select layer from main) and
            ((a.allocation = 'none' and a.variant = memory and a.target = 'document') or
             (a.allocation like 'simset-%' and a.variant = line.variant and
              a.target = line.target)))
    union all
    select number, half, 'reported, ' || model, allocation, printf('%.3f', accuracy)
        from line join (select * from reported join the using (profile)
                        where source = '240415' and model = 'Llama-2-7B-Chat') as r on
            reported_target is not null and ((r.allocation = 'pretrained') or
            (r.allocation = 'none' and r.variant = memory and r.target = 'document') or
            (r.allocation like 'simset-%' and r.variant = line.variant and
             r.target = reported_target))
    union all
    select 3 + place, 'beside the plain memory', name, allocation, printf('%.3f', value)
        from controls join the using (profile) join beside using (control)
        where measure = 'accuracy';
select half as "memory against SimSets", source as "what",
       ifnull(max(shown) filter (where allocation = 'pretrained'), '') as pretrained,
       ifnull(max(shown) filter (where allocation = 'none'), '') as memory,
       ifnull(max(shown) filter (where allocation = 'simset-1-dim'), '') as "1-shin dim",
       ifnull(max(shown) filter (where allocation = 'simset-1-token'), '') as "1-shin token",
       ifnull(max(shown) filter (where allocation = 'simset-2-dim'), '') as "2-shin dim",
       ifnull(max(shown) filter (where allocation = 'simset-2-token'), '') as "2-shin token"
from cell group by number, source order by number, source;
