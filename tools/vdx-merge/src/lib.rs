//! A person's genotypes against ClinVar, with verdicts.
