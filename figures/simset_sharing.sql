-- simset_sharing: share of bands in which two documents own the same entry, against their Jaccard
-- similarity, as a script that gnuplot loads. Pairs are binned by similarity; as the pairs of one
-- draw of hash functions depend on each other, a bin's interval is over its means by draw.
.mode tabs
.nullvalue NaN
create temp view pair as
    select shingle, seed, jaccard, bands, shared, slots, cast(jaccard / 0.025 as integer) as bin
    from simset_sharing join the using (profile);
create temp view draw as
    select shingle, bin, avg(jaccard) as jaccard, 1.0 * sum(shared) / sum(bands) as share, count(*) as pairs
    from pair group by shingle, bin, seed;
create temp view point as
    select shingle, avg(jaccard) as jaccard, avg(share) as share, avg(share) as centre, max(pairs) as pairs,
           1.96 * sqrt(max(0, avg(share * share) - avg(share) * avg(share)) / max(1, count(*) - 1)) as half
    from draw group by shingle, bin;

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
select printf('pairs = %d; draws = %d', count(*) / count(distinct seed), count(distinct seed))
    from pair where shingle = (select min(shingle) from pair);
