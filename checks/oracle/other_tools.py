"""Reads docmem's tables as other people's tools do, and writes what each made of them.

    python -m venv build/tools && build/tools/bin/pip install pandas polars duckdb sqlite-utils datasette
    build/tools/bin/python checks/oracle/other_tools.py build/tiny build/results.db >checks/reports/other_tools.org

Every CSV of the folder is read by pandas, Polars, DuckDB and R (r-base-core of Debian) with no option at all. A
reader is right if it has every row, takes a column that holds a real anywhere for reals, and gets the same sum of
it; of a folder of files, if it is of each, and else the first that is not is told. The database is read by
sqlite-utils and Datasette: every table with as many rows as SQLite counts.
"""
import csv
import importlib.metadata
import json
import math
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas
import polars


def is_real(text):
    try:
        float(text)
        return "." in text or "e" in text
    except ValueError:
        return False


def truth(path):
    """The number of rows, and the sum of each column that holds reals."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    sums = {}
    for name in rows[0] if rows else []:
        cells = [row[name] for row in rows if row[name] != ""]
        if any(map(is_real, cells)):
            try:
                sums[name] = math.fsum(map(float, cells))
            except ValueError:  # a column of texts, of which some look like numbers
                continue
    return len(rows), sums


def of_pandas(path):
    table = pandas.read_csv(path)
    return len(table), {n: float(table[n].sum()) for n in table if table[n].dtype.kind == "f"}


def of_polars(path):
    table = polars.read_csv(path)
    return len(table), {n: float(table[n].sum()) for n in table.columns if table[n].dtype in (polars.Float64, polars.Float32)}


def of_duckdb(path):
    source = f"FROM read_csv('{path}')"
    ask = duckdb.connect().execute
    columns = ask(f"DESCRIBE SELECT * {source}").fetchall()
    sums = {name: ask(f'SELECT sum("{name}") {source}').fetchone()[0] for name, kind, *_ in columns if kind == "DOUBLE"}
    return ask(f"SELECT count(*) {source}").fetchone()[0], {name: float(s or 0) for name, s in sums.items()}


R = """
table <- read.csv(commandArgs(TRUE)[1])
cat(nrow(table), "\\n")
for (name in names(table)) if (is.double(table[[name]]))
    cat(name, format(sum(table[[name]], na.rm = TRUE), digits = 17), "\\n")
"""


def of_r(path):
    said = subprocess.run(["Rscript", "-e", R, path], check=True, capture_output=True, text=True).stdout
    count, *sums = said.splitlines()
    return int(count), {name: float(total) for name, total in map(str.split, sums)}


def version(name):
    if name != "R":
        return importlib.metadata.version(name)
    return subprocess.run(["Rscript", "-e", "cat(as.character(getRversion()))"], check=True, capture_output=True,
                          text=True).stdout


def verdict(reader, path, wanted, sums):
    try:
        count, found = reader(path)
    except Exception as problem:  # what the reader says of the file is the verdict
        return "refused: " + str(problem).split("\n")[0][:80]
    if count != wanted:
        return f"{count} rows of {wanted}"
    for name, total in sums.items():
        if name not in found:
            return f"{name} is not taken for reals"
        if not math.isclose(found[name], total, rel_tol=1e-9, abs_tol=1e-9):
            return f"{name} sums to {found[name]}, not {total}"
    return "right"


def by_sqlite_utils(path, _):
    said = subprocess.run([Path(sys.executable).parent / "sqlite-utils", "tables", path, "--counts"], check=True,
                          capture_output=True, text=True).stdout
    return {row["table"]: row["count"] for row in json.loads(said)}


def by_datasette(path, tables):
    counts = {}
    for table in tables:
        said = subprocess.run([Path(sys.executable).parent / "datasette", path, "--get",
                               f"/{Path(path).stem}.json?sql=select+count(*)+as+n+from+[{table}]&_shape=array"],
                              capture_output=True, text=True).stdout
        try:
            counts[table] = json.loads(said)[0]["n"]
        except (ValueError, KeyError, TypeError):
            counts[table] = None
    return counts


def main():
    folder, database = sys.argv[1], sys.argv[2]
    readers = {"pandas": of_pandas, "polars": of_polars, "duckdb": of_duckdb, "R": of_r}
    print("# Made by checks/oracle/other_tools.py: what other tools make of our tables, with no option given.")
    print("| files | rows |", " | ".join(f"{name} {version(name)}" for name in readers), "|")
    print("|-")
    groups = {}  # a file by itself, or all of a folder
    for path in sorted(Path(folder).rglob("*.csv")):
        name = path.relative_to(folder)
        groups.setdefault(str(name if len(name.parts) == 1 else name.parent / "*.csv"), []).append(path)
    for name, paths in groups.items():
        truths = {path: truth(path) for path in paths}
        told = {reader: [said for path in paths if (said := verdict(read, str(path), *truths[path])) != "right"]
                for reader, read in readers.items()}
        print(f"| ={name}={f', {len(paths)} files' if len(paths) > 1 else ''} | {sum(n for n, _ in truths.values())} |",
              " | ".join(said[0] if said else "right" for said in told.values()), "|", flush=True)
    base = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    wanted = {t: base.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in tables}
    print("\n| tool | tables | verdict |\n|-")
    for name, reader in ("sqlite-utils", by_sqlite_utils), ("datasette", by_datasette):
        found = reader(database, tables)
        wrong = [t for t in tables if found.get(t) != wanted[t]]
        print(f"| {name} {version(name)} | {len(tables)} |",
              "right" if not wrong else "wrong: " + ", ".join(wrong), "|")


main()
