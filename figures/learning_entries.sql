-- learning_entries: how strongly entries answer to pages, epoch by epoch, of the allocation :allocation; for gnuplot.
-- Pages and entries keep one place in all frames: entries by the page that they answer to most at the end, pages
-- by the loss that they end with, so that what is stored best stands above.
.mode list
create temp table a as
    select epoch, document, entry, activation from activation join the using (profile)
    where allocation = :allocation and seed = (select min(seed) from activation join the using (profile) where allocation = :allocation);
create temp table loss as
    select epoch, page as document, nll from held join the using (profile)
    where allocation = :allocation and pages = 'study' and seed = (select min(seed) from held join the using (profile)
        where allocation = :allocation and pages = 'study');
create temp table page as
    select document, row_number() over (order by nll, document) - 1 as at
    from loss where epoch = (select max(epoch) from loss);
create temp table best as
    select entry, at, activation, row_number() over (partition by entry order by activation desc, at) as rank
    from a join page using (document) where epoch = (select max(epoch) from a);
create temp table place as
    select entry, row_number() over (order by at, activation desc, entry) - 1 as at
    from (select distinct entry from a) left join (select entry, at, activation from best where rank = 1) using (entry);
create temp table frame as
    select epoch, row_number() over (order by epoch) - 1 as number from (select distinct epoch from a);

-- a frame an epoch: a row a page, a number an entry
select printf('$frame_%d << END%s
END', number, group_concat(line, '')) from (
    select number, '
' || group_concat(printf('%.3g', ifnull(activation, 0)), '	') as line from (
        select number, page.at as row, activation
        from frame cross join page cross join place
        left join a on (a.epoch, a.document, a.entry) = (frame.epoch, page.document, place.entry)
        order by number, page.at, place.at)
    group by number, row order by number, row)
group by number;
-- each page's loss: place, nats a token
select printf('$loss_%d << END%s
END', number, group_concat(printf('
%d	%.4g', at, nll), '')) from (select number, at, nll from loss join frame using (epoch) join page using (document) order by number, at)
group by number;
select printf('epochs = ''%s'';', ifnull(group_concat(epoch, ' '), '')) from (select epoch from frame order by epoch);
-- One in a hundred may lie beyond the scale.
select printf('pages = %d; entries = %d; seed = %d; layer = %d; most = %.9g', (select count(*) from page),
    (select count(*) from place), max(seed), max(layer),
    (select activation from a order by activation limit 1 offset (select count(*) * 99 / 100 from a)))
    from activation join the using (profile) where allocation = :allocation;
select printf('losses = ''%s'';', ifnull(group_concat(printf('%.4f', nll), ' '), '')) from (
    select avg(nll) as nll from loss join frame using (epoch) group by epoch order by epoch);
select printf('least_loss = %.9g; most_loss = %.9g', min(nll), max(nll)) from loss;
select printf('asked = %d', count(*)) from frame;
