"""gnomAD's numbers in pandas and polars, by the program ``vdx-gnomad`` that comes with this package.

>>> import vdx
>>> vdx.annotate(frame, db="gnomad-v2.1.1/", dataset="exomes")     # the frame with gnomad_af, gnomad_ac, ... behind
>>> vdx.lookup(["1-55505599-C-G", "chr1:55505600:A:T"], db="exomes.store")

``db`` is what ``--db`` of ``vdx-gnomad`` takes: a folder of gnomAD's files, one VCF, or a store that ``vdx-gnomad build`` made;
or a dict of several, ``{"exomes": ..., "genomes": ...}``. ``dataset``, ``release`` and ``fields`` choose in it. Any other
option of the program goes into ``options``, a list of words as on the command line.
"""

from __future__ import annotations

import csv
import io
import logging
import os
import re
import shutil
import subprocess
import sysconfig
from typing import Any, Iterable, Mapping, Sequence

__all__ = ["Error", "annotate", "lookup", "program"]
_log = logging.getLogger("vdx")
#: What a column may be called, in any case of letters; the first name is the program's own.
_NAMES = {
    "chromosome": ("chromosome", "chrom", "chr", "#chrom", "contig"),
    "position": ("position", "pos", "start"),
    "ref_allele": ("ref_allele", "ref", "reference"),
    "alt_allele": ("alt_allele", "alt", "alternate"),
}
_ROW = "vdx_row"


class Error(RuntimeError):
    """A program failed; the message is what it said. ``status`` is its exit status: 1 bad data, 2 wrong usage, 137 memory."""

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.status = status


def program(name: str) -> str:
    """The path of ``vdx-gnomad`` (or another of the four): that of this environment, else of the user's, else on the PATH."""
    schemes = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))]
    for place in [*schemes, None]:
        found = shutil.which(name, path=place)
        if found:
            return found
    raise FileNotFoundError(f"{name} is neither in {' nor in '.join(schemes)} nor on the PATH")


