-- drift_documents: how far vectors of the smallest k move by how many documents there are and how vectors start.
.mode tabs
.nullvalue NaN
create temp table moved as
    select 'normal' as start, phi, dimension as k, documents, batch, measure, value, low, high
    from drift join the using (profile) where seed = -1 and selection = 'linear' and lm = 'yes'
        and form = 'squared' and negative = 'other' and alpha = 0.1 and measure in ('vector_drift', 'vector_shift')
    union all
    select replace(selection, 'linear+', ''), phi, dimension, documents, batch, measure, value, low, high
    from drift_arm join the using (profile) where seed = -1 and selection glob 'linear+*' and lm = 'yes'
        and form = 'squared' and negative = 'other' and alpha = 0.1 and measure in ('vector_drift', 'vector_shift');
-- Equal steps an epoch: batches grow with the documents.
create temp table point as
    select * from moved where start in ('normal', 'orthogonal') and k = (select min(k) from moved where start = 'orthogonal')
        and (documents + batch - 1) / batch = (select max((documents + batch - 1) / batch) from moved where documents =
            (select max(documents) from moved where start = 'orthogonal'));
.mode list
select printf('$%s_%s_%s << END%s
END', measure, start, phi, group_concat(printf('
%.17g	%.17g	%.17g	%.17g', documents, value, low, high), ''))
from (select * from point order by documents) group by measure, start, phi;
select printf('end_%s_%s = %.17g', measure, start, avg(value)) from point
where documents = (select max(documents) from point) group by measure, start;
select printf('k = %d; least = %d; most = %d; lowest = %.17g; highest = %.17g; frozen = %.17g', max(k), min(documents),
    max(documents), min(low), max(high), (select ifnull(max(high), 0) from moved where start glob 'frozen*')) from point;
select printf('seeds = %d; epochs = %d', count(distinct seed) - 1, max(epoch)) from drift join the using (profile);
