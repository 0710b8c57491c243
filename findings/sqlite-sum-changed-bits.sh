#!/bin/bash
# sqlite-sum-changed-bits: the same database and the same SELECT sum(x) give other bits since SQLite 3.43.
#
# Good guess:   sum(x) adds doubles in row order, as it always did, so that a query over the same rows gives the
#               same bits with any SQLite 3 (its file format and SQL are famous for not changing).
# What happens: up to 3.42 sum, total and avg add naively; from 3.43 they carry a compensation (Kahan-Babuska).
#               The last digits of sums and means differ, and with them every table rounded at a tie.
# Where:        sumStep in src/func.c; pysqlite3-binary 0.5.1 (SQLite 3.42.0) against 0.5.2 (3.43.1).
# Source:       https://sqlite.org/lang_aggfunc.html#sumunc tells of the compensation, not that results moved.
# Cure:         pin SQLite's version with the result, or compute means outside and store them.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for package in 0.5.1 0.5.2; do
    python3 -m venv "$folder/$package"
    "$folder/$package/bin/pip" install --quiet --quiet --disable-pip-version-check "pysqlite3-binary==$package"
    "$folder/$package/bin/python" - "$folder/rows.db" <<'END'
import math
import os
import random
import sys
from pysqlite3 import dbapi2 as sqlite

fresh = not os.path.exists(sys.argv[1])
database = sqlite.connect(sys.argv[1])
if fresh:
    random.seed(1)
    database.execute("CREATE TABLE t(x REAL)")
    database.executemany("INSERT INTO t VALUES(?)", [(random.random(),) for _ in range(1000)])
    database.commit()
rows = [x for x, in database.execute("SELECT x FROM t ORDER BY rowid")]
total, mean = database.execute("SELECT sum(x), avg(x) FROM t").fetchone()
print(f"SQLite {sqlite.sqlite_version}: sum {total!r}, mean {mean!r}; "
      f"added in order {sum(rows)!r}, exact {math.fsum(rows)!r}")
wanted = sum(rows) if sqlite.sqlite_version_info < (3, 43) else math.fsum(rows)
raise SystemExit(not (total == wanted and sum(rows) != math.fsum(rows)))
END
done

# Seen on 28 November 2026 (x86-64, Python 3.11):
# SQLite 3.42.0: sum 514.1370278623858, mean 0.5141370278623858; added in order 514.1370278623858, exact 514.1370278623857
# SQLite 3.43.1: sum 514.1370278623857, mean 0.5141370278623857; added in order 514.1370278623858, exact 514.1370278623857
