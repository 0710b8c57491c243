#!/bin/bash
# sqlite-printf-17g-has-16-digits: SQL's printf('%.17g', x) hides the last digit, so unequal numbers look equal.
#
# Good guess:   printf('%.17g', x) is C's: 17 significant digits, enough to tell any two doubles apart.
# What happens: at most 16 are printed, whatever the precision says: 1 and the next double above it look
#               the same. A check that compares such texts passes over a change in the last place. The
#               flag `!` lifts the limit.
# Where:        sqlite3_str_vappendf in src/printf.c; SQLite 3.40.0 and 3.46.1 alike.
# Source:       https://sqlite.org/printf.html, "The ! flag".
# Cure:         printf('%!.17g', x).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
changed=0
for package in 0.5.0 0.5.4; do
    python3 -m venv "$folder/$package"
    "$folder/$package/bin/pip" install --quiet --quiet --disable-pip-version-check "pysqlite3-binary==$package"
    "$folder/$package/bin/python" - <<'END' || changed=1
from pysqlite3 import dbapi2 as sqlite

x, y = 1 + 2**-52, 1.0  # neighbours
ask = sqlite.connect(":memory:").execute
plain = [ask("SELECT printf('%.17g', ?)", (v,)).fetchone()[0] for v in (x, y)]
flagged = [ask("SELECT printf('%!.17g', ?)", (v,)).fetchone()[0] for v in (x, y)]
print(f"SQLite {sqlite.sqlite_version}: %.17g {plain}, %!.17g {flagged}; C and Python {['%.17g' % x, '%.17g' % y]}")
raise SystemExit(not (x != y and plain[0] == plain[1] and [float(f) for f in flagged] == [x, y]))
END
done
exit $changed

# Seen on 28 November 2026, with 3.46.1 too:
# SQLite 3.40.0: %.17g ['1', '1'], %!.17g ['1.0000000000000002', '1.0']; C and Python ['1.0000000000000002', '1']
