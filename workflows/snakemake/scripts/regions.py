#!/usr/bin/env python3
"""Chunks of a VCF that separate tasks normalise, so that vdx-merge shards gives what one process would have.

    regions.py plan VCF.gz.tbi FASTA.fai BASES FOLDER
                                               FOLDER/00001.tsv and so on, each one line CONTIG FROM TO (from 1) for
                                               vdx-normalize -R; BASES 0 is one chunk a contig.
                                               FOLDER/contigs: their order in the VCF, with those of the FASTA between them,
                                               for vdx-merge shards --contigs
    regions.py order IN.vcf[.gz] OUT           the contigs in the order of the VCF's records, with those of its header
                                               between them, for vdx-merge shards --contigs
    regions.py check PART.vcf.gz...            exit status 1 where parts, in the order of their chunks, do not begin in
                                               that order

A record is worked on by the chunk that its POS lies in; when it moves left over the edge, its line comes before lines of
the chunk before. vdx-merge shards puts that in order; lines of one position it takes from the part that begins first.
That is the order of the chunks, and so of the records, as long as no record moves past the first one of the chunk
before. So each chunk begins where the index has records, and is at least BASES long: to go wrong, a record would have
to move almost that far, and then check says so.
"""

import gzip
import os
import re
import struct
import sys
import zlib

# Windows of the finest level of a .tbi, in bases, and the number of the first of them (SAM specification, 5.3).
WINDOW = 1 << 14
FIRST_WINDOW = 4681
# Past the longest contig that a .tbi can hold.
END = 1 << 29


def windows(path):
    """(contig, numbers of the windows where records lie, ascending) in the order of the index."""
    with gzip.open(path) as index:
        data = index.read()
    if data[:4] != b"TBI\1":
        sys.exit(f"{path}: expected a .tbi index")
    contigs, names = struct.unpack_from("<i", data, 4)[0], struct.unpack_from("<i", data, 32)[0]
    at = 36 + names
    for name in data[36:at].split(b"\0")[:contigs]:
        found = set()
        (bins,) = struct.unpack_from("<i", data, at)
        at += 4
        for _ in range(bins):
            number, chunks = struct.unpack_from("<Ii", data, at)
            at += 8 + 16 * chunks
            # Behind the windows there is a bin of counts alone.
            if FIRST_WINDOW <= number < FIRST_WINDOW + END // WINDOW:
                found.add(number - FIRST_WINDOW)
        (offsets,) = struct.unpack_from("<i", data, at)
        at += 4 + 8 * offsets
        if bins:
            yield name.decode(), sorted(found)


def starts(found, bases):
    """Positions, from 1, where chunks of a contig begin."""
    begin = [1]
    last = found[0] if found else 0
    for window in found:
        if bases and (window - last) * WINDOW >= bases:
            begin.append(window * WINDOW + 1)
            last = window
    return begin


def merged(contigs, others):
    """The contigs in their order, and before each the others that stand before it among themselves."""
    known, order = set(contigs), []
    for contig in contigs:
        if contig in others:
            place = others.index(contig)
            order += [other for other in others[:place] if other not in known and other not in order]
        order.append(contig)
    return order + [other for other in others if other not in known and other not in order]


def plan(index, fai, bases, folder):
    os.makedirs(folder, exist_ok=True)
    number = 0
    contigs = list(windows(index))
    with open(fai) as lines:
        others = [line.split("\t")[0] for line in lines]
    with open(os.path.join(folder, "contigs"), "w") as order:
        order.writelines(f"{contig}\n" for contig in merged([contig for contig, _ in contigs], others))
    for contig, found in contigs:
        begin = starts(found, bases)
        for start, following in zip(begin, [*begin[1:], END + 1]):
            number += 1
            with open(os.path.join(folder, f"{number:05}.tsv"), "w") as region:
                region.write(f"{contig}\t{start}\t{following - 1}\n")
    if number == 0:
        sys.exit(f"{index}: it has no records")


def order(vcf, out):
    with open(vcf, "rb") as file:
        opened = gzip.open if file.read(2) == b"\x1f\x8b" else open
    header, contigs = [], {}
    with opened(vcf, "rb") as lines:
        for line in lines:
            if line.startswith(b"#"):
                found = re.match(rb"##contig=<(?:.*,)?ID=([^,>]+)", line)
                header += [found.group(1).decode()] if found else []
            elif b"\t" in line:
                contigs[line.split(b"\t", 1)[0]] = None
            else:
                sys.exit(f"{vcf}: expected a VCF, plain or compressed, to normalise by contig or chunk")
    with open(out, "w") as names:
        names.writelines(f"{contig}\n" for contig in merged([contig.decode() for contig in contigs], header))


def check(parts):
    before = None
    for part in parts:
        with gzip.open(part, "rt") as lines:
            first = next((line.split("\t", 2)[:2] for line in lines if not line.startswith("#")), None)
        if first is None:
            continue
        contig, position = first[0], int(first[1])
        if before and before[0] == contig and position < before[1]:
            sys.exit(f"{part}: a record of it moved to {contig}:{position}, before all of {before[2]}; take larger chunks")
        before = (contig, position, part)


if len(sys.argv) == 6 and sys.argv[1] == "plan":
    plan(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
elif len(sys.argv) == 4 and sys.argv[1] == "order":
    try:
        order(sys.argv[2], sys.argv[3])
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        sys.exit(f"{sys.argv[2]}: truncated or damaged ({error}); download it again")
elif len(sys.argv) > 2 and sys.argv[1] == "check":
    check(sys.argv[2:])
else:
    print(__doc__, file=sys.stderr)
    sys.exit(2)
