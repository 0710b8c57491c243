-- paper: some of the paper's numbers, each a name and a value, counted from the predictions, the
-- documents' tokens and the verdicts, not as numbers.sql does.
create temp table cell as
    select allocation, strength, variant, target, layer, seed, max(epoch) as last,
           (allocation, strength, variant, target) = ('none', 1.0, 'plain', 'document') as plain
    from prediction where profile = :profile
    group by allocation, strength, variant, target, layer, seed;
create temp table base as
    select claim, rows, main, label from prediction where profile = :profile and epoch = 0
    and (allocation, strength, variant, target, layer, seed) =
        (select allocation, strength, variant, target, layer, seed from prediction
         where profile = :profile and epoch = 0 limit 1);
select 'questions', printf('%,d', count(distinct claim)) from base where main = 1;
select 'rows', printf('%,d', sum(rows)) from base;
select 'documents', count(distinct document) from document_token where profile = :profile;
select 'layers', count(distinct layer) from cell where plain;
select 'majority', printf('%.3f', 1.0 * max(n) / sum(n))
    from (select count(*) as n from base where main = 1 group by label);
select 'simset-plain-none-accuracy', printf('%.3f', avg(choice = label))
    from cell cross join prediction using (allocation, strength, variant, target, layer, seed)
    where profile = :profile and plain and epoch = last and main = 1
        and layer = (select layer from cell group by layer order by count(*) desc, layer limit 1);
select 'claims-' || case substr(verdict, 1, 2) when 'ho' then 'holds' when 'fa' then 'fails' when 'un' then 'undecided'
        when 'no' then 'unmeasured' else 'depends' end as name, count(*) from verdict
    where profile = :profile and role = 'claim' and half = 'confirmatory' and claim glob 'C*' group by name;
