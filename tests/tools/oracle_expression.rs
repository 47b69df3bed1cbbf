//! Filter expressions against `bcftools view -i`: the records that pass are the same.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds. Versions 1.16, 1.23 and 1.24 agree; what differs
//! on purpose is in `tools/vdx-normalize/DIFFERENCES.md`.

use std::path::Path;
use std::process::{Command, Stdio};

use vdx_filter::{Expression, Filter, Stacks};
use vdx_testkit::{Bcftools, data};
use vdx_vcf::{Header, Line};

/// Of records alone.
const SITES: &[&str] = &[
    "QUAL>20",
    "QUAL<=29.5",
    "QUAL=29.5",
    "QUAL!=3070.77",
    "QUAL=\".\"",
    "QUAL!=\".\"",
    "qual>=1e6",
    "POS>100 && POS<=1000",
    "POS%7=3",
    "CHROM=\"1\"",
    "CHROM~\"^[2-9]$\"",
    "REF=\"C\"",
    "REF!='C'",
    "REF~\"^CC*G\"",
    "REF~\"c\"",
    "REF~\"c/i\"",
    "ALT=\".\"",
    "ALT!=\".\"",
    "ALT=\"*\"",
    "ALT=\"A,T\"",
    "ALT!=\"A\"",
    "ALT[0]=\"A\"",
    "ALT[1]=\".\"",
    "ALT[1-]~\"A$\"",
    "ALT[*]~\"\\(AC\\)\\{2\\}\"",
    "ALT~\"A\\|G\"",
    "ID=\".\"",
    "ID!=\".\"",
    "ID~\"rs1\"",
    "FILTER=\"PASS\"",
    "FILTER!=\"PASS\"",
    "FILTER=\".\"",
    "FILTER!=\".\"",
    "FILTER~\"q10\"",
    "FILTER!~\"q10\"",
    "FILTER=\"q10\"",
    "FILTER=\"s50;q10\"",
    "FILTER!=\"q10;s50\"",
    "FILTER~\"q10;s50\"",
    "FILTER!~\"q10;s50\"",
    "FILTER~\".\"",
    "FILTER!~\".\"",
    "TYPE=\"snp\"",
    "TYPE!=\"snp\"",
    "TYPE~\"snp\"",
    "TYPE!~\"snps\"",
    "TYPE=\"indel\"",
    "TYPE~\"indel\"",
    "TYPE=\"mnp\"",
    "TYPE~\"other\"",
    "TYPE=\"ref\"",
    "TYPE~\"bnd\"",
    "TYPE=\"overlap\"",
    "TYPE~\"overlap\" || TYPE=\"mnp\"",
    "N_ALT>1",
    "N_ALT=0 | N_ALT=3",
    "N_SAMPLES=2",
    "INFO/DP>50",
    "INFO/DP=\".\"",
    "INFO/DP!=\".\"",
    "INFO/DP!=7",
    "INFO/DP>=44650",
    "MQ<0.2",
    "MQ=0.333333",
    "MQ*3>1",
    "MQ!=1",
    "SC=\"a\"",
    "SC!=\"a\"",
    "SC=\".\"",
    "SC!=\".\"",
    "SC~\"value\"",
    "SC~\"VALUE/i\"",
    "SC~\"x|y\"",
    "SC~\"|1/3\"",
    "SC~\".\"",
    "DB=1",
    "DB=0 && H2=1",
    "DB!=1",
    "PR[0]>50",
    "PR[1]>50",
    "PR>50",
    "PR[*]=0",
    "AF>0.5",
    "AF[0]>0.1",
    "AF[0]<=0.125",
    "AF[*]=0.125",
    "AF!=0.125",
    "AS=\"a\"",
    "AS=\"bc,a\"",
    "AS!=\"bc\"",
    "AS[0]=\"bc\"",
    "AS[1]=\"bc\"",
    "AS[1-]=\"bc\"",
    "AS~\"missense\"",
    "RC[1]>100 && N_ALT>0",
    "RC[0]+RC[1]>150 && N_ALT>0",
    "RC[0]/RC[1]<0.5 && N_ALT>0",
    "RC[0,1]>200",
    "RF=0.333333",
    "RF[1]!=1 && N_ALT>0",
    "RS=\"x|y|z\"",
    "GF[2]<0 && N_ALT>0",
    "ANYF>=12.75",
    "ANN=\"p.Ala1Val\"",
    "ANN[*]~\"p\\.Ala\"",
    "ANN[1]=\"bc\"",
    "END-POS>10",
    "END>POS",
    "SVLEN<0",
    "ABS(SVLEN)>10",
    "MAX(AF)>0.5",
    "MIN(RF)<0",
    "AVG(GF)>1",
    "MEAN(ANYF)<1",
    "MEDIAN(GF)>0.2",
    "STDEV(GF)>1",
    "SUM(RF)>10",
    "COUNT(ANYF)>2",
    "COUNT(ANN)=3",
    "COUNT(RF)=4",
    "STRLEN(REF)>5",
    "STRLEN(ALT)>5",
    "STRLEN(ALT[0])=1",
    "STRLEN(SC)=2",
    "MAX(STRLEN(ALT))>8",
    "-POS<-500",
    "(QUAL>20 || INFO/DP<10) && TYPE!=\"snp\"",
    "QUAL>20 || INFO/DP<10 && TYPE!=\"snp\"",
    "AN=4",
    "binom(PR)<0.1",
    "binom(PR[0],PR[1])>0.5 && PR[0]>=0",
    "phred(binom(PR))>20",
    "phred(MQ)>3",
    "binom(RC[0],RC[1])=1 && N_ALT>0",
    "%MAX(RC)>200",
    "%MAX(AF)>0.5",
    "ID=@LIST",
    "ID!=@LIST",
    "SC=@LIST && SC!=\".\"",
    "CHROM!=@LIST",
];

