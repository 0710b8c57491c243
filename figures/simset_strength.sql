-- simset_strength: document loss and choice accuracy by the strength of the masks, as a script that
-- gnuplot loads. Strength 0 is the unstructured memory.
.mode tabs
.nullvalue NaN
create temp view measured as
    select allocation, strength, variant, layer, seed, measure, value, low, high, n
    from simset join the using (profile)
    where target in ('document', '') and
        (measure, unit) in (values ('nll', 'document'), ('choice_accuracy', 'claim'));
-- What was trained with several strengths, at one layer and in one variant.
create temp table line as
    select allocation, variant, layer, row_number() over (order by allocation) as number,
           replace(replace(allocation, 'simset-', ''), '-', ' ') as name
    from (select allocation, variant, layer, count(distinct strength) as strengths from measured
          where seed = -1 group by allocation, variant, layer)
    where strengths > 1;
create temp view point as
    select number, line.name, m.strength, measure, value, low, high
        from line join measured as m using (allocation, variant, layer) where seed = -1
    union all select number, line.name, 0, measure, value, low, high
        from line join measured as m using (variant, layer)
        where m.allocation = 'none' and m.strength = 1 and seed = -1;

-- strength, mean over seeds, its interval; an empty row twice between two lines
.print $loss << END
select case row when 1 then printf('%.17g	%.17g	%.17g	%.17g', strength, value, low, high)
       else '' end
from (select number, strength, value, low, high, 1 as row from point where measure = 'nll'
      union all select number, 2, 0, 0, 0, 2 from line
      union all select number, 2, 0, 0, 0, 3 from line)
order by number, strength, row;
.print END
.print $accuracy << END
select case row when 1 then printf('%.17g	%.17g	%.17g	%.17g', strength, value, low, high)
       else '' end
from (select number, strength, value, low, high, 1 as row from point where measure <> 'nll'
      union all select number, 2, 0, 0, 0, 2 from line
      union all select number, 2, 0, 0, 0, 3 from line)
order by number, strength, row;
.print END
-- the lines' names, and their last loss and accuracy
.print $ends << END
select 'SimSet-' || replace(name, ' ', '-'), max(iif(measure = 'nll', value, null)),
       max(iif(measure <> 'nll', value, null))
    from point as p where strength = (select max(strength) from point where number = p.number)
    group by number order by number;
.print END

.mode list
select printf('pretrained_loss = %.17g', value) from measured
    where allocation = 'pretrained' and measure = 'nll';
select printf('pretrained = %.17g; pretrained_low = %.17g; pretrained_high = %.17g; claims = %d',
    value, low, high, n) from measured where allocation = 'pretrained' and measure <> 'nll';
select printf('loss_low = %.17g; loss_high = %.17g', min(low), max(high)) from point
    where measure = 'nll';
select printf('lowest = %.17g; highest = %.17g', min(low), max(high)) from point
    where measure <> 'nll';
select printf('layer = %d; variant = ''%s''', layer, variant) from line limit 1;
select printf('documents = %d', n) from measured
    where allocation = 'pretrained' and measure = 'nll';
