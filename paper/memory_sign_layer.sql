-- memory_sign_layer: how often the short lens and the linear path tell which way a logit moves, by layer.
with shown as (
    select *, printf('%.3f (%.3f to %.3f)', value, low, high) as share from sign_layer where profile = :profile)
select layer as "after block", iif(phi = 'tanh', 'tanh', 'ReLU') || iif(lm = 'no', ', without W_lm', '') as selection,
       seed, max(share) filter (where lens = 'short') as "short lens",
       max(share) filter (where lens = 'linear') as "linear path, documents held apart"
from shown group by layer, phi, lm, seed order by layer, lm desc, phi desc, seed;