/// Of samples.
const SAMPLES: &[&str] = &[
    "GT=\"het\"",
    "GT!=\"het\"",
    "GT=\"HOM\"",
    "GT=\"hap\"",
    "GT=\"ref\"",
    "GT=\"alt\"",
    "GT!=\"alt\"",
    "GT=\"mis\"",
    "GT!=\"mis\"",
    "GT=\"RR\"",
    "GT=\"RA\"",
    "GT=\"AR\"",
    "GT=\"AA\"",
    "GT=\"aA\"",
    "GT=\"A\"",
    "GT=\"R\"",
    "GT=\"0/1\"",
    "GT=\"1|0\"",
    "GT!=\"0/0\"",
    "GT=\"./.\"",
    "GT=\".\"",
    "GT~\"\\.\"",
    "GT~\"2\"",
    "GT[0]=\"het\"",
    "GT[1]=\"het\" && GT[0]=\"hom\"",
    "GT[0-1]=\"het\"",
    "GT[0]=\"alt\" & GT[1]=\"alt\"",
    "GT=\"het\" & FMT/DP>50",
    "GT=\"het\" && FMT/DP>50",
    "GT=\"het\" | FMT/DP>50",
    "GT=\"het\" || FMT/DP>50",
    "QUAL>20 & GT=\"het\"",
    "QUAL>20 | GT=\"het\"",
    "QUAL>20 & GT=\"het\" & GQ>30",
    "QUAL>20 & GT=\"het\" && GQ>30",
    "QUAL>20 && GT=\"het\" & GQ>30",
    "FORMAT/DP>100",
    "FMT/DP=\".\"",
    "FMT/DP!=\".\"",
    "FMT/DP!=1",
    "FMT/DP[0]>100",
    "FMT/DP[1]>100",
    "FMT/DP[1-]<50",
    "GQ>50 & FMT/DP>50",
    "GQ>50 && FMT/DP>50",
    "GQ>FMT/DP",
    "GQ=FMT/DP",
    "GQ!=FMT/DP",
    "FMT/DP>INFO/DP",
    "FMT/DP!=INFO/DP",
    "INFO/DP<FMT/DP",
    "FMT/DP+GQ>1000",
    "FMT/DP/INFO/DP>1",
    "AD>500",
    "AD[:0]>50",
    "AD[:1]>50",
    "AD[*:1]>50",
    "AD[0:1]>50",
    "AD[1:0]<50",
    "AD[:1-]>500",
    "AD[0:*]>500",
    "AD=\".\"",
    "AD!=\".\"",
    "AD[:1]=\".\"",
    "AD[:2]!=\".\"",
    "AD[:0]/AD[:1]>1",
    "AD[:0]/FMT/DP>1",
    "AD[:0]+AD[:1]>FMT/DP",
    "SAF>0.4",
    "SAF!=0.5",
    "SAT=\"bc\"",
    "SAT!=\"bc\"",
    "SAT~\"long\"",
    "SAT[:0]=\"a\"",
    "SAT[0:0]=\"a\"",
    "FT=\"bc\"",
    "FT!=\"bc\"",
    "FT~\"value\"",
    "PL[:0]=0",
    "PL=0",
    "PL>60000",
    "MAX(FMT/DP)>500",
    "MIN(FMT/DP)>40",
    "AVG(GQ)>1000",
    "MEDIAN(PL)>80",
    "STDEV(AD)>100",
    "SUM(AD)<150",
    "COUNT(AD)=4 && AD[:0]>=0",
    "COUNT(GT=\"het\")=2",
    "COUNT(GT=\"hom\")=0",
    "COUNT(GQ>50)>0",
    "N_PASS(GQ>50)=2",
    "N_PASS(GQ>50 & GT!=\"mis\")=1",
    "N_PASS(GQ>50 && GT=\"het\")=2",
    "N_PASS(GQ>50 || GT=\"het\")=2",
    "N_PASS(GQ>50 | GT=\"het\")=2",
    "N_PASS(QUAL>20 || GQ>50)=2",
    "N_PASS(QUAL>20 | GQ>50)=2",
    "N_PASS(QUAL>20 & GQ>50)=1",
    "F_PASS(FMT/DP>50)>0.4",
    "MAX(AD[:0]/FMT/DP)>2",
    "SMPL_MAX(AD)>500 && AD[:0]>=0",
    "sMAX(AD)>500 & GT=\"het\" && AD[:0]>=0",
    "SMPL_MIN(AD)>20 && AD[:0]>=0",
    "sAVG(PL)>100 && PL[:0]>=0",
    "SMPL_SUM(AD)<100 && AD[:0]>=0",
    "sMEDIAN(PL)>80 && PL[:0]>=0",
    "sSTDEV(AD)>100 && AD[:0]>=0",
    "N_PASS(sSUM(AD)>100)=2 && AD[:0]>=0",
    "ABS(FMT/DP-GQ)>1000",
];

