//! bcftools annotate as the oracle: the same records, the same numbers as 32-bit floats.

use std::path::Path;
use std::process::Command;

use crate::support::{Record, annotate, bgzip, body, gunzip};

fn bcftools(arguments: &[&str]) -> String {
    let output = Command::new("bcftools").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bcftools_annotate_agrees() {
    if Command::new("bcftools").arg("--version").output().is_err() {
        eprintln!("skipped: bcftools is not installed");
        return;
    }
    let Some(data) = std::env::var_os("VDX_TEST_DATA") else {
        eprintln!("skipped: VDX_TEST_DATA names no folder of real gnomAD slices");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for slice in [
        "gnomad/GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz",
        "gnomad/GRCh38/gnomad.exomes.v4.0.sites.chr1.vcf.bgz",
        "gnomad/GRCh38/gnomad.genomes.v4.0.sites.chrY.vcf.bgz",
    ] {
        let slice = Path::new(&data).join(slice);
        let mut query = "##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=chr1>\n##contig=<ID=chrY>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
        for (at, line) in body(&gunzip(&slice)).enumerate() {
            let c: Vec<&str> = line.splitn(6, '\t').collect();
            // Every third ALT is one that the source may not have.
            let alt = if at % 3 == 0 { format!("{}GATTACA", c[4]) } else { c[4].to_owned() };
            query.push_str(&format!("{}\t{}\t.\t{}\t{alt}\t.\t.\t.\n", c[0], c[1], c[3]));
        }
        let file = bgzip(&folder.path().join("q.vcf.gz"), &query);
        bcftools(&["index", "-f", file.to_str().unwrap()]);
        let columns = "INFO/AF,INFO/AC,INFO/AN";
        let theirs = bcftools(&["annotate", "-a", slice.to_str().unwrap(), "-c", columns, file.to_str().unwrap()]);
        let ours = annotate(&["--db", slice.to_str().unwrap(), "--fields", "AF,AC,AN", "--prefix", ""], &query).ok();
        let mut found = 0;
        // bcftools puts records of one position in another order.
        let sorted = |text: &str| {
            let mut records: Vec<Record> = body(text).map(Record::parse).collect();
            records.sort_by(|a, b| a.columns[..5].cmp(&b.columns[..5]));
            records
        };
        for (theirs, ours) in sorted(&theirs).iter().zip(sorted(&ours)) {
            assert_eq!(theirs.columns[..5], ours.columns[..5]);
            for key in ["AC", "AN"] {
                assert_eq!(theirs.value(key), ours.value(key), "{:?}", ours.columns);
            }
            let float = |record: &Record| record.value("AF").map(|text| text.parse::<f32>().unwrap().to_string());
            // bcftools prints a 32-bit float with six digits, as the source has them.
            assert_eq!(float(theirs), float(&ours), "{:?}", ours.columns);
            found += usize::from(ours.value("AC").is_some());
        }
        assert!(found > 20, "{}: {found}", slice.display());
    }
}
