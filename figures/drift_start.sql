-- drift_start: how far document vectors move by where they start and how they are trained, for gnuplot.
.mode tabs
.nullvalue NaN
create temp table moved as
    select 'normal' as start, phi, dimension as k, documents, measure, value, low, high
    from drift join the using (profile) where seed = -1 and selection = 'linear' and lm = 'yes'
        and form = 'squared' and negative = 'other' and alpha = 0.1 and measure in ('vector_drift', 'vector_shift')
    union all
    select replace(selection, 'linear+', ''), phi, dimension, documents, measure, value, low, high
    from drift_arm join the using (profile) where seed = -1 and selection glob 'linear+*' and lm = 'yes'
        and form = 'squared' and negative = 'other' and alpha = 0.1 and measure in ('vector_drift', 'vector_shift');
-- At the number of documents that the rules take: the most that were trained from the orthogonal start.
create temp table point as
    select * from moved where documents = (select max(documents) from moved where start = 'orthogonal');
.mode list
select printf('$%s_%s_%s << END%s
END', measure, start, phi, group_concat(printf('
%.17g	%.17g	%.17g	%.17g', k, value, low, high), ''))
from (select * from point where start in ('normal', 'orthogonal') order by k) group by measure, start, phi;
-- Others: context vectors; at one k constant rate, plain descent. A block is empty where a profile has none.
select printf('$%s_%s << END%s
END', measure, replace(name, 'orthogonal+', ''), (select ifnull(group_concat(printf('
%.17g	%.17g	%.17g	%.17g', k, value, low, high), ''), '') from point
    where start = name and point.measure = each.measure and phi = 'tanh'))
from (select column1 as measure, column2 as name from (values ('vector_drift', 'orthogonal+constant'), ('vector_drift', 'orthogonal+sgd'),
    ('vector_drift', 'context'), ('vector_shift', 'orthogonal+constant'), ('vector_shift', 'orthogonal+sgd'),
    ('vector_shift', 'context'))) as each;
select printf('contexts = %d; others = %d; documents = %d; least_k = %d; most_k = %d; lowest = %.17g; highest = %.17g',
    count(*) filter (where start = 'context'), count(*) filter (where start glob 'orthogonal+*'), max(documents), min(k), max(k),
    min(low), max(high)) from point;
select printf('seeds = %d; epochs = %d', count(distinct seed) - 1, max(epoch)) from drift join the using (profile);
