-- layer_lines: loss by epoch, a line a layer, from the views `loss` (layer, −1: pretrained; value, n) and
-- `line` (layer, epoch, value) of the figure that reads this.
-- epoch, loss, layer; the lines one after the other, an empty row between them
.print $lines << END
select case when row <> '' then printf('%d	%.17g	%d', epoch, value, layer) else '' end
from (select layer, epoch, value, 'point' as row from line
      union all select distinct layer, 1e9, 0, '' from line)
order by layer, epoch;
.print END
-- What is named at the right edge: layer (-1: pretrained), its last loss, height of its label. A
-- label is moved up as far as those below it ask and down as far as those above it ask; the mean of
-- the two keeps every pair at least `gap` apart, and so does the floor they stand on.
.print $ends << END
with size as (select (max(value) - min(value)) / 15.0 as gap, max(layer) as last,
                     1 + (count(distinct layer) - 1) / 12 as step from line),
     shown as (select layer, value from line, size
               where epoch = (select max(epoch) from line) and (last - layer) % step = 0
               union all select layer, value from loss where layer = -1),
     ranked as (select *, row_number() over (order by value, layer) * gap as rank from shown, size)
select layer, value, max(min(value) over () - gap + rank, rank
    + (max(value - rank) over (order by rank rows unbounded preceding)
       + min(value - rank) over (order by rank rows between current row and unbounded following)) / 2)
from ranked order by layer;
.print END

.mode list
select printf('pretrained = %.17g; documents = %d', value, n) from loss where layer = -1;
select printf('first = %d; last = %d; lowest = %.17g; highest = %.17g; epoch = %d',
    min(layer), max(layer), min(min(value), base), max(max(value), base), max(epoch))
from line, (select value as base from loss where layer = -1);
