-- stream_norms: the stream's norm by block, a line for each first row and one for all others.
.mode tabs
.nullvalue NaN
create temp view norm as select * from stream_norm join the using (profile);
select '$norms << EOD';
select layer,
       max(norm) filter (where "row" = 0), max(norm) filter (where "row" = 1), max(norm) filter (where "row" = 2),
       max(norm) filter (where "row" = 3), max(norm) filter (where "row" = -1), max(least) filter (where "row" = -1),
       max(most) filter (where "row" = -1)
    from norm group by layer order by layer;
select 'EOD';
select printf('documents = %d', max(n)) from norm where "row" = 0;
select printf('last = %d', max(layer)) from norm;
select printf('ratio = %.17g', max(a.norm / b.norm)) from norm as a join norm as b using (layer)
    where a."row" = 0 and b."row" = -1;
