//! gnomAD records and headers as text, in the field order of the releases.

use std::io::{self, Write};

use crate::gnomad::{Count, Frequencies, Style};
use crate::num;
use crate::rng::Rng;
use crate::variant::Variant;

/// One site of a file.
pub struct Record {
    pub variant: Variant,
    /// Number of its rsID.
    pub rs: Option<u64>,
}

/// Writes the fields of one style.
pub struct Text {
    pub style: Style,
}

impl Text {
    fn float(&self, value: f64, out: &mut Vec<u8>) {
        match self.style {
            Style::V2 => num::exponent5(value, out),
            Style::V4 => num::general6(value, out),
        }
    }

    fn tag(&self, name: &str, suffix: &str, out: &mut Vec<u8>) {
        out.push(b';');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(suffix.as_bytes());
        out.push(b'=');
    }

    /// `;AC_x=..;AN_x=..;AF_x=..;nhomalt_x=..` (v4 has AF before AN); AF only if AN is not 0.
    fn count(&self, suffix: &str, count: Count, out: &mut Vec<u8>) {
        self.tag("AC", suffix, out);
        num::int(count.ac.into(), out);
        let an = |out: &mut Vec<u8>| {
            self.tag("AN", suffix, out);
            num::int(count.an.into(), out);
        };
        if self.style == Style::V2 {
            an(out);
        }
        if let Some(frequency) = count.frequency() {
            self.tag("AF", suffix, out);
            self.float(frequency, out);
        }
        if self.style == Style::V4 {
            an(out);
        }
        self.tag("nhomalt", suffix, out);
        num::int(count.hom.into(), out);
    }

    /// Appends one record; `flags` are INFO flags such as `nonpar`.
    pub fn line(
        &self,
        contig: &str,
        record: &Record,
        freq: &Frequencies,
        flags: &[&str],
        rng: &mut Rng,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let variant = &record.variant;
        if self.style == Style::V4 {
            out.extend_from_slice(b"chr");
        }
        write!(out, "{contig}\t{}\t", variant.pos)?;
        match record.rs {
            Some(rs) => write!(out, "rs{rs}\t")?,
            None => out.extend_from_slice(b".\t"),
        }
        out.extend_from_slice(&variant.reference);
        out.push(b'\t');
        out.extend_from_slice(&variant.alternate);
        match self.style {
            Style::V2 => write!(out, "\t{}.{:02}", rng.between(30, 90_000), rng.below(100))?,
            Style::V4 => out.extend_from_slice(b"\t."),
        }
        let total = freq.total();
        write!(out, "\t{}\tAC={};AN={}", freq.filter, total.ac, total.an)?;
        if let Some(frequency) = total.frequency() {
            self.tag("AF", "", out);
            self.float(frequency, out);
        }
        match self.style {
            Style::V2 => self.v2(variant, freq, flags, rng, out)?,
            Style::V4 => self.v4(variant, freq, flags, rng, out)?,
        }
        vep(variant, rng, out)?;
        out.push(b'\n');
        Ok(())
    }

    /// Appends one record with the eight fields that frequencies are mostly asked for by.
    pub fn lean(
        &self,
        (contig, pos): (&str, u32),
        (reference, alternate): (&[u8], &[u8]),
        freq: &Frequencies,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        write!(out, "{contig}\t{pos}\t.\t")?;
        out.extend_from_slice(reference);
        out.push(b'\t');
        out.extend_from_slice(alternate);
        let total = freq.total();
        write!(out, "\t.\t{}\tAC={};AN={}", freq.filter, total.ac, total.an)?;
        let af = |suffix: &str, count: Count, out: &mut Vec<u8>| {
            if let Some(frequency) = count.frequency() {
                self.tag("AF", suffix, out);
                self.float(frequency, out);
            }
        };
        af("", total, out);
        self.tag("nhomalt", "", out);
        num::int(total.hom.into(), out);
        if let Some((_, count)) = freq.max_group(self.style) {
            af(&format!("_{}", self.style.max()), count, out);
        }
        for (group, counts) in self.style.groups().iter().zip(&freq.groups) {
            if matches!(group.name, "afr" | "nfe" | "sas") {
                af(&format!("_{}", group.name), counts[0] + counts[1], out);
            }
        }
        out.push(b'\n');
        Ok(())
    }

    fn metrics(&self, tags: &[(&str, f64, f64)], rng: &mut Rng, out: &mut Vec<u8>) {
        for &(tag, low, high) in tags {
            self.tag(tag, "", out);
            let value = low + (high - low) * rng.unit();
            self.float((value * 1000.0).round() / 1000.0, out);
        }
    }

    fn groups(&self, freq: &Frequencies, both_last: bool, out: &mut Vec<u8>) {
        for (group, counts) in self.style.groups().iter().zip(&freq.groups) {
            let name = format!("_{}", group.name);
            if !both_last {
                self.count(&name, counts[0] + counts[1], out);
            }
            for (sex, suffix) in self.style.sexes().iter().enumerate() {
                self.count(&format!("{name}{suffix}"), counts[sex], out);
            }
            if both_last {
                self.count(&name, counts[0] + counts[1], out);
            }
        }
    }

