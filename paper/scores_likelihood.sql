-- scores_likelihood: what moves beside accuracy: AUC of supported against refuted claims, mean of seeds.
with shown as (
    select allocation, strength, variant, target, layer, epoch, measure,
           printf(iif(measure like '%auc' or measure = 'letters_centred', '%.3f (%.3f to %.3f)', '%.2f (%.2f to %.2f)'),
                  value, low, high) as text
    from scores where profile = :profile and seed = -1),
last as (
    select allocation, strength, variant, target, layer, max(epoch) as epoch from shown group by 1, 2, 3, 4, 5)
select case when allocation = 'pretrained' then 'pretrained'
            when target = 'in-context' then 'page in context, less another'
            when target like '%-in-context' then replace(target, '-', ' ')
            else iif(allocation = 'none', '', allocation || ' ') || iif(strength < 1, 'x' || strength || ' ', '') ||
                 variant || ' ' || target || ' layer ' || layer end as memory,
       ifnull(max(text) filter (where measure = 'letters_auc'), '') as "letters, AUC",
       ifnull(max(text) filter (where measure = 'letters_centred'), '') as "accuracy, bias out",
       ifnull(max(text) filter (where measure = 'nll_auc'), '') as "likelihood, AUC",
       ifnull(max(text) filter (where measure in ('change', 'use')), '') as "change, nats a claim",
       ifnull(max(text) filter (where measure in ('change_auc', 'use_auc')), '') as "change, AUC"
from last join shown using (allocation, strength, variant, target, layer, epoch)
group by allocation, strength, variant, target, layer
order by allocation <> 'pretrained', target <> 'halves', layer, allocation, variant, target, strength;
