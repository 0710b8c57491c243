#!/bin/bash
# verdicts: effects from the unit effects in SQL; tests, Holm and verdicts by awk.
source "$(dirname "$0")/lib.bash"
readonly verdicts=$out/verdict.csv
need "$verdicts" "$verdicts.prov"
mapfile -t tables < <(words "$verdicts" '[.]csv$' | grep '/units/')
documents=$(input "$verdicts" documents) claims=$(input "$verdicts" claims)
readonly tables documents claims
half=$(sed -n 's/^argument half //p' "$verdicts.prov")
need "${tables[@]}" "$documents" "$claims"
[ "${half:-title}" != title ] || half=confirmatory whole=0

# expect: the unit effects of that half, by the keys of their conditions, claims of one text joined; then verdicts.sql.
readonly keys='stage allocation strength variant target layer phi selection lm dimension documents entries batch alpha
    form negative start lens outcome pairs set'
key_of() { echo "substr(c, instr(c, ' $1=') + length(' $1='), instr(substr(c, instr(c, ' $1=') + 1), ' ') - length('$1=') - 1)"; }
expect() {
    local key columns=''
    for key in $keys; do
        columns+=", iif(instr(c, ' $key='), $(key_of "$key"), '$([ "$key" != start ] || echo normal)') AS $([ "$key" = set ] && echo s || echo "$key")"
    done
    {
        echo "CREATE TABLE read($unit_columns); CREATE TABLE document(document INTEGER PRIMARY KEY, title, claims);
            CREATE TABLE claim(claim INTEGER PRIMARY KEY, fever_id, label, text);"
        echo .mode csv
        for path in "${tables[@]}"; do echo ".import --skip 1 '$path' read"; done
        echo ".import --skip 1 '$documents' document"
        echo ".import --skip 1 '$claims' claim"
        cat <<SQL
-- FNV-1a of a title, 32 bits; bit 16 makes it confirmatory.
CREATE TABLE byte AS WITH RECURSIVE n(b) AS (SELECT 0 UNION ALL SELECT b + 1 FROM n WHERE b < 255)
SELECT printf('%02X', b) AS name, b FROM n;
CREATE TABLE half AS WITH RECURSIVE hash(document, at, bytes, h) AS (
    SELECT document, 1, CAST(title AS BLOB), 2166136261 FROM document
    UNION ALL SELECT document, at + 1, bytes, ((h | b) - (h & b)) * 16777619 & 4294967295
        FROM hash JOIN byte ON name = hex(substr(bytes, at, 1)))
SELECT document, iif(h >> 16 & 1, 'confirmatory', 'exploratory') AS half FROM hash WHERE at = length(bytes) + 1;
CREATE TABLE same AS SELECT claim, min(claim) OVER (PARTITION BY text) AS first FROM claim;
CREATE TABLE condition AS SELECT condition AS words$columns FROM
    (SELECT DISTINCT condition, ' ' || condition || ' ' AS c FROM read);
CREATE TABLE unit AS SELECT condition.*, seed, epoch, measure, ifnull(first, item) AS item, avg(value) AS value
    FROM read JOIN condition ON words = condition LEFT JOIN same ON unit = 'claim' AND claim = item
    WHERE ${whole-1} OR document < 0 OR document IN (SELECT document FROM half WHERE half = '$half')
    GROUP BY condition, seed, epoch, measure, unit, ifnull(first, item);
UPDATE unit SET layer = CAST(layer AS REAL) WHERE layer <> '';
UPDATE unit SET layer = CAST(layer AS INTEGER), strength = CAST(strength AS REAL) WHERE layer <> '';
UPDATE unit SET alpha = CAST(alpha AS REAL) WHERE alpha <> '';
CREATE INDEX unit_key ON unit(stage, measure, item, seed);
CREATE TABLE drift AS SELECT * FROM unit WHERE stage = 'representation_drift' AND measure = 'vector_shift';
CREATE INDEX drift_key ON drift(item, seed, dimension);
SQL
        echo ".read '$here/verdicts.sql'"
    } | sqlite3 -bail "$folder/db"
}

