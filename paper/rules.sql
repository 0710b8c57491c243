-- rules: what each claim asks, part by part, as the file of rules has it.
select distinct claim, iif(role = 'claim', '', part) as part, rule from (
    select claim, role, iif(instr(part, ':') > 0 and role <> 'claim', substr(part, 1, instr(part, ':') - 1), part) as part, rule
    from verdict join the using (profile) where role <> 'variant' and half = 'confirmatory')
order by claim not like 'C_%', cast(substr(claim, 2) as integer), claim, role <> 'claim', role = 'control', part;
