-- drift_gradients: norms of the gradient on its way to the vectors and of weights, for gnuplot.
.mode tabs
.nullvalue NaN
-- The smallest k, and of its conditions the number of documents with most of them.
create temp table norm as
    select phi || '_' || selection as series, dimension as k, documents, alpha, epoch, part, value,
           low, high, n, batch
    from drift_gradient join the using (profile)
    where lm = 'yes' and form = 'squared' and negative = 'other'
          and dimension = (select min(dimension) from drift_gradient join the using (profile));
create temp table shown as
    select * from norm where (documents, batch, alpha) = (
        select documents, batch, alpha from norm group by documents, batch, alpha
        order by count(distinct series) desc, documents desc, alpha limit 1);
create temp table place(panel, x, part, name);
insert into place values ('own', 1, 'own.s', '∂L/∂s'), ('own', 2, 'own.slope', 'φ′'),
    ('own', 3, 'own.G', '∂L/∂G'), ('own', 4, 'own.K', '∂L/∂K'), ('negative', 1, 'negative.s', ''),
    ('negative', 2, 'negative.slope', ''), ('negative', 3, 'negative.G', ''),
    ('negative', 4, 'negative.K', ''), ('weight', 1, 'up', ''), ('weight', 2, 'down', ''),
    ('weight', 3, 'lm', ''), ('weight', 4, 'G', '');

-- a panel's points of one series: x, norm after the last epoch, its interval, norm in the first
.mode list
select printf('$%s_%s << END
%s
END', panel, series, group_concat(
    printf('%d	%.17g	%.17g	%.17g	%.17g', x, value, low, high, first), char(10)))
from (select panel, series, x, last.value, last.low, last.high, first.value as first
      from place join shown as last using (part) join shown as first using (part, series)
      where last.epoch = (select max(epoch) from shown) and first.epoch = 1
      order by panel, series, x)
group by panel, series;
select printf('documents = %d; k = %d; alpha = %.17g; batch = %d; epoch = %d; seeds = %d',
    max(documents), max(k), max(alpha), max(batch), max(epoch), max(n)) from shown;
select printf('lowest = %.17g; highest = %.17g', min(min(low, value)), max(max(high, value)))
    from shown join place using (part);
