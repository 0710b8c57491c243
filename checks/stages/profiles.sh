#!/bin/bash
# profiles: what the figures and the paper ask of one profile does not change with another beside it.
source "$(dirname "$0")/lib.bash"
readonly profile=${out##*/}
database=${out%/*}/results.db
[ "$profile" = "${profile%-sanitize}" ] || database=${out%/*}/results-sanitize.db
need "$database"

# ask DATABASE QUERY: as the Makefile asks.
ask() {
    sqlite3 -batch -bail -readonly "$1" -cmd ".parameter set :profile \"'$profile'\"" \
        -cmd 'create temp table the as select :profile as profile' <"$2"
}

# beside DATABASE: some rows of each table as another profile's, with all its numbers otherwise.
beside() {
    local table fields values
    while read -r table; do
        fields=$(sqlite3 "$1" "SELECT group_concat(name) FROM pragma_table_info('$table') WHERE name <> 'profile'")
        values=$(sqlite3 "$1" "SELECT group_concat(iif(type = 'REAL', '0.37 * ' || name, name))
            FROM pragma_table_info('$table') WHERE name <> 'profile'")
        sqlite3 -bail "$1" "INSERT INTO \"$table\"(profile, $fields) SELECT 'another', $values FROM \"$table\"
            WHERE profile = '$profile' LIMIT 4000" || return
    done < <(sqlite3 "$1" "SELECT name FROM sqlite_schema WHERE type = 'table'")
}

# alone QUERY: it answers, and the same where another profile is there too.
alone() {
    ask "$database" "$1" >"$folder/wanted" && ask "$folder/both.db" "$1" >"$folder/found" || return 2
    [ -s "$folder/wanted" ] || return 0 # a question that this profile does not ask
    same "$folder/wanted" "$folder/found"
}

cp "$database" "$folder/both.db"
check 'another profile stands beside this one' beside "$folder/both.db"
# layer_lines is read by others; base_model, real_use and bench_scaling ask other files.
for query in figures/*.sql paper/*.sql; do
    case $query in */layer_lines.sql | */base_model.sql | */real_use.sql | */bench_scaling.sql) continue ;; esac
    check "$query: asks one profile" alone "$query"
done

# one_bit: the sentence that answers agree to the last digit changes where one of them is the next number.
one_bit() {
    local of=allocation,strength,variant,target,layer,seed,epoch,prompt next='p_a * (1 + 2.220446049250313e-16)'
    cp "$database" "$folder/bit.db" &&
        sqlite3 -bail "$folder/bit.db" "UPDATE prediction SET p_a = $next WHERE profile = '$profile' AND ($of) =
            (SELECT $of FROM prediction WHERE profile = '$profile' AND epoch = 0 AND p_a <> $next AND
             printf('%.17g', p_a) = printf('%.17g', $next) LIMIT 1)" &&
        ! cmp -s <(ask "$database" paper/confounds.sql) <(ask "$folder/bit.db" paper/confounds.sql)
}
check 'answers that differ in one bit are told apart' one_bit
sed 's/ join the using (profile)//' figures/simset_accuracy.sql >"$folder/planted.sql"
catches 'a figure of all profiles' alone "$folder/planted.sql"
sed 's/natural join the//; s/ join the using (profile)//' paper/simset_conditions.sql >"$folder/planted.sql"
catches 'a table of all profiles' alone "$folder/planted.sql"
finish
