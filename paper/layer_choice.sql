-- layer_choice: what a memory after each layer stores and what the model then answers (paper's table).
with cell as (select * from layer_choice where seed = -1),
     last as (select max(epoch) as epoch from cell),
     first as (select min(epoch) as epoch from cell where layer >= 0 and epoch > 0),
     part as (select * from verdict where claim = 'C15' and part like 'layer %')
select case when n.layer < 0 then 'pretrained' else 'layer ' || n.layer end as memory,
       coalesce(printf('%.3f', f.value), '') as "loss, first epoch",
       printf('%.3f', n.value) as "loss, last epoch",
       printf('%.3f', a.value) as accuracy,
       printf('%.3f to %.3f', a.low, a.high) as "95 % interval",
       coalesce(printf('%+.3f', p.effect), '') as "against pretrained",
       coalesce(printf('%.3g', p.p_holm), '') as "p (Holm)",
       printf('%.3f', m.value) as "macro-F1",
       printf('%.3f', g.value) as "free accuracy",
       printf('%.3f', i.value) as "free invalid"
from cell n
join cell a on a.layer = n.layer and a.epoch = n.epoch and a.measure = 'choice_accuracy' and a.unit = 'claim'
join cell m on m.layer = n.layer and m.epoch = n.epoch and m.measure = 'choice_macro_f1' and m.unit = 'claim'
join cell g on g.layer = n.layer and g.epoch = n.epoch and g.measure = 'free_accuracy' and g.unit = 'claim'
join cell i on i.layer = n.layer and i.epoch = n.epoch and i.measure = 'free_invalid' and i.unit = 'claim'
left join cell f on f.layer = n.layer and f.epoch = (select epoch from first)
    and f.measure = 'nll' and f.unit = 'document'
left join part p on p.part = 'layer ' || n.layer
where n.measure = 'nll' and n.unit = 'document'
  and (n.layer < 0 or n.epoch = (select epoch from last))
order by n.layer;
