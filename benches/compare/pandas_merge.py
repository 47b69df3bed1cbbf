"""A table of variants merged with gnomAD's fields by pandas, all in Parquet but the table: the peer of `vdx-gnomad annotate
-o FILE.parquet`. `pandas_merge.py merge TABLE.csv FIELDS.parquet OUT.parquet`, and `equal OURS THEIRS`, which compares cells.
"""

import sys

import pandas as pd

KEYS = ["chromosome", "position", "ref_allele", "alt_allele"]


def merge(table, fields, out):
    rows = pd.read_csv(table, dtype={key: "int64" if key == "position" else "str" for key in KEYS})
    rows.merge(pd.read_parquet(fields), on=KEYS, how="left").to_parquet(out, compression="zstd", index=False)


def equal(ours, theirs):
    a, b = pd.read_parquet(ours), pd.read_parquet(theirs)
    assert list(a.columns) == list(b.columns) and len(a) == len(b), (a.columns, b.columns, len(a), len(b))
    for name in a.columns:
        same = (a[name] == b[name]) | (a[name].isna() & b[name].isna())
        assert same.all(), (name, a[~same].head(), b[~same].head())
    print(f"equal: {len(a)} rows of {len(a.columns)} columns, {int(a.iloc[:, -1].notna().sum())} with a last field")


if __name__ == "__main__":
    {"merge": merge, "equal": equal}[sys.argv[1]](*sys.argv[2:])