# rows FILE 'where': columns of the verdicts of the half, as verdicts.awk reads them.
rows() {
    sqlite3 -bail "$folder/db" <<SQL
CREATE TEMP TABLE found(claim, half, part, role, question, effect_name, effect, low, high, test, p, p_holm, seeds, n,
    verdict, bound, needed_seeds, needed_units, reason, rule, rules_of);
.mode csv
.import --skip 1 '$1' found
.mode tabs
SELECT claim, part, role, effect, low, high, p, p_holm, seeds, n, verdict, bound, rule FROM found WHERE half = '$half' AND $2;
SQL
}

# tested FILE: effects and p-values are those of the unit effects.
tested() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    sqlite3 -separator $'\t' "$folder/db" "SELECT claim, part, seed, item, printf('%.17g', value) FROM shown
        WHERE seed >= 0 ORDER BY claim, part" >"$folder/shown"
    rows "$1" "role IN ('decides', 'beside') AND effect <> ''" >"$folder/rows" || return 2
    awk -v WHAT=tests -v LEAST=12 -f "$here/verdicts.awk" "$folder/shown" "$folder/rows" >"$folder/differences" || return 2
    none "$folder/differences"
}
# bound FILE: the bounds in shares of an effect are that.
bounded() {
    rows "$1" "claim = 'C16' AND role = 'decides' AND bound <> ''" >"$folder/rows" || return 2
    awk -F '\t' -v wanted="$(sqlite3 "$folder/db" 'SELECT value FROM bound')" '
        !(($12 - wanted) ^ 2 < 1e-16) { print "difference: bound " wanted ", found " $12; bad = 1 } END { exit bad }' "$folder/rows"
}
# follows FILE: Holm's correction and the verdicts follow from the parts' rows.
follows() {
    rows "$1" 1 >"$folder/rows" || return 2
    awk -v WHAT=rules -v CLAIMS="$(grep -c '^claim ' paper/claims.rules)" -f "$here/verdicts.awk" "$folder/rows" \
        >"$folder/differences" || return 2
    none "$folder/differences"
}

check 'numbers of seeds and units are whole' test -z "$(sqlite3 :memory: -cmd '.mode csv' -cmd ".import '$verdicts' v" \
    "SELECT claim FROM v WHERE seeds || n || needed_seeds || needed_units GLOB '*[^0-9]*'")"
check 'the unit effects can be read' expect
check 'effects and tests are right by another route' tested "$verdicts"
check 'bounds in shares are right by another route' bounded "$verdicts"
check 'Holm is right, and each verdict follows from its parts' follows "$verdicts"
catches 'a changed effect' tested "$(planted "$verdicts" "/^C14,$half,against the last/s/(nats a token)\"\{0,1\},/&1/")"
catches 'a changed p' tested "$(planted "$verdicts" "/^C12,$half,slope,/s/seeds and units,[^,]*,/seeds and units,0.9,/")"
# The corner that sanitized programs run has no bound in shares.
[[ $out == *-sanitize ]] || catches 'another bound' bounded "$(planted "$verdicts" "/^C16,$half,\"\{0,1\}loss/s/,\(holds\|fails\|undecided\),[^,]*,/,\1,0.5,/")"
catches 'a p without correction' follows \
    "$(planted "$verdicts" "s/^\(C1[24],$half,,claim,.*seeds and units\),\([^,]*\),[^,]*,/\1,\2,\2,/")"
catches 'another verdict' follows "$(planted "$verdicts" "/^C12,$half,,claim/{
    s/,\(depends on [a-z]*\|holds here\|fails here\),/,undecided,/;t;s/,undecided,/,holds here,/}")"
catches 'a control improved' follows "$(planted "$verdicts" "/^C13,$half,page in context,control/{s/,\(not measured\|fails\|undecided\),/,holds,/
    t;s/,holds,/,fails,/}")"
catches 'a claim that is missing' follows "$(planted "$verdicts" "/^C7,$half,,/d")"
catches 'verdicts that are absent' tested "$folder/absent"
finish
