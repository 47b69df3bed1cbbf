//! Reference FASTA windows, trimming and left-alignment.
