-- representation_drift: how far vectors and selections moved, by condition.
with wide as (
    select phi, selection, lm, dimension, documents, batch, alpha, form, negative,
           max(value) filter (where measure = 'vector_drift') as drift,
           max(low) filter (where measure = 'vector_drift') as low,
           max(high) filter (where measure = 'vector_drift') as high,
           max(value) filter (where measure = 'vector_cosine') as cosine,
           max(value) filter (where measure = 'vector_flipped') as flipped,
           max(value) filter (where measure = 'vector_straightness') as straightness,
           max(value) filter (where measure = 'selection_drift') as selection_drift,
           max(value) filter (where measure = 'selection_flipped') as selection_flipped,
           max(value) filter (where measure = 'up_drift') as up,
           max(value) filter (where measure = 'nll_base') as base,
           max(value) filter (where measure = 'nll') as nll,
           max(value) filter (where measure = 'nll_negative') as negative_nll,
           max(value) filter (where measure = 'forgot') as forgot
    from drift where profile = :profile and seed = -1
    group by layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
             negative, delta)
select phi, selection, lm as "W_lm", dimension as k, documents, batch, printf('%g', alpha) as alpha,
       form, negative, printf('%.3f', drift) as drift,
       printf('%.3f to %.3f', low, high) as "95 % interval", printf('%.3f', cosine) as cosine,
       printf('%.3f', flipped) as "signs flipped", printf('%.2f', straightness) as straightness,
       printf('%.3f', selection_drift) as "drift of s",
       printf('%.3f', selection_flipped) as "signs of s flipped", printf('%.3f', up) as "drift of W_up",
       printf('%.3f', base) as "loss, no memory", printf('%.3f', nll) as "loss",
       printf('%.3f', negative_nll) as "loss, negative vector",
       iif(forgot is null, '', printf('%.2f', forgot)) as "steps that forget"
from wide
order by selection, lm desc, form = 'absolute', negative, alpha, dimension, documents, batch, phi desc;
