-- hyperparameters: the notes', the public code's and ours, as the records of their making have them.
.import --csv --schema temp paper/hyperparameters.csv hyper
-- What was told, the number of runs and what says it in other words: kind, name, words.
create temp view told as
    select kind, name, group_concat(word, ', ') as words
    from (select kind, name, case value when 'other-detached' then 'another''s without gradient' when 'other' then 'another''s'
              when 'adamw' then 'AdamW' when 'sgd' then 'SGD' when 'relu' then 'ReLU' when 'norm-gate' then 'norm and gate'
              else value end as word
          from setting join the using (profile) order by cast(value as real), value) group by kind, name;
create temp view ours as
    select kind, name, words from told where kind in ('memory', 'vectors')
    union all select column1, 'max-tokens', words from told join (values ('memory')) where kind = 'texts' and name = 'max-tokens'
    union all select 'memory', '@bands', words from told where kind = 'allocation' and name = 'bands'
    union all select kind, '@lm', iif(words = 'no', 'none', iif(words = 'yes', '', 'none, or ') || 'W_lm with its GELU')
        from told where name = 'lm'
    union all select kind, '@seeds', printf('%d at most', count(*)) from setting join the using (profile)
        where name = 'seed' group by kind
    union all select kind, '@model', printf('%s, %s blocks, width %s', family.words, blocks.words, width.words)
        from (select distinct kind from told), (select words from told where kind = 'model' and name = 'family') as family,
             (select words from told where kind = 'model' and name = 'blocks') as blocks,
             (select words from told where kind = 'model' and name = 'width') as width
    union all select 'memory', '@documents', n from layer_choice join the using (profile)
        where layer = -1 and measure = 'nll' and unit = 'document';
select setting,
       iif(notes = '', 'not told', notes || ' (' || notes_source || ')') as "the notes",
       iif(code = '', '', code || ' (' || code_source || ')') as "the public code",
       iif(memory glob '=*', substr(memory, 2), ifnull(a.words, '')) as "ours, memories",
       ifnull(b.words, '') as "ours, document vectors"
from hyper left join ours as a on (a.kind, a.name) = ('memory', memory)
    left join ours as b on (b.kind, b.name) = ('vectors', vectors)
order by hyper.rowid;
