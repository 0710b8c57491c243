-- paper: some of the paper's numbers, each a name and a value, counted from the predictions, the
-- documents' tokens and the verdicts' effects, not as numbers.sql does.
create temp table answered as
    select layer, seed, epoch, claim, rows, main, label, choice,
           allocation || variant || target || strength = 'noneplaindocument1.0' as plain,
           dense_rank() over (order by allocation, strength, variant, target, layer, seed) as cell
    from prediction where profile = :profile;
select 'questions', printf('%,d', count(distinct claim)) from answered where main = 1;
select 'rows', printf('%,d', sum(rows)) from answered where cell = 1 and epoch = 0;
select 'documents', count(distinct document) from document_token where profile = :profile;
select 'layers', count(distinct layer) from answered where plain;
select 'majority', printf('%.3f', max(n) / sum(n)) from (select 1.0 * count(*) as n from answered
    where cell = 1 and epoch = 0 and main = 1 group by label);
select 'simset-plain-none-accuracy', printf('%.3f', avg(choice = label)) from answered
    where plain and main = 1 and epoch = (select max(epoch) from answered as a where a.cell = answered.cell)
    and layer = (select layer from answered where epoch = 0 group by layer
                 order by count(distinct cell) desc, layer limit 1);
select 'claims-supported', count(*) from verdict
    where profile = :profile and part = '' and claim glob 'C*' and verdict = 'supported';
select 'claims-contradicted', count(*) from verdict
    where profile = :profile and part = '' and claim glob 'C*' and verdict = 'contradicted';
select 'claims-undecided', 20 - count(*) from verdict
    where profile = :profile and part = '' and claim glob 'C*' and verdict <> 'undecided';
