-- sign_pool: the words that four documents' pools raise and lower most, for gnuplot to load.
.mode list
-- The four most cited documents, one memory with tanh and W_lm.
create temp table shown as
    select w.*, title from sign_pool_word as w join the using (profile)
    join sign_pool using (profile, phi, lm, seed, document)
    where phi = 'tanh' and lm = 'yes' and document < 4 and abs(place) <= 9
      and seed = (select min(seed) from sign_pool where phi = 'tanh' and lm = 'yes');
-- row from the top, effect on the logit, word, 1 where the document holds it; a block a document
select case edge when 0 then printf('$pool%d << END', document)
                 when 2 then 'END'
                 else printf('%d	%.17g	%s	%d', row, logit, word, own) end
from (select 1 as edge, document, iif(place > 0, place, 20 + place) as row, logit, word, own
      from shown
      union all select distinct edge, document, 0, 0, '', 0
                from (select 0 as edge union select 2), shown)
order by document, edge, row;
select printf('array title[%d]', count(distinct document)) from shown;
select distinct printf('title[%d] = "%s"', document + 1, replace(replace(title, '\', '\\'), '"', '\"'))
from shown order by document;
select printf('lowest = %.17g; highest = %.17g; documents = %d', min(logit), max(logit),
    count(distinct document)) from shown;
select printf('precision = %.17g; baseline = %.17g', avg(precision), avg(precision_other))
from sign_pool join the using (profile) where phi = 'tanh' and lm = 'yes'
  and seed = (select min(seed) from sign_pool where phi = 'tanh' and lm = 'yes');
