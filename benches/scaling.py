#!/usr/bin/env python3
"""Draws how time goes with threads, records and the size of the source: benches/scaling.svg. Needs matplotlib.

    scaling.py results/DATE.csv     the last figures of the part `scaling` of compare.sh in that file
"""

import csv
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "vdx"
from matplotlib import pyplot  # noqa: E402 (the backend comes first)

PANELS = {
    "threads": "ClinVar left-aligned, by threads",
    "records": "Left-aligned, by records",
    "source": "10,000 variants looked up,\nby records of the source",
}
COLOURS = {"vdx": "#1f5fa8", "bcftools": "#b4b8bf"}


def figures(path):
    """`{panel: {tool: {number: wall seconds}}}`; of what was measured twice the last."""
    found = {panel: {} for panel in PANELS}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            if row and row[0] == "scaling":
                panel, number, tool = row[1].split(", ", 2)
                found[panel].setdefault(tool, {})[int(number)] = float(row[2])
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    figure, panels = pyplot.subplots(1, len(PANELS), figsize=(11, 3.4), layout="constrained")
    for axes, (panel, tools) in zip(panels, figures(sys.argv[1]).items()):
        for tool, points in tools.items():
            numbers = sorted(points)
            style = "--" if tool.endswith("store") else "-"
            axes.plot(numbers, [points[n] for n in numbers], style, marker="o", label=tool, color=COLOURS[tool.split("-")[0].split()[0]])
        axes.set_title(PANELS[panel], fontsize=10)
        axes.set_ylabel("wall seconds")
        axes.set_yscale("log")
        if panel == "threads":
            axes.set_xticks(sorted({n for points in tools.values() for n in points}))
        else:
            axes.set_xscale("log")
        axes.legend(fontsize=8)
    figure.savefig(pathlib.Path(__file__).resolve().parent / "scaling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
