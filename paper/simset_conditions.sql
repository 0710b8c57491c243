-- simset_conditions: what every condition stores and answers, by claims and by evidence rows.
select iif(allocation = 'pretrained', '', variant) as variant, target, allocation,
       iif(layer < 0, '', layer) as layer, iif(allocation = 'pretrained', '', strength) as strength,
       (select count(distinct seed) from simset as s where s.seed >= 0 and (s.profile, s.allocation,
            s.strength, s.variant, s.target, s.layer) = (m.profile, m.allocation, m.strength,
            m.variant, m.target, m.layer)) as runs,
       printf('%.3f', max(value) filter (where measure = 'nll' and unit = 'document')) as loss,
       printf('%.3f', max(value) filter (where measure = 'choice_accuracy' and unit = 'claim'))
           as accuracy,
       printf('%.3f to %.3f',
           max(low) filter (where measure = 'choice_accuracy' and unit = 'claim'),
           max(high) filter (where measure = 'choice_accuracy' and unit = 'claim'))
           as "95 % interval",
       printf('%.3f', max(value) filter (where measure = 'choice_accuracy' and unit = 'row'))
           as "accuracy by rows",
       printf('%.3f', max(value) filter (where measure = 'choice_macro_f1' and unit = 'claim'))
           as "macro-F1",
       printf('%.3f', max(value) filter (where measure = 'free_accuracy' and unit = 'claim'))
           as "free accuracy",
       iif(allocation = 'pretrained', '',
           printf('%.3f', max(value) filter (where measure = 'shared')))
           as "shared parameters"
from simset as m join the using (profile) where seed = -1
group by allocation, strength, variant, target, layer
order by layer >= 0, target, variant, layer, strength, allocation;
