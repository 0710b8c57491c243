-- drift_selection: the selections of one cell, epoch by epoch, for gnuplot; :phi is its activation.
-- Documents are sorted by the direction in which their vectors start, entries by the one that
-- excites them, so that neighbours look alike.
.mode list
create temp table s as
    select * from drift_selection where profile = :profile and phi = :phi;
-- A direction as a number that rises from 0 to 4 with its angle.
create temp table start as
    select document, max(value) filter (where coordinate = 0) as x,
           ifnull(max(value) filter (where coordinate = 1), 0) as y
    from drift_vector where profile = :profile and phi = :phi and epoch = 0 group by document;
create temp table direction as
    select kind, id, case when abs(x) + abs(y) = 0 then 0 when y >= 0 and x >= 0 then y / (x + y)
               when y >= 0 then 1 - x / (y - x) when x < 0 then 2 + y / (x + y)
               else 3 + x / (x - y) end as angle
    from (select 'document' as kind, document as id, x, y from start
          union all select 'entry', entry, sum(s * x), sum(s * y) from s join start using (document)
          where epoch = 0 group by entry);
create temp table place as
    select kind, id, row_number() over (partition by kind order by angle, id) - 1 as at
    from direction join (select 'document' as kind, document as id from s
                         union select 'entry', entry from s) using (kind, id);

-- a frame an epoch: a row a document, a number an entry
select printf('$frame_%d << END%s
END', number, group_concat(line, '')) from (
    select number, '
' || group_concat(printf('%.4g', s), '	') as line from (
        select dense_rank() over (order by epoch) - 1 as number, document.at as row, s
        from s join place as document on document.kind = 'document' and document.id = s.document
        join place as entry on entry.kind = 'entry' and entry.id = s.entry
        order by epoch, document.at, entry.at)
    group by number, row order by number, row)
group by number;
select printf('epochs = ''%s'';', group_concat(epoch, ' '))
    from (select distinct epoch from s order by epoch);
-- One in a hundred may lie beyond the scale.
select printf('shown = %d; entries = %d; documents = %d; k = %d; seed = %d; most = %.9g',
    max(document) + 1, max(entry) + 1, max(documents), max(dimension), max(seed),
    (select abs(s) from s order by abs(s)
     limit 1 offset (select count(*) * 99 / 100 from s))) from s;