/// Others, or wrong, in version 1.16.
const RECENT: &[&str] = &[
    "ID~\"9$\"",
    "ILEN>0",
    "%ILEN>0",
    "ILEN<-3",
    "ILEN=0",
    "ABS(ILEN)>4",
    "MIN(ILEN)<-2 & MAX(ILEN)>1",
    "N_MISSING>0",
    "F_MISSING>0.4",
    "F_MISSING=0",
    "F_PASS(GT[0]=\"het\")=1",
    "sCOUNT(AD)=3 && AD[:0]>=0",
    "binom(AD)<0.05 && AD[:0]>=0",
    "phred(binom(AD))>30 && AD[:0]>=0",
    "N_PASS(binom(AD)=\".\")=1 && AD[:0]>=0",
    "binom(AD[:0],AD[:1])<0.05 && AD[:0]>=0",
    "binom(FMT/DP,GQ)>0.3 && FMT/DP>=0 && GQ>=0",
    "FMT/FT=@LIST && FMT/FT!=\".\"",
    "FMT/FT!=@LIST && FMT/FT!=\".\"",
    "GT[@NAMES]=\"het\"",
    "AD[@NAMES:1]>50",
];

/// Of a site with one minor allele, whatever its ALTs: from 1.24 on.
const SINCE_1_24: &[&str] =
    &["MAF<0.4", "MAF[0]<0.4", "MAF[*]>=0.5", "MAF[1]<0.3", "MAC[*]>1", "MAC>0 && MAC<3", "MAC=2", "COUNT(MAC)=1"];

/// By the genotype of the record, which bcftools keeps from the one before: asked of one record at a time.
const OF_ONE: &[&str] =
    &["SRT[:GT]=\"bc\"", "SRT[GT]!=\"a\"", "SRT[1:GT]~\"b\"", "N_PASS(SRT[:GT]=\"a\")=1", "AD[0:GT]>100"];

/// Wrong in version 1.23, where `!~` holds for every text.
const OLD: &[&str] = &["SC!~\"value\"", "AS!~\"missense\"", "SAT!~\"long\""];

/// Of ClinVar, as people ask it.
const CLINVAR: &[&str] = &[
    "CLNSIG=\"Pathogenic\"",
    "CLNSIG!=\"Benign\"",
    "CLNSIG~\"athogenic\"",
    "CLNSIG~\"^benign/i\" || CLNSIG~\"Likely_benign\"",
    "AF_EXAC<0.01",
    "AF_EXAC=\".\"",
    "AF_EXAC!=\".\" & AF_TGP!=\".\"",
    "AF_EXAC/AF_ESP>1",
    "MAX(AF_EXAC)>0.001 && CLNVC=\"single_nucleotide_variant\"",
    "MC~\"missense\"",
    "GENEINFO~\"^ISG15:\"",
    "CLNREVSTAT=\"criteria_provided\" && TYPE!=\"snp\"",
    "COUNT(CLNDISDB)>3",
    "STRLEN(REF)>1 || STRLEN(ALT)>1",
    "ALLELEID>500000",
];