    fn filtering(&self, freq: &Frequencies, out: &mut Vec<u8>) {
        for (tag, z) in [("faf95", 1.645), ("faf99", 2.326)] {
            self.tag(tag, "", out);
            self.float(freq.total().filtering(z), out);
            for (group, counts) in self.style.groups().iter().zip(&freq.groups).filter(|(g, _)| g.in_max) {
                self.tag(tag, &format!("_{}", group.name), out);
                self.float((counts[0] + counts[1]).filtering(z), out);
            }
        }
    }

    fn v2(
        &self,
        variant: &Variant,
        freq: &Frequencies,
        flags: &[&str],
        rng: &mut Rng,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let site = [
            ("rf_tp_probability", 0.01, 0.99),
            ("FS", 0.0, 9.0),
            ("InbreedingCoeff", -0.1, 0.1),
            ("MQ", 40.0, 60.0),
            ("MQRankSum", -2.0, 2.0),
            ("QD", 1.0, 25.0),
            ("ReadPosRankSum", -2.0, 2.0),
            ("SOR", 0.2, 3.0),
            ("VQSLOD", -5.0, 9.0),
        ];
        self.metrics(&site, rng, out);
        write!(out, ";DP={};VQSR_culprit=MQRankSum", rng.between(1_000_000, 10_000_000))?;
        for flag in flags {
            write!(out, ";{flag}")?;
        }
        let (kind, allele) = kinds(variant);
        write!(out, ";variant_type={kind};allele_type={allele};n_alt_alleles={};pab_max=", rng.between(1, 3))?;
        self.float(1.0, out);
        self.count("_raw", freq.raw, out);
        self.groups(freq, false, out);
        self.tag("nhomalt", "", out);
        num::int(freq.total().hom.into(), out);
        for (sex, suffix) in self.style.sexes().iter().enumerate() {
            self.count(suffix, freq.sex(sex), out);
        }
        self.filtering(freq, out);
        if let Some((name, count)) = freq.max_group(self.style) {
            write!(out, ";popmax={name}")?;
            self.count("_popmax", count, out);
        }
        Ok(())
    }

    fn v4(
        &self,
        variant: &Variant,
        freq: &Frequencies,
        flags: &[&str],
        rng: &mut Rng,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let max = freq.max_group(self.style);
        if let Some((name, _)) = max {
            write!(out, ";grpmax={name}")?;
        }
        let bounds = self.style.groups().iter().zip(&freq.groups).filter(|(g, _)| g.in_max);
        let best = bounds
            .map(|(g, c)| (g.name, (c[0] + c[1]).filtering(1.645)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, bound)| *bound > 0.0);
        if let Some((name, bound)) = best {
            self.tag("fafmax_faf95_max", "", out);
            self.float(bound, out);
            write!(out, ";fafmax_faf95_max_gen_anc={name}")?;
        }
        for (sex, suffix) in self.style.sexes().iter().enumerate() {
            self.count(suffix, freq.sex(sex), out);
        }
        self.tag("nhomalt", "", out);
        num::int(freq.total().hom.into(), out);
        self.groups(freq, true, out);
        self.count("_raw", freq.raw, out);
        if let Some((_, count)) = max {
            self.count("_grpmax", count, out);
        }
        self.filtering(freq, out);
        let site =
            [("FS", 0.0, 9.0), ("MQ", 40.0, 60.0), ("QD", 1.0, 25.0), ("SOR", 0.2, 3.0), ("AS_VQSLOD", -5.0, 9.0)];
        self.metrics(&site, rng, out);
        let (kind, allele) = kinds(variant);
        write!(out, ";allele_type={allele};n_alt_alleles={};variant_type={kind}", rng.between(1, 3))?;
        for flag in flags {
            write!(out, ";{}", if *flag == "nonpar" { "non_par" } else { flag })?;
        }
        self.metrics(&[("cadd_phred", 0.0, 40.0), ("phylop", -3.0, 9.0)], rng, out);
        Ok(())
    }
}

fn kinds(variant: &Variant) -> (&'static str, &'static str) {
    match variant.alternate.len().cmp(&variant.reference.len()) {
        std::cmp::Ordering::Equal => ("snv", "snv"),
        std::cmp::Ordering::Greater => ("indel", "ins"),
        std::cmp::Ordering::Less => ("indel", "del"),
    }
}

/// Two transcripts' worth of VEP's pipes.
fn vep(variant: &Variant, rng: &mut Rng, out: &mut Vec<u8>) -> io::Result<()> {
    let alt = String::from_utf8_lossy(&variant.alternate);
    for number in 0..2 {
        let (transcript, gene) = (rng.below(100_000_000), rng.below(300_000));
        let (at, term) = (
            rng.between(1, 9000),
            rng.pick(&["missense_variant|MODERATE", "synonymous_variant|LOW", "intron_variant|MODIFIER"]),
        );
        write!(
            out,
            "{}{alt}|{term}|G{gene}|ENSG{gene:011}|Transcript|ENST{transcript:011}|protein_coding|{}/27||\
             ENST{transcript:011}.5:c.{at}N>{alt}||{}|{at}|{}|||||1||1||SNV|HGNC|HGNC:{gene}||||||||||||||",
            if number == 0 { ";vep=" } else { "," },
            rng.between(1, 27),
            at + 180,
            at / 3 + 1,
        )?;
    }
    Ok(())
}
