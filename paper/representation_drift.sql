-- representation_drift: how far vectors and selections moved, by condition; behind G how vectors start and are trained.
with wide as (
    select phi, selection, lm, dimension, documents, batch, alpha, form, negative,
           max(value) filter (where measure = 'vector_shift') as shift,
           max(low) filter (where measure = 'vector_shift') as low,
           max(high) filter (where measure = 'vector_shift') as high,
           max(value) filter (where measure = 'vector_drift') as drift,
           max(value) filter (where measure = 'vector_cosine') as cosine,
           max(value) filter (where measure = 'vector_flipped') as flipped,
           max(value) filter (where measure = 'vector_straightness') as straightness,
           max(value) filter (where measure = 'selection_drift') as selection_drift,
           max(value) filter (where measure = 'selection_flipped') as selection_flipped,
           max(value) filter (where measure = 'up_drift') as up,
           max(value) filter (where measure = 'nll') as nll,
           max(value) filter (where measure = 'nll_negative') as negative_nll
    from (select * from drift union all select * from drift_arm) where profile = :profile and seed = -1
    group by layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
             negative, delta)
select phi, replace(selection, '+', ' ') as "G", dimension as k, documents, batch, printf('%g', alpha) as alpha,
       iif(alpha = 0, '', negative || iif(form = 'absolute', ', absolute', ''))
           || iif(lm = 'no', ', no W_lm', '') as negative,
       printf('%.3f (%.3f to %.3f)', shift, low, high) as "shift (95 % interval)",
       printf('%.2f', drift) as drift, printf('%.3f', cosine) as cosine,
       printf('%.3f', flipped) as "signs flipped", printf('%.2f', straightness) as straight,
       printf('%.2f', selection_drift) as "drift of s",
       printf('%.2f', selection_flipped) as "signs of s", printf('%.2f', up) as "drift of W_up",
       printf('%.2f', nll) as loss, printf('%.2f', negative_nll) as "loss, negative vector"
from wide
order by selection, lm desc, form = 'absolute', alpha > 0, negative, alpha, dimension, documents,
         batch, phi desc;
