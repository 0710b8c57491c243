-- turned: claims that memories turned right and wrong, and the AUC of how far their evidence's loss fell.
.mode tabs
.nullvalue NaN
create temp table named as
    select column1 as allocation, column2 as target, column3 as name, column4 as kind, row_number() over () as place
    from (values ('none', 'other', 'of other pages', 2), ('none', 'letter', 'of the letters alone', 2),
        ('none', 'template', 'of training claims', 2), ('none', 'document-then-template', 'of pages, then claims', 2),
        ('none', 'both', 'of pages and claims', 2), ('simset-2-token', 'document', 'SimSet-2, by token', 1),
        ('simset-2-dim', 'document', 'SimSet-2', 1), ('simset-1-token', 'document', 'SimSet-1, by token', 1),
        ('simset-1-dim', 'document', 'SimSet-1', 1), ('random', 'document', 'random entries', 1),
        ('disjoint', 'document', 'entries of its own', 1), ('none', 'document', 'of the pages', 0));
create temp table shown as
    select turned.*, coalesce(name, allocation || ' ' || target) || iif(variant = 'plain', '', ', ' || variant) as name,
        dense_rank() over (order by coalesce(place, 0), allocation, target, variant) as y
    from turned join the using (profile) left join named using (allocation, target)
    where strength = 1 and layer = (select max(layer) from turned join the using (profile));
.print $right << END
select y, value, low, high from shown where measure = 'right' order by y;
.print END
.print $wrong << END
select y, -value, -high, -low from shown where measure = 'wrong' order by y;
.print END
.print $turned_auc << END
select y, value, low, high from shown where measure = 'right_auc' order by y;
.print END
.print $kept_auc << END
select y, value, low, high from shown where measure = 'kept_auc' order by y;
.print END
.mode list
select printf('names = ''set ytics (%s)''', ifnull(group_concat(printf('"%s" %d', name, y), ', '), ''))
    from (select distinct name, y from shown order by y);
select printf('rows = %d; claims = %d; seeds = %d; most = %.17g; apart = %.17g', ifnull(max(y), 0), ifnull(max(n), 0),
    ifnull(max(seeds), 0), ifnull(max(high) filter (where measure in ('right', 'wrong')), 1),
    ifnull(max(max(high - 0.5, 0.5 - low)) filter (where measure like '%auc'), 0.5)) from shown;
select printf('asked = %d', count(*)) from shown;
