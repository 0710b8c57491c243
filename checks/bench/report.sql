-- report: the tables of checks/reports/bench-*.org from what checks/bench/run measured.
.mode csv
.import --schema temp build/bench/times.csv times
.import --schema temp build/bench/sides.csv sides
.import --schema temp checks/bench/targets.csv targets
.separator '|'
create temp table about(name, value);
.import --schema temp build/bench/machine.txt about
.import --schema temp build/bench/reasons.txt reasons

create temp table timed as
    select job, side, cast(round as integer) as round, cast(seconds as real) as seconds,
        cast(operations as real) as operations
    from times;
-- A cell of tiny-ten: the answers six times, before training and in five saved states.
insert into timed
    select 'tiny-cell', side, round, trained.seconds + 6 * answered.seconds,
        trained.operations + 6 * answered.operations
    from timed as trained join timed as answered using (side, round)
    where trained.job = 'tiny' and answered.job = 'tiny-answer' and side <> 'prefix-ours';
insert into timed
    select 'tiny-cell', side, round, seconds, operations from timed where job = 'tiny' and side = 'prefix-ours';

-- A side in words.
create temp table words(side, words);
insert into words values ('ours', 'float32'), ('amx', 'bf16-amx'), ('avx512', 'bf16-avx512'),
    ('product', 'the product'), ('product-amx', 'the product'), ('bf16', 'BF16 weights'), ('old', 'build 3dd522b'),
    ('usual', 'the usual way'), ('strong', 'the strong way'),
    ('usual-bf16', 'the usual way, bfloat16'), ('strong-bf16', 'the strong way, bfloat16');
create temp table here as
    select substr(value, 1, instr(value || ',', ',') - 1) as processor from about where name = 'processor';

-- One of our sides and another side, round by round. targets.rounds is how many rounds make a whole training,
-- which uses the prefix once; 0 where it is given.
create temp view pairs as
    select targets.rowid as place, targets.job, targets.side, targets.what, targets.against,
        cast(nullif(targets.target, '') as real) as target, cast(nullif(targets.whole, '') as real) as whole,
        ours.round,
        ours.seconds + iif(targets.rounds > 0, ifnull(prefix.seconds, 0) / targets.rounds, 0) as ours,
        ours.operations, other.seconds as other, other.operations as other_operations,
        ifnull(prefix.seconds, 0) * case
            when targets.rounds > 0 then 1 - 1.0 / targets.rounds
            when targets.job like 'answer%' then 1.0 / rounds.n
            else 1 end as prefix
    from targets
    join timed as ours on ours.job = targets.job and ours.side = targets.side
    join timed as other on other.job = targets.job and other.side = targets.against and other.round = ours.round
    join (select job, max(round) as n from timed group by job) as rounds on rounds.job = targets.job
    left join timed as prefix on prefix.job = targets.job and prefix.side = 'prefix-' || targets.side
        and prefix.round in (0, ours.round);

-- What is reached: a ratio of times, or a share of the product's rate.
create temp view reached as
    select place, ours, other,
        iif(against like 'product%', operations / ours / (other_operations / other), other / ours) as value
    from pairs;

-- A value in the middle of its kind.
create temp table middle as
    with named as (
        select 'value ' || place as name, value as x from reached
        union all select 'ours ' || place, ours from reached
        union all select 'other ' || place, other from reached
        union all select 'whole ' || place, other / (ours + prefix) from pairs
        union all select 'rate ' || job || ' ' || side, operations / seconds / 1e9 from timed
        union all select 'share ' || ours.job || ' ' || ours.side,
                ours.operations / ours.seconds / (p.operations / p.seconds)
            from timed as ours join timed as p using (job, round)
            where p.side = iif(ours.side = 'ours', 'product', 'product-' || ours.side)
        union all select 'operations ' || job || ' ' || side, operations / 1e9 from timed),
    placed as (
        select name, x, row_number() over (partition by name order by x) as place,
            count(*) over (partition by name) as n from named)
    select name, avg(x) as x from placed where place between n / 2.0 and n / 2.0 + 1 group by name;

create temp view held as select job, side, printf('%.0f', peak_kib / 1024.0) as mib from sides;

-- A row of a table: what is wanted, and what of it is reached.
create temp table rows as
    with spread as (
        select place, min(value) as low, max(value) as high from reached group by place)
    select place, what, mine.words as mine, against, processor, their.words as theirs,
        printf('%.3g', o.x) as ours, printf('%.3g', t.x) as other,
        printf('%.2f (%.2f to %.2f)', v.x, low, high) as value, iif(target, printf('%g', target), '') as wanted,
        iif(target, iif(v.x >= target, 'yes', 'MISSED'), '') as met,
        iif(job like 'tiny%', '', printf('%.2f', w.x)) as whole, iif(whole, printf('%g', whole), '') as whole_wanted,
        iif(whole, iif(w.x >= whole, 'yes', 'MISSED'), '') as whole_met
    from (select distinct place, job, side, what, against, target, whole from pairs) as r join spread using (place)
    join here join words as mine on mine.side = r.side join words as their on their.side = r.against
    join middle as v on v.name = 'value ' || place join middle as o on o.name = 'ours ' || place
    join middle as t on t.name = 'other ' || place join middle as w on w.name = 'whole ' || place;

