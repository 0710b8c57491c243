-- scores_use: whether what is stored is used: a memory of a claim's page less one of as many other pages, nats a claim.
with shown as (
    select allocation, variant, target, layer, epoch, measure, n,
           printf(iif(measure like '%auc' or measure like 'pages%', '%.3f', '%.2f'), value) as point,
           printf(iif(measure like '%auc', '%.3f (%.3f to %.3f)', '%.2f (%.2f to %.2f)'), value, low, high) as text
    from scores where profile = :profile and seed = -1 and target in ('halves', 'in-context')),
seeds as (
    select allocation, variant, target, layer, count(distinct seed) as seeds from scores
    where profile = :profile and seed >= 0 and measure = 'use' group by 1, 2, 3, 4)
select iif(target = 'in-context', 'page in context', iif(allocation = 'none', '', allocation || ' ') || variant) as memory, iif(target = 'in-context', '', layer) as layer,
       iif(target = 'in-context', '', seeds) as seeds,
       ifnull(max(point) filter (where measure = 'pages_without'), '') as "pages, before",
       ifnull(max(point) filter (where measure = 'pages'), '') as "stored",
       ifnull(max(point) filter (where measure = 'pages_other'), '') as "others",
       max(point) filter (where measure = 'right') as "right",
       max(point) filter (where measure = 'other') as "other",
       max(text) filter (where measure = 'use') as "use = right - other",
       max(text) filter (where measure = 'use_auc') as "AUC of use",
       max(point) filter (where measure = 'right_auc') as "AUC, right",
       max(point) filter (where measure = 'other_auc') as "AUC, other"
from shown join seeds using (allocation, variant, target, layer)
group by allocation, variant, target, layer
order by target = 'in-context', allocation, variant, layer;
