"""The module vdx beside gnomAD's own file, read here by gzip: frames.py FOLDER, which holds gnomad/*.sites.1.vcf.bgz.

Exit status 0: every value of pandas' and polars' frames is the file's.
"""

import gzip
import sys
from pathlib import Path

import pandas
import polars
import vdx

db = Path(sys.argv[1], "gnomad")
truth = []
with gzip.open(next(db.glob("*.sites.1.vcf.bgz")), "rt") as lines:
    for line in lines:
        if line.startswith("#"):
            continue
        chromosome, position, _, ref, alt, _, filters, info = line.rstrip("\n").split("\t")[:8]
        if len(ref) == 1 and len(alt) == 1:
            info = dict(part.partition("=")[::2] for part in info.split(";"))
            truth.append((chromosome, int(position), ref, alt, info, filters.replace(";", "|")))
        if len(truth) == 300:
            break
there = {variant[:4] for variant in truth}
# What gnomAD has, last first, and of every third the same place with an ALT that it does not have.
truth.reverse()
rows = []
for at, (chromosome, position, ref, alt, info, filters) in enumerate(truth):
    rows.append((chromosome, position, ref, alt, info, filters))
    strange = next(base for base in "ACGT" if base != ref and (chromosome, position, ref, base) not in there)
    if at % 3 == 0:
        rows.append((chromosome, position, ref, strange, {}, None))
table = {
    "note": ['a "note", with a comma'] * len(rows),
    "chromosome": [row[0] for row in rows],
    "position": [row[1] for row in rows],
    "ref_allele": [row[2] for row in rows],
    "alt_allele": [row[3] for row in rows],
}


def expect(name, found, wanted, kind):
    """A column is the file's values, None where it has none."""
    found = [None if value is None or value is pandas.NA or value != value else value for value in found]
    wanted = [kind(value) if value is not None else None for value in wanted]
    assert found == wanted, (name, [pair for pair in zip(found, wanted) if pair[0] != pair[1]][:3])


def check(frame):
    assert list(frame.columns)[:5] == list(table), frame.columns
    for ours, theirs, kind in (("gnomad_af", "AF", float), ("gnomad_ac", "AC", int), ("gnomad_an", "AN", int)):
        expect(ours, frame[ours], [row[4].get(theirs) for row in rows], kind)
    expect("gnomad_filters", frame["gnomad_filters"], [row[5] for row in rows], str)
    expect("note", frame["note"], table["note"], str)


names = [f"row{at}" for at in range(len(rows))]
by_pandas = vdx.annotate(pandas.DataFrame(table, index=names), db=db)
check(by_pandas)
assert list(by_pandas.index) == names and str(by_pandas["gnomad_ac"].dtype) == "Int64"
by_polars = vdx.annotate(polars.DataFrame(table), db={"exomes": db}, fields=["AF", "status"], options=["-@", "1"])
expect("gnomad_exomes_af", by_polars["gnomad_exomes_af"], [row[4].get("AF") for row in rows], float)
check(vdx.annotate(polars.DataFrame(table), db=str(db), dataset="exomes"))

# Rows may be left out; their index stays. A frame without rows has the columns. Other names are said, or known.
found = vdx.annotate(pandas.DataFrame(table, index=names), db=db, options=["--found"])
assert list(found.index) == [name for name, row in zip(names, rows) if row[5] is not None]
assert "gnomad_af" in vdx.annotate(pandas.DataFrame(table)[:0], db=db).columns
renamed = pandas.DataFrame(table).rename(columns={"position": "BP", "ref_allele": "REF", "chromosome": "CHROM", "alt_allele": "ALT"})
again = vdx.annotate(renamed, db=db, columns={"position": "BP"})
assert list(again["gnomad_af"].dropna()) == list(by_pandas["gnomad_af"].dropna())
# A column without a value is compared with numbers as one with some.
absent = [row[5] is None for row in rows]
without = vdx.annotate(pandas.DataFrame(table)[absent], db=db)
assert str(without["gnomad_af"].dtype) == "float64" and not (without["gnomad_af"] < 0.01).any()
without = vdx.annotate(polars.DataFrame(table).filter(absent), db=db)
assert without.filter(polars.col("gnomad_af") < 0.01).is_empty() and without["gnomad_af"].null_count() == sum(absent)
# A missing position is no variant, and no end.
holes = pandas.DataFrame(table)[:2].astype({"position": "Int64"})
holes.loc[0, "position"] = pandas.NA
assert vdx.annotate(holes, db=db, fields="status")["gnomad_status"][0] == "not_represented"

chromosome, position, ref, alt, info, _ = rows[0]
answers = vdx.lookup([f"{chromosome}-{position}-{ref}-{alt}", "nonsense"], db=db, fields="AC,status")
assert answers[0]["pos"] == position and answers[0]["chrom"] == chromosome and answers[0]["gnomad_ac"] == int(info["AC"])
assert answers[1]["gnomad_status"] == "unreadable" and answers[1]["pos"] is None


def refused(kind, words, call, *arguments, **options):
    """The call fails, and says these words."""
    try:
        call(*arguments, **options)
    except kind as error:
        assert words in str(error), error
        return error
    raise AssertionError(f"nothing was refused: {words}")


assert refused(vdx.Error, "nowhere", vdx.annotate, pandas.DataFrame(table), db="nowhere").status == 1
assert refused(vdx.Error, "XX", vdx.lookup, ["1-2-A-C"], db=db, fields="XX").status == 2
refused(KeyError, "columns={'position'", vdx.annotate, pandas.DataFrame(table).drop(columns="position"), db=db)
refused(TypeError, "pandas or polars", vdx.annotate, table, db=db)
print(f"{len(rows)} rows by pandas and polars, the values of gnomAD's file")
