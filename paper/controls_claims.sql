-- controls_claims: which claims memories turned right and wrong, and whether those best stored are the right ones.
select iif(allocation = 'none', '', allocation || ' ') || iif(variant = 'plain', '', variant || ' ') || target as memory,
       max(printf('%.3f (%.3f to %.3f)', value, low, high)) filter (where measure = 'right') as "turned right",
       max(printf('%.3f (%.3f to %.3f)', value, low, high)) filter (where measure = 'wrong') as "turned wrong",
       printf('%.3f', 1 - sum(value) filter (where measure in ('right', 'wrong'))) as "as before",
       max(printf('%+.3f', value)) filter (where measure = 'fall') as "evidence falls by",
       max(printf('%.2f (%.2f to %.2f)', value, low, high)) filter (where measure = 'right_auc') as "AUC, turned right",
       max(printf('%.2f (%.2f to %.2f)', value, low, high)) filter (where measure = 'kept_auc') as "AUC, kept right",
       seeds
from turned where profile = :profile
group by allocation, strength, variant, target, layer
order by target <> 'document', target, allocation;
