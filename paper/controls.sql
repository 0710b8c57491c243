-- controls: from chance to ceiling; of a memory its target, and allocation or variant where there is one.
select control,
       max(case when measure = 'accuracy' then printf('%.3f', value) end) as accuracy,
       max(case when measure = 'true_false' then printf('%.3f', value) end) as "true or false",
       max(case when measure = 'true_false' then printf('%.3f to %.3f', low, high) end) as "95 % interval",
       max(case when measure = 'auc' then printf('%.3f', value) end) as "AUC, letters",
       max(case when measure = 'likelihood' then printf('%.3f', value) end) as "AUC, words",
       max(case when measure = 'likelihood_change' then printf('%.3f', value) end) as "AUC, change",
       max(case when measure = 'nll' then printf('%.3f', value) end) as "loss, pages",
       max(case when measure = 'nll_other' then printf('%.3f', value) end) as "loss, other pages",
       max(seeds) as seeds
from controls where profile = :profile
group by control
order by max(case when measure = 'true_false' then value else 0 end), control;