-- Org: a row is its cells between bars.
.mode list
.separator ' | '
.print #+title: What docmem's speed is
.print Generated by =make bench= (programs in =checks/bench/=, counts of operations in =lib/plan/cost.h=).
.print Weights and token ids are random; the models' shapes and the texts' lengths are real. Before timing,
.print all sides' losses agreed to 1e-3 (those of sides that round to BF16 to 2e-2) and their answers in every
.print letter. Then they took turns; medians of the rounds, in brackets the least and the largest ratio. In tables
.print /ours/ is the engine: float32, or a unit of the bf16 engine (another numeric tier).
.print
.print * The machine
select '| ' || name, value || ' |' from about;
.print
.print * Against PyTorch
.print The usual way: the whole model under autograd, a forward hook, batches of four, padded. The strong
.print way: the activations below the memory cached, the upper blocks alone, no mask. In bfloat16: the model's
.print weights and activations; the memory's parameters stay float32. Ours: the time of a
.print round of training with its share of the prefix, the blocks below, which the epochs of a memory use
.print together (25; 16 in tiny-ten). Answers are given the prefix: it is made once for all
.print memories at a layer; a whole cell of tiny-ten is charged with all of it. The column before the last two
.print counts all of it: for training in this one round; for answers, of which each round has its part of the claims,
.print that part of it, so that it is what one memory alone costs. It is made by a process of its own, which opens the model.
.print
.print | job | ours | against | processor | ours (s) | theirs (s) | times as fast | wanted | reached | with all of the prefix | wanted | reached |
.print |-----+------+---------+-----------+----------+------------+---------------+--------+---------+------------------------+--------+---------|
select '| ' || what, mine, theirs, processor, ours, other, value, wanted, met, whole, whole_wanted, whole_met || ' |'
from rows where against like 'usual%' or against like 'strong%' order by place;
.print
.print * Against the matrix product
.print One product of 2,048 rows by the model's MLP matrix, on the same engine with the same threads and
.print kernels, in the same rounds.
.print
.print | job | ours | processor | share of its rate | wanted | reached |
.print |-----+------+-----------+-------------------+--------+---------|
select '| ' || what, mine, processor, value, wanted, met || ' |' from rows where against like 'product%' order by place;
.print
.print * Other engines, weights and builds
.print The same work in the same rounds. The bf16 engine beside float32: on Intel's processors the unit
.print bf16-avx512 is slower than float32, so that ENGINE=bf16 never takes it there; what is wanted of it is meant for AMD's.
.print Q8_0 and Q4_K: random blocks of a GGUF file, widened a panel at a time, against BF16 weights. The grid: the
.print prefix of all layers and three memories, trained and answered, two at once, by today's programs
.print and by those of build 3dd522b, on today's model and corpus (that build's own model has another shape) with
.print the arguments that both take; the old build has the kernels its Makefile pins, AVX2's.
.print
.print | job | ours | against | processor | ours (s) | theirs (s) | times as fast | wanted | reached |
.print |-----+------+---------+-----------+----------+------------+---------------+--------+---------|
select '| ' || what, mine, theirs, processor, ours, other, value, wanted, met || ' |'
from rows where against in ('ours', 'bf16', 'old') order by place;
.print
.print * Not measured
.print What is wanted and has no times here, and why.
.print
.print | job | ours | against | processor | wanted | reason |
.print |-----+------+---------+-----------+--------+--------|
select '| ' || what, mine.words, their.words, processor, target, ifnull((select reason from reasons
        where reasons.job = targets.job and reasons.side in ('all', targets.side, targets.against) limit 1),
        'the job was not run') || ' |'
from targets join here join words as mine on mine.side = targets.side join words as their on their.side = against
where target <> '' and targets.rowid not in (select place from reached) order by targets.rowid;
select '| curves: ' || side, '', '', processor, '', reason || ' |' from reasons, here where job = 'scaling';
.print
.print * What a round costs
.print Operations of all matrix products (2 T K N each), without padding; the largest resident memory,
.print mapped weights included; of PyTorch's, in the number format of ours.
.print
.print | job | ours | processor | rounds | 10^9 operations | 10^9 a second | of the product's rate | MiB, ours | MiB, usual | MiB, strong |
.print |-----+------+-----------+--------+-----------------+---------------+-----------------------+-----------+------------+-------------|
select '| ' || j.what, words, processor, (select max(round) from timed where timed.job = j.job and timed.side = j.side),
    printf('%.4g', o.x), printf('%.0f', r.x), iif(s.x, printf('%.2f', s.x), ''),
    ifnull(m.mib, ''), ifnull(u.mib, ''), ifnull(q.mib, '') || ' |'
from (select job, side, what, min(rowid) as place, iif(side = 'ours', '', '-bf16') as theirs from targets group by job, side) as j
join here join words using (side)
join middle as o on o.name = 'operations ' || j.job || ' ' || j.side and o.x > 0
join middle as r on r.name = 'rate ' || j.job || ' ' || j.side
left join middle as s on s.name = 'share ' || j.job || ' ' || j.side
left join held as m on m.job = j.job and m.side = j.side
left join held as u on u.job = j.job and u.side = 'usual' || theirs
left join held as q on q.job = j.job and q.side = 'strong' || theirs order by j.place;
