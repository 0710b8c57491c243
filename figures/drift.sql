-- drift: the shift of document vectors by k, by documents and by k / documents, for gnuplot.
.mode tabs
.nullvalue NaN
-- Of several weights of the forgetting loss the one with most conditions; equal steps an epoch.
create temp table weighed as
    select phi || '-' || selection as series, dimension as k, documents, batch, value, low, high,
           (documents + batch - 1) / batch as steps
    from drift join the using (profile)
    where measure = 'vector_shift' and seed = -1 and lm = 'yes' and form = 'squared'
          and negative = 'other' and alpha = (
              select alpha from drift join the using (profile) where alpha > 0
              group by alpha order by count(*) desc, alpha limit 1);
create temp table point as
    select * from weighed
    where steps = (select max(steps) from weighed
                   where documents = (select max(documents) from weighed));
-- The number of documents at which most series were trained at several k.
create temp table at as
    select documents from point group by documents
    order by count(distinct series || ' ' || k) desc, documents desc limit 1;

-- a series' points: x, drift, low, high; by k, by documents, by k / documents
.mode list
select printf('$%s_%s << END%s
%s
END', panel, replace(series, '-', '_'), '', group_concat(
    printf('%.17g	%.17g	%.17g	%.17g', x, value, low, high), char(10)))
from (select 'k' as panel, series, k as x, value, low, high from point
      where documents = (select documents from at)
      union all select 'n', series, documents, value, low, high from point
      where k = (select min(k) from point)
      union all select 's', series, 1.0 * k / documents, value, low, high from point
      order by panel, series, x)
group by panel, series;
-- at fewest documents and smallest k also with batches as large as with more documents
create temp table other as
    select * from weighed where series like '%-linear' and k = (select min(k) from point)
    and steps <> (select max(steps) from point);
select printf('$other << END%s
END
batch = %d', group_concat(printf('
%.17g	%.17g	%.17g	%.17g	%d', documents, value, low, high, series like 'relu%'), ''),
    ifnull(max(batch), 0)) from other;
select printf('fixed = %d; compact = %d; steps = %d', (select documents from at),
    (select min(k) from point), (select max(steps) from point));
select printf('lowest = %.17g; highest = %.17g', min(low), max(high)) from weighed;
select printf('least_k = %d; most_k = %d; least_n = %d; most_n = %d; least_s = %.9g; most_s = %.9g',
    min(k), max(k), min(documents), max(documents), min(1.0 * k / documents),
    max(1.0 * k / documents)) from point;
select printf('seeds = %d; epochs = %d', count(distinct seed) - 1, max(epoch))
    from drift join the using (profile);
