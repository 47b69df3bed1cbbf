#!/usr/bin/env python3
"""Draws benches/figures.csv, the figures of benches/README.md, as benches/speed.svg.

    chart.py            writes the picture
    chart.py --check    exit status 1 where the picture is not that of the figures
"""

import csv
import html
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
PANELS = {
    "seconds": "Wall seconds on two cores: shorter is faster",
    "megabytes": "Peak memory, MB: here others need less",
}
WIDTH, LABELS, ROOM = 860, 330, 340  # of the picture, of what stands left of the bars, of the longest bar
BAR, GAP, HEAD = 15, 12, 34  # heights: a bar, what parts two works, a heading
OURS, THEIRS = "#1f5fa8", "#b4b8bf"


def rows(figures):
    """The lines of the picture from top to bottom: (kind, y, what it shows), and how high the picture is."""
    y, found = 8, []
    for measure, heading in PANELS.items():
        found.append(("heading", y + 20, heading))
        y += HEAD
        chosen = [row for row in figures if row["measure"] == measure]
        longest = max(float(row["value"]) for row in chosen)
        work = None
        for row in chosen:
            if row["work"] != work:
                y += GAP if work else 0
                work = row["work"]
                found.append(("work", y, work))
            length = max(2, round(ROOM * float(row["value"]) / longest))
            found.append(("bar", y, (row["tool"], row["value"], length)))
            y += BAR
        y += 2 * GAP
    return found, y


def svg(figures):
    """The picture as text."""
    found, height = rows(figures)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="Helvetica, Arial, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for kind, y, what in found:
        if kind == "heading":
            out.append(f'<text x="16" y="{y}" font-size="15" font-weight="bold" fill="#222222">{html.escape(what)}</text>')
        elif kind == "work":
            text = html.escape(what)
            out.append(f'<text x="{LABELS - 12}" y="{y + 12}" text-anchor="end" fill="#222222">{text}</text>')
        else:
            tool, value, length = what
            ours = tool.startswith("vdx")
            fill, weight = (OURS, "bold") if ours else (THEIRS, "normal")
            text = html.escape(f"{value}  {tool}")
            out.append(f'<rect x="{LABELS}" y="{y + 1}" width="{length}" height="{BAR - 2}" fill="{fill}"/>')
            x = LABELS + length + 6
            out.append(f'<text x="{x}" y="{y + 12}" font-weight="{weight}" fill="#222222" xml:space="preserve">{text}</text>')
    return "\n".join([*out, "</svg>", ""])


def main():
    with open(HERE / "figures.csv", newline="", encoding="utf-8") as file:
        picture = svg(list(csv.DictReader(file)))
    path = HERE / "speed.svg"
    if sys.argv[1:] == ["--check"]:
        if path.read_text(encoding="utf-8") != picture:
            sys.exit("speed.svg is not that of figures.csv: run benches/chart.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        path.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
