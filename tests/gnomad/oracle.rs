//! bcftools annotate as the oracle: the same records, the same numbers as 32-bit floats.

use std::process::Command;

use crate::support::{Record, annotate, bgzip, body, gunzip};
use vdx_testkit::{data, installed};

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bcftools_annotate_agrees() {
    let (Some(program), Some(data)) = (installed("BCFTOOLS", "bcftools"), data()) else { return };
    let bcftools = |arguments: &[&str]| run(&program, arguments);
    let folder = tempfile::tempdir().unwrap();
    for slice in [
        "gnomad/GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz",
        "gnomad/GRCh38/gnomad.exomes.v4.0.sites.chr1.vcf.bgz",
        "gnomad/GRCh38/gnomad.genomes.v4.0.sites.chrY.vcf.bgz",
    ] {
        let slice = data.join(slice);
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

#[test]
fn indexes_made_by_bcftools_and_tabix_find_the_same() {
    let Some(program) = installed("BCFTOOLS", "bcftools") else { return };
    let bcftools = |arguments: &[&str]| run(&program, arguments);
    let folder = tempfile::tempdir().unwrap();
    // Dense stretches of many blocks in one window, gaps, and deletions that reach into the next windows.
    let place = |at: u32| (at % 1000) * 9 + at / 1000 * 70_000 + 50;
    let lines: Vec<String> = (0..6000u32)
        .map(|at| {
            let reference = if at % 450 == 0 { "A".repeat(40_000) } else { "A".to_owned() };
            let noise: String =
                (0..150u32).map(|n| char::from(b'a' + ((at * 7919 + n * n * 104_729) >> 3) as u8 % 26)).collect();
            format!("chr1 {} {reference} C PASS AC={at};AF=0.1;AN=7;N={noise}", place(at))
        })
        .collect();
    let path = crate::made::gnomad(folder.path(), "any.vcf.gz", crate::made::CHR1, &lines);
    let file = path.to_str().unwrap();
    let queries: Vec<String> =
        (0..6000).map(|at| format!("chr1 {} {} C", place(at), lines[at as usize].split(' ').nth(2).unwrap())).collect();
    let all = crate::support::vcf(&queries.iter().map(String::as_str).collect::<Vec<_>>());
    let few = crate::support::vcf(&queries.iter().rev().step_by(371).map(String::as_str).collect::<Vec<_>>());
    let ours: Vec<String> = [&all, &few].map(|query| annotate(&["--db", file, "--fields", "AC"], query).ok()).into();
    assert_eq!(body(&ours[0]).filter(|line| line.contains("gnomad_AC=")).count(), lines.len());
    for (flag, suffix) in [("-c", "csi"), ("-t", "tbi")] {
        std::fs::remove_file(folder.path().join("any.vcf.gz.tbi")).unwrap();
        bcftools(&["index", flag, file]);
        assert!(folder.path().join(format!("any.vcf.gz.{suffix}")).exists());
        for (query, ours) in [&all, &few].into_iter().zip(&ours) {
            assert!(annotate(&["--db", file, "--fields", "AC"], query).ok() == *ours, "{suffix}");
        }
        if suffix == "csi" {
            std::fs::rename(folder.path().join("any.vcf.gz.csi"), folder.path().join("any.vcf.gz.tbi")).unwrap();
        }
    }
    // And theirs read ours.
    std::fs::remove_file(folder.path().join("any.vcf.gz.tbi")).unwrap();
    annotate(&["--db", file], &few).ok();
    let region = format!("chr1:{0}-{0}", place(4321));
    assert!(bcftools(&["view", "-H", file, &region]).contains("AC=4321;"));
}