fn run(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// CHROM to ALT of the records that pass, as bcftools has it; `None` where it fails.
fn theirs(program: &str, expression: &str, flag: &str, file: &Path) -> Option<Vec<String>> {
    let mut command = Command::new(program);
    let text = run(command.args(["view", "--no-version", "-H", flag, expression]).arg(file))?;
    Some(text.lines().map(locus).collect())
}

fn locus(line: &str) -> String {
    line.split('\t').take(5).collect::<Vec<_>>().join(" ")
}

/// The same as we have it.
fn ours(expression: &str, exclude: bool, header: &Header, text: &str) -> Result<Vec<String>, String> {
    let parsed = Expression::parse(expression)?;
    let filter = Filter::new(&parsed, exclude, header)?;
    let mut stacks = Stacks::default();
    let mut passing = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if filter.passes(&Line::parse(line.as_bytes()).unwrap(), &mut stacks)? {
            passing.push(locus(line));
        }
    }
    Ok(passing)
}

/// Compares all expressions on one file; how many of them told records apart.
fn agree(program: &str, expressions: impl Iterator<Item = String>, file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let header: String = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
    let header = Header::parse(header.as_bytes()).unwrap();
    let records = text.lines().filter(|line| !line.starts_with('#')).count();
    let mut telling = 0;
    let mut differing = Vec::new();
    for (at, expression) in expressions.enumerate() {
        let exclude = at % 5 == 4;
        // What it cannot do with this file is no yardstick.
        let Some(theirs) = theirs(program, &expression, if exclude { "-e" } else { "-i" }, file) else { continue };
        match ours(&expression, exclude, &header, &text) {
            Err(error) => differing.push(format!("{expression}: {error}")),
            Ok(ours) if ours != theirs => {
                let only = |a: &[String], b: &[String]| a.iter().find(|record| !b.contains(record)).cloned();
                differing.push(format!(
                    "{expression}: {} pass here, {} there; only here {:?}, only there {:?}",
                    ours.len(),
                    theirs.len(),
                    only(&ours, &theirs),
                    only(&theirs, &ours)
                ));
            }
            Ok(ours) => telling += usize::from(!ours.is_empty() && ours.len() < records),
        }
    }
    assert!(differing.is_empty(), "{}:\n{}", file.display(), differing.join("\n"));
    telling
}

/// A file; its path.
fn put(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_records_that_pass_are_those_of_bcftools() {
    let Some(bcftools) = Bcftools::find() else { return };
    let directory = tempfile::tempdir().unwrap();
    for seed in ["1", "25"] {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "-q", "--locked", "-p", "datagen", "--", "nasty", "--seed", seed, "-o"]);
        run(command.arg(directory.path()).current_dir(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let more = if bcftools.is_recent() { RECENT } else { OLD };
        let single = if bcftools.minor >= 24 { SINCE_1_24 } else { &[] };
        let file = directory.path().join("nasty.vcf");
        let samples = std::fs::read_to_string(&file).unwrap();
        let samples = samples.lines().find_map(|line| line.strip_prefix("#CHROM\t")).unwrap();
        let last = samples.rsplit('\t').next().unwrap();
        let list = put(directory.path(), "list", "rs860908\nrs999719 and more\n\na\nbc\nMT\n");
        let names = put(directory.path(), "names", &format!("{last}\n"));
        let expressions = SITES.iter().chain(SAMPLES).chain(more).chain(single);
        let expressions = expressions.map(|text| text.replace("LIST", &list).replace("NAMES", &names));
        let telling = agree(&bcftools.program, expressions, &file);
        assert!(telling > 150, "{telling} expressions told records apart");
        if bcftools.is_recent() {
            let text = std::fs::read_to_string(&file).unwrap();
            let header: String = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
            let keys =
                |line: &&str| line.split('\t').nth(8).is_some_and(|keys| keys.contains("AD") && keys.contains("SRT"));
            for line in text.lines().filter(keys).take(12) {
                let one = directory.path().join("one.vcf");
                std::fs::write(&one, format!("{header}{line}\n")).unwrap();
                agree(&bcftools.program, OF_ONE.iter().map(|text| (*text).to_owned()), &one);
            }
        }
    }
}

#[test]
fn so_are_those_of_clinvar() {
    let (Some(bcftools), Some(data)) = (Bcftools::find(), data()) else { return };
    let slice = data.join("clinvar/clinvar_20191007.slice.GRCh37.vcf.gz");
    let mut text = String::new();
    let mut reader = flate2::read::MultiGzDecoder::new(std::fs::File::open(slice).unwrap());
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clinvar.vcf");
    std::fs::write(&file, text).unwrap();
    let expressions = CLINVAR.iter().map(|text| (*text).to_owned());
    let telling = agree(&bcftools.program, expressions, &file);
    assert!(telling > 8, "{telling} expressions told records apart");
}