def annotate(
    frame: Any,
    *,
    db: str | os.PathLike | Mapping[str, str | os.PathLike],
    columns: Mapping[str, str] | None = None,
    dataset: str | None = None,
    release: str | None = None,
    fields: Sequence[str] | str | None = None,
    options: Sequence[str] = (),
) -> Any:
    """A copy of a pandas or polars frame with a column for each field of gnomAD behind: ``gnomad_af``, ``gnomad_ac``, ...

    Rows keep their order and index; what gnomAD lacks is missing. ``options=["--found"]`` and the like leave rows out.
    The frame has columns chromosome, position (1-based), ref_allele and alt_allele, or chrom, pos, ref, alt; other names
    are said by ``columns={"position": "BP"}``.

    Raises ``KeyError`` where a column is missing, ``TypeError`` for what is no frame, ``Error`` where the program fails.
    """
    kind = type(frame).__module__.partition(".")[0]
    if kind not in ("pandas", "polars") or not hasattr(frame, "shape"):
        raise TypeError(f"expected a pandas or polars DataFrame, found {type(frame).__module__}.{type(frame).__name__}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = _columns(list(frame.columns), columns or {})
    writer.writerow([_ROW, *names])
    cells = [[_cell(value) for value in frame[name]] for name in names.values()]
    writer.writerows(zip(range(len(frame)), *cells))
    ran = _run(["annotate", *_words(db, dataset, release, fields), "-O", "csv", *options, "-"], text.getvalue())
    header, *rows = csv.reader(io.StringIO(ran.stdout))
    kept = [int(row[0]) for row in rows]
    added = {name: _typed([row[at] for row in rows]) for at, name in enumerate(header) if at > len(names)}
    if kind == "polars":
        import polars

        return frame[kept].with_columns(polars.Series(name, values, dtype=_polars(values)) for name, values in added.items())
    import pandas

    out = frame.iloc[kept].copy()
    for name, values in added.items():
        if any(isinstance(value, int) for value in values):
            values = pandas.array(values, dtype="Int64")
        elif all(value is None for value in values):
            values = float("nan")  # which compares with numbers; None does not
        out[name] = values
    return out


def lookup(
    variants: Iterable[str],
    *,
    db: str | os.PathLike | Mapping[str, str | os.PathLike],
    dataset: str | None = None,
    release: str | None = None,
    fields: Sequence[str] | str | None = None,
    options: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """A dict for each variant (``1-55505599-C-G``, ``chr1:55505599:C:G``, ``rs...`` in a store with names), in their order.

    ``status`` says found, filtered, absent, ...; a word that cannot be read has ``unreadable``. ``pandas.DataFrame`` and
    ``polars.DataFrame`` take the list as it is.
    """
    words = "".join(f"{variant}\n" for variant in variants)
    ran = _run(["lookup", *_words(db, dataset, release, fields), *options], words, rows_say_unreadable=True)
    header, *rows = csv.reader(io.StringIO(ran.stdout), delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = {name: [row[at] for row in rows] for at, name in enumerate(header)}
    texts = ("variant", "chrom", "ref", "alt")
    typed = [[text or None for text in cells] if name in texts else _typed(cells) for name, cells in columns.items()]
    return [dict(zip(header, values)) for values in zip(*typed)]


def _words(db: Any, dataset: str | None, release: str | None, fields: Sequence[str] | str | None) -> list[str]:
    sources = [f"{name}={os.fspath(path)}" for name, path in db.items()] if isinstance(db, Mapping) else [os.fspath(db)]
    words = [word for source in sources for word in ("--db", source)]
    fields = fields if fields is None or isinstance(fields, str) else ",".join(fields)
    for option, value in (("--dataset", dataset), ("--release", release), ("--fields", fields)):
        words += [option, value] if value is not None else []
    return words


def _run(words: list[str], text: str, rows_say_unreadable: bool = False) -> subprocess.CompletedProcess:
    ran = subprocess.run([program("vdx-gnomad"), *words], input=text, capture_output=True, encoding="utf-8")
    for line in ran.stderr.splitlines():
        _log.log(logging.WARNING if "warning: " in line else logging.DEBUG, "%s", line)
    # A run that stopped early leaves its last line without an end; one that answered all but some words does not.
    answered = rows_say_unreadable and ran.returncode == 1 and ran.stdout.endswith("\n") and "\tunreadable" in ran.stdout
    if ran.returncode and not answered:
        raise Error(ran.stderr.strip() or f"vdx-gnomad ended with {ran.returncode}", ran.returncode)
    return ran


def _columns(present: list[str], said: Mapping[str, str]) -> dict[str, str]:
    """Which column of the frame each of the program's four is."""
    unknown = set(said) - set(_NAMES)
    if unknown:
        raise KeyError(f"columns: expected {', '.join(_NAMES)}, found {', '.join(sorted(unknown))}")
    lower = {str(name).lower(): name for name in reversed(present)}
    found = {}
    for ours, others in _NAMES.items():
        name = said.get(ours) or next((lower[other] for other in others if other in lower), None)
        if name is None or name not in present:
            raise KeyError(f"the frame has no column {name or ours}; say which one it is by columns={{{ours!r}: ...}}")
        found[ours] = name
    return found


def _cell(value: Any) -> str:
    """The text of a cell; nothing where it is missing."""
    try:
        missing = value is None or bool(value != value)  # NaN and NaT alone are not what they are
    except TypeError:
        missing = True  # pandas.NA, of which nothing is true or false
    return "" if missing else str(value)


def _typed(texts: list[str]) -> list[Any]:
    """Numbers where all of a column's cells are, None for the empty ones; of integers alone integers."""
    for kind, form in ((int, r"-?\d+"), (float, r"-?\d+(\.\d*)?([eE][-+]?\d+)?")):
        if any(texts) and all(not text or re.fullmatch(form, text) for text in texts):
            return [kind(text) if text else None for text in texts]
    return [text or None for text in texts]


def _polars(values: list[Any]) -> Any:
    import polars

    kinds = {type(value) for value in values if value is not None}
    # A column without a value is of no type, and goes with any.
    known = {frozenset(): polars.Null, frozenset({int}): polars.Int64, frozenset({float}): polars.Float64}
    return known.get(frozenset(kinds), polars.String)
