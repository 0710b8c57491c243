-- memory_sign: how often words move as the stance says, what the normaliser does to them, and pools.
with summary as (
    select * from sign_measure where profile = :profile and seed = -1),
shown(place, name, measure, lens, outcome, pairs, s) as (values
    (1, 'words whose logit moves as the linear path says, at +1', 'agreement', 'linear', 'logit', 'every', '1'),
    (2, 'the same, at -1', 'agreement', 'linear', 'logit', 'every', '-1'),
    (3, 'words whose log p moves as the linear path says, at +1', 'agreement', 'linear', 'log p', 'every', '1'),
    (4, 'the same, at -1', 'agreement', 'linear', 'log p', 'every', '-1'),
    (5, 'logit by a finite step on the same documents, at +1', 'agreement', 'true', 'logit', 'every', '1'),
    (6, 'logit by the linear path, of the ten strongest, at +1', 'agreement', 'linear', 'logit', 'strong', '1'),
    (7, 'words whose logit moves as the short lens says, at +1', 'agreement', 'short', 'logit', 'every', '1'),
    (8, 'words on which short lens and linear path differ', 'disagreement', '', '', 'every', ''),
    (9, 'words whose logit -1 and +1 move opposite ways', 'flip', '', 'logit', 'every', ''),
    (10, 'words whose log p -1 and +1 move opposite ways', 'flip', '', 'log p', 'every', ''),
    (11, 'entries without a trace at 0', 'removed', '', '', '', ''),
    (12, 'entries whose mean activation is negative', 'inactive', '', '', '', ''),
    (13, 'steps of training in which the forgetting loss acts', 'acts', '', '', '', ''),
    (14, 'selections above 0', 'selected_above', '', '', '', ''),
    (15, 'selections below 0', 'selected_below', '', '', '', ''),
    (16, 'pool: log p of next tokens (nats)', 'pool_next', '', 'log p', '', ''),
    (17, 'pool: their logit', 'pool_next', '', 'logit', '', ''),
    (18, 'pool: log sum exp (nats)', 'pool_sum', '', '', '', ''),
    (19, 'pool: log p of own words, every position (nats)', 'pool_own', '', 'log p', '', ''),
    (20, 'pool: log p of another document''s words (nats)', 'pool_other', '', 'log p', '', ''),
    (21, 'own words among the 20 raised most', 'precision', '', '', '', ''),
    (22, 'another document''s words among them', 'precision_other', '', '', '', '')),
cell as (
    select place, name, phi || lm as memory,
           printf('%.3f (%.3f to %.3f)', value, low, high) as text
    from shown join summary using (measure, lens, outcome, pairs, s))
select name as "share, or mean effect",
       coalesce(max(text) filter (where memory = 'tanhyes'), '') as "tanh",
       coalesce(max(text) filter (where memory = 'reluyes'), '') as "ReLU",
       coalesce(max(text) filter (where memory = 'tanhno'), '') as "tanh, without W_lm",
       coalesce(max(text) filter (where memory = 'reluno'), '') as "ReLU, without W_lm"
from cell group by place, name order by place;
