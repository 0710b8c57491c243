-- memory_sign_hate: the worked example, measured: what an entry does to log p of one word (nats).
with effect as (
    select phi, lm, word, pairs, s, printf('%+.3f (%+.3f to %+.3f)', value, low, high) as text
    from sign_measure
    where profile = :profile and measure = 'word' and outcome = 'log p' and seed = -1)
select word, iif(phi = 'tanh', 'tanh', 'ReLU') || iif(lm = 'no', ', without W_lm', '') as selection,
       iif(pairs = 'raising', 'raises it', 'lowers it') as "the entry",
       max(text) filter (where s = '-1') as "s = -1",
       '0' as "s = 0",
       max(text) filter (where s = '1') as "s = +1"
from effect group by lm, phi, pairs order by lm desc, phi desc, pairs desc;
