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
first as (
    select * from cell where epoch = (select min(epoch) from cell where epoch > 0)),
part as (
    select * from verdict where profile = :profile and claim = 'C15' and part like 'layer %')
select case when c.layer < 0 then 'pretrained' else 'layer ' || c.layer end as memory,
       iif(first.loss is null, '', printf('%.3f', first.loss)) as "loss, first epoch",
       printf('%.3f', c.loss) as "loss, last epoch",
       printf('%.3f', c.accuracy) as accuracy,
       printf('%.3f to %.3f', c.low, c.high) as "95 % interval",
       iif(part.effect is null, '', printf('%+.3f', part.effect)) as "against pretrained",
       iif(part.p_holm is null, '', printf('%.3g', part.p_holm)) as "p (Holm)",
       printf('%.3f', c.macro) as "macro-F1",
       printf('%.3f', c.free) as "free accuracy",
       printf('%.3f', c.invalid) as "free invalid"
from cell c
left join first using (layer)
left join part on part.part = 'layer ' || c.layer
where c.layer = -1 or c.epoch = (select max(epoch) from cell)
order by c.layer;
