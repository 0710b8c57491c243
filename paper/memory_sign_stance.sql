-- memory_sign_stance: the stance on the logit, the effect on log p, and the normaliser's share, at +1 and -1.
with shown as (
    select *, printf('%+.3f (%+.3f to %+.3f)', value, low, high) as change,
           printf('%.3f (%.3f to %.3f)', value, low, high) as share
    from sign_measure where profile = :profile and seed = -1 and lens = 'linear'),
side as (
    select phi, lm, s, pairs,
           max(change) filter (where measure = 'effect' and outcome = 'logit') as logit,
           max(change) filter (where measure = 'effect' and outcome = 'log p') as log_p,
           max(share) filter (where measure = 'normaliser') as normaliser
    from shown where pairs in ('raising', 'lowering') and s in ('-1', '1') group by phi, lm, s, pairs)
select iif(phi = 'tanh', 'tanh', 'ReLU') || iif(lm = 'no', ', without W_lm', '') as selection,
       iif(pairs = 'raising', 'raises', 'lowers') as "the entry",
       iif(s = '1', '+1', s) as s, logit as "logit (the stance)", log_p as "log p (nats)",
       normaliser as "the normaliser's share"
from side order by lm desc, phi desc, pairs desc, cast(s as integer) desc;
