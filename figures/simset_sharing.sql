-- simset_sharing: share of bands in which two documents own the same entry, against their Jaccard
-- similarity, as a script that gnuplot loads. Pairs are binned by similarity; an interval is
-- Wilson's, a bin's bands taken as independent draws.
.mode tabs
.nullvalue NaN
create temp view pair as
    select shingle, jaccard, bands, shared, slots, cast(jaccard / 0.025 as integer) as bin
    from simset_sharing join the using (profile);
create temp view bin as
    select shingle, avg(jaccard) as jaccard, 1.0 * sum(shared) / sum(bands) as share,
           sum(bands) as n, 3.8416 / sum(bands) as z2, count(*) as pairs
    from pair group by shingle, bin;
create temp view point as
    select shingle, jaccard, share, pairs,
           (share + z2 / 2) / (1 + z2) as centre,
           1.96 / (1 + z2) * sqrt(share * (1 - share) / n + z2 / (4 * n)) as half
    from bin;

-- mean similarity, share of bands, its interval, pairs
.print $one << END
select jaccard, share, centre - half, centre + half, pairs from point where shingle = 1
    order by jaccard;
.print END
.print $two << END
select jaccard, share, centre - half, centre + half, pairs from point where shingle = 2
    order by jaccard;
.print END

.mode list
select printf('right = %.17g', max(jaccard)) from pair;
select printf('highest = %.17g', max(centre + half)) from point;
select printf('slots = %d; bands = %d', max(slots), max(bands)) from pair;
select printf('pairs = %d', count(*)) from pair where shingle = (select min(shingle) from pair);
