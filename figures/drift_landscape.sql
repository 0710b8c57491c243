-- drift_landscape: a document's loss over the plane of vectors, and all documents' vectors.
.mode list
create temp view land as select * from drift_landscape join the using (profile);
create temp table moved as
    select phi, v.document, coordinate, epoch, value from drift_vector as v join the using (profile)
    where (phi, selection, dimension, documents, seed) in (
        select phi, selection, dimension, documents, seed from land);
create temp table point as
    select phi, document, epoch, max(value) filter (where coordinate = 0) as x,
           max(value) filter (where coordinate = 1) as y
    from moved group by phi, document, epoch;

-- a block a row of the plane: x, y, loss
select printf('$land_%s << END%s
END', phi, group_concat(block, '
')) from (
    select phi, group_concat(printf('
%.6g	%.6g	%.6g', x, y, nll), '') as block from (select * from land order by phi, y, x)
    group by phi, y)
group by phi;
-- every document: where its vector started, and how it moved
select printf('$vectors_%s << END%s
END', phi, group_concat(printf('
%.6g	%.6g	%.6g	%.6g', a.x, a.y, b.x - a.x, b.y - a.y), '')) from point as a
join point as b using (phi, document)
where a.epoch = 0 and b.epoch = (select max(epoch) from point)
      and document not in (select document from land) group by phi;
-- the document's own vector, epoch by epoch
select printf('$own_%s << END%s
END', phi, group_concat(printf('
%.6g	%.6g', x, y), '')) from (
    select * from point where document in (select document from land) order by phi, epoch)
group by phi;
select printf('least = %.9g; most = %.9g; reach = %.9g', min(nll), max(nll), max(x)) from land;
select printf('low = %.9g; high = %.9g', (select nll from land order by nll limit 1),
    (select nll from land order by nll limit 1 offset (select count(*) * 95 / 100 from land)));
select printf('document = %d; documents = %d; seed = %d', max(document), max(documents), max(seed))
    from land;
select printf('base = %.9g', avg(value)) from drift join the using (profile)
    where measure = 'nll_base' and seed = -1;
