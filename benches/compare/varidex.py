"""Looks the records of a VCF up with VariDex's own loader and two workers, or as many as are said.

    varidex.py FOLDER-OF-GNOMAD.PY FOLDER-OF-GNOMAD-FILES QUERIES.vcf [WORKERS]
"""

import sys

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    import gnomad

    with open(sys.argv[3], encoding="ascii") as lines:
        rows = [line.split("\t", 5) for line in lines if not line.startswith("#")]
    variants = [(chrom, int(pos), ref, alt) for chrom, pos, _, ref, alt, _ in rows]
    workers = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    with gnomad.GnomADLoader(sys.argv[2], max_workers=workers) as loader:
        found = loader.lookup_variants_batch(variants, show_progress=False)
    print(sum(answer is not None for answer in found), "of", len(variants), file=sys.stderr)
