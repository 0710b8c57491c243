-- controls: chance to ceiling by three measures, as a script that gnuplot loads.
.mode tabs
.nullvalue NaN
-- what each control is called, its kind (1 no memory, 2 told, 3 a memory, 4 a cheat), and its place from below
create temp table named as
    select column1 as control, column2 as name, column3 as kind, row_number() over () as place
    from (values ('shuffled', 'labels shuffled', 1), ('unknown', 'entities it never read', 1), ('majority', 'always the commonest label', 1),
        ('other-in-context', 'told another page', 2), ('pretrained', 'pretrained', 1),
        ('other', 'memory of other pages', 3),
        ('simset-1-dim document-wrong-mask', 'SimSet-1, another''s entries', 3),
        ('simset-1-dim document', 'SimSet-1 of the pages', 3), ('document', 'memory of the pages', 3),
        ('zero document', 'the same, from zero', 3),
        ('wordings', 'the same, several wordings', 3), ('lora-mlp document', 'LoRA on the MLP', 3),
        ('lora-attention document', 'LoRA on attention', 3), ('mlp document', 'the MLP itself', 3),
        ('template', 'memory of training claims', 3),
        ('letter', 'the same, letters alone', 3), ('known', 'entities it knows', 1), ('page-in-context', 'told the page', 2),
        ('evidence-in-context', 'told its evidence', 2), ('cheat', 'trained on these answers', 4));
create temp view shown as
    select controls.*, coalesce(name, controls.control) as name, coalesce(kind, 3) as kind,
        dense_rank() over (order by coalesce(place, 8.5), controls.control) as y
    from controls join the using (profile) left join named on named.control = replace(controls.control, 'norm-gate ', '')
    where controls.control in (select control from controls join the using (profile) where measure = 'true_false');

-- place, value, interval, kind: letters, AUC of letters, AUC of the likelihood
.print $true_false << END
select y, value, low, high, kind from shown where measure = 'true_false' order by y;
.print END
.print $auc << END
select y, value, low, high, kind from shown where measure = 'auc' order by y;
.print END
.print $likelihood << END
select y, value, low, high, kind from shown where measure = 'likelihood' order by y;
.print END
.mode list
select printf('names = ''set ytics (%s)''', group_concat(printf('"%s" %d', replace(name, '''', '’'), y), ', '))
    from (select distinct name, y from shown order by y);
select printf('rows = %d; claims = %d; seeds = %d; lowest = %.17g', max(y), max(n), max(seeds), min(low))
    from shown where measure in ('true_false', 'auc', 'likelihood');
select printf('pretrained_%s = %.17g', measure, value) from shown
    where control = 'pretrained' and measure in ('true_false', 'auc', 'likelihood') order by measure;
