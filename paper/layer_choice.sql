-- layer_choice: what a memory after each layer stores, and what the model then answers.
with cell as (
    select layer, epoch,
           max(value) filter (where measure = 'nll' and unit = 'document') as loss,
           max(value) filter (where measure = 'choice_accuracy' and unit = 'claim') as accuracy,
           max(low) filter (where measure = 'choice_accuracy' and unit = 'claim') as low,
           max(high) filter (where measure = 'choice_accuracy' and unit = 'claim') as high,
           max(value) filter (where measure = 'choice_macro_f1' and unit = 'claim') as macro,
           max(value) filter (where measure = 'free_accuracy' and unit = 'claim') as free,
           max(value) filter (where measure = 'free_invalid' and unit = 'claim') as invalid
    from layer_choice where profile = :profile and seed = -1 group by layer, epoch),
-- other ways to store the pages, at the layer of the allocations and as many trained parameters (controls)
other as (
    select name, place, max(value) filter (where measure = 'nll') as loss,
           max(value) filter (where measure = 'accuracy') as accuracy, max(low) filter (where measure = 'accuracy') as low,
           max(high) filter (where measure = 'accuracy') as high
    from controls join (select column1 as control, column2 as name, row_number() over () as place from (values
        ('zero document', 'zero'), ('wordings', 'wordings'), ('lora-mlp document', 'LoRA MLP'),
        ('lora-attention document', 'LoRA att'), ('mlp document', 'MLP'))) using (control)
    where profile = :profile group by name, place),
depth as (
    select layer from simset where profile = :profile and seed >= 0 and measure = 'nll' and unit = 'document'
    group by layer order by count(*) desc, layer limit 1),
first as (
    select * from cell where epoch = (select min(epoch) from cell where epoch > 0)),
part as (
    select * from verdict where profile = :profile and claim = 'C15' and part like 'lower: layer %' and effect is not null
        and half = (select min(half) from verdict where profile = :profile and claim = 'C15' and effect is not null))
select * from (
select case when c.layer < 0 then 'pretrained' else 'layer ' || c.layer end as memory,
       iif(first.loss is null, '', printf('%.3f', first.loss)) as "loss, first epoch",
       printf('%.3f', c.loss) as "loss, last epoch",
       printf('%.3f', c.accuracy) as accuracy,
       printf('%.3f to %.3f', c.low, c.high) as "95 % interval",
       iif(part.effect is null, '', printf('%+.3f', part.effect)) as "against pretrained",
       iif(part.p is null, '', printf('%.3g', part.p)) as p,
       printf('%.3f', c.macro) as "macro-F1",
       printf('%.3f', c.free) as "free accuracy",
       printf('%.3f', c.invalid) as "free invalid"
from cell c
left join first using (layer)
left join part on part.part = 'lower: layer ' || c.layer
where c.layer = -1 or c.epoch = (select max(epoch) from cell)
order by c.layer)
union all
select * from (
select printf('%d %s', layer, name), '', printf('%.3f', loss), printf('%.3f', accuracy),
       printf('%.3f to %.3f', low, high),
       printf('%+.3f', accuracy - (select accuracy from cell where layer = -1)), '', '', '', ''
from other, depth order by place);
