//! What expressions mean, and what they say where they mean nothing.

use super::*;

const HEADER: &str = "##FILTER=<ID=q10,Description=\"\">\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n##INFO=<ID=ANN,Number=.,Type=String,Description=\"\">\n\
    ##INFO=<ID=GENE,Number=1,Type=String,Description=\"\">\n##INFO=<ID=DB,Number=0,Type=Flag,Description=\"\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n##FORMAT=<ID=GQ,Number=1,Type=Float,Description=\"\">\n\
    ##FORMAT=<ID=TS,Number=R,Type=String,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\tc\n";

fn filter(expression: &str) -> Result<Filter, String> {
    let header = Header::parse(HEADER.as_bytes()).unwrap();
    Filter::new(&Expression::parse(expression)?, false, &header)
}

fn passes(expression: &str, line: &str) -> Result<bool, String> {
    let line = line.replace(' ', "\t");
    let line = Line::parse(line.as_bytes()).unwrap();
    filter(expression).unwrap_or_else(|error| panic!("{error}")).passes(&line, &mut Stacks::default())
}

const RECORD: &str = "chr1 100 rs1;x2 AC A,ATT 50 q10 DP=30;AF=0.1,0.6;ANN=a|x,b|y GT:DP:AD:TS 0/1:10:5,5,.:A,B,C 1|2:.:0,7,9:C,D,E ./.:3:.";

#[test]
fn records_pass_or_fail() {
    for (expression, expected) in [
        ("QUAL=50", true),
        ("INFO/DP*2=60", true),
        ("10-5-2=3 && 8/2/2=2 && 7%4*2=6", true),
        ("AF>0.5", true),
        ("AF[0]>0.5", false),
        ("AF[1]>0.5 && AF[2]=\".\"", true),
        ("ID=\"x2\"", true),
        ("ID!=\"x2\"", false),
        ("ID!~\"^x\"", false),
        ("ID!~\"^y\"", true),
        ("ANN~\"^b\"", true),
        ("ANN!~\"a\\|b\"", false),
        ("GENE=\".\"", true),
        ("GENE!=\"BRCA1\"", true),
        ("GENE!~\"BRCA1\"", true),
        ("DB=1", false),
        ("STRLEN(ALT)=3", true),
        ("STRLEN(GENE)=0", false),
        ("ILEN=-1 && ILEN=1", true),
        ("MAX(ILEN)-MIN(ILEN)=2", true),
        ("N_ALT=2 && N_SAMPLES=3 && N_MISSING=1", true),
        ("AC[0]=2 && AN=4 && AF[1]>0", true),
        // 1 of REF, 2 and 1 of the ALTs: the rarest counts, whatever the subscript.
        ("MAC=1", true),
        ("MAC[0]=1 && COUNT(MAC)=1 && MAF=0.25", true),
        ("-POS<0", true),
        ("PoS=100 && chrom=\"chr1\"", true),
        ("N_PASS(GT=\"alt\")=2 && F_PASS(GT=\"alt\")>0.6", true),
        ("GT!~\"\\.\"", true),
        ("GT[2]!~\"\\.\"", false),
    ] {
        assert_eq!(passes(expression, RECORD), Ok(expected), "{expression}");
    }
}

/// A record with an empty ALT is told by who works on it; to ask it must not end the run.
#[test]
fn an_empty_alt_has_no_letters() {
    for expression in ["ILEN=-1", "STRLEN(ALT)=0", "N_ALT=3", "ALT=\"\"", "TYPE=\"snp\" || TYPE~\"indel\""] {
        assert_eq!(passes(expression, "1 5 . A C,,T . . ."), Ok(true), "{expression}");
    }
}

#[test]
fn samples_pass_by_themselves_or_together() {
    for (expression, expected) in [
        ("FMT/DP>5 & AD[:1]>5", 0),
        ("FMT/DP>5 && AD[:1]>5", 2),
        ("FMT/DP>5 | AD[:1]>5", 2),
        ("FMT/DP>5 || AD[:1]>5", 3),
        ("QUAL>20 & FMT/DP>5", 1),
        ("QUAL>20 | FMT/DP>5", 1),
        ("QUAL>20 || FMT/DP>5", 3),
        ("QUAL>90 || FMT/DP>5", 1),
        ("QUAL>90 && FMT/DP>5", 0),
        ("FMT/DP=\".\"", 1),
        ("FMT/DP!=\".\"", 2),
        ("AD[:2]!=\".\"", 1),
        ("AD[GT]>6", 1),
        ("sMIN(AD[GT])>6", 1),
        ("sSUM(AD)>10", 1),
        ("sCOUNT(AD)=2", 1),
        ("AD[0,2:0]=5", 1),
        ("GQ=\".\"", 3),
        ("sMAX(GQ)>3", 0),
    ] {
        assert_eq!(passes(&format!("N_PASS({expression})={expected}"), RECORD), Ok(true), "{expression}");
        assert_eq!(passes(expression, RECORD), Ok(expected > 0), "{expression}");
    }
    assert_eq!(passes("COUNT(AD)=5 && MAX(AD)=9 && AVG(FMT/DP)=6.5", RECORD), Ok(true));
    assert_eq!(passes("COUNT(GT=\"het\")=2", RECORD), Ok(true));
    assert_eq!(passes("FMT/DP>INFO/DP", RECORD), Ok(false));
}

#[test]
fn sites_without_samples_or_fields_are_missing_them() {
    let bare = "1 5 . A . . . .";
    for (expression, expected) in [
        ("GT=\"het\"", false),
        ("GT!=\"het\"", true),
        ("FMT/DP=\".\"", true),
        ("FMT/DP<5", false),
        ("QUAL=\".\"", true),
        ("ALT=\".\" && FILTER=\".\" && ID=\".\"", true),
        ("TYPE=\"ref\"", true),
        ("COUNT(AD)=0", true),
        ("AC=0", false),
        ("INFO/DP+1>0", false),
    ] {
        assert_eq!(passes(expression, bare), Ok(expected), "{expression}");
    }
}

#[test]
fn what_the_record_cannot_give_is_said() {
    let odd = "1 5 . A C . . DP=x;AF=1,2 GT:AD 0/0:1,2";
    assert!(passes("INFO/DP>3", odd).unwrap_err().contains("expected a number in INFO/DP"));
    assert!(passes("AF+AD>3", odd).unwrap_err().contains("lists of one length"));
    assert!(passes("AD=GQ", odd).is_ok());
    assert!(passes("AD=FMT/DP+AD[:0]", "1 5 . A C . . . DP:AD 1:1,2").unwrap_err().contains("as many values"));
}

#[test]
fn what_the_header_lacks_or_cannot_be_compared_is_pointed_at() {
    for (expression, place, message) in [
        ("QUAL>20 && INFO/DPP>3", "INFO/DPP", "the header has no INFO/DPP; is INFO/DP meant?"),
        ("gene=\"A\"", "gene", "is GENE meant?"),
        ("DP>3", "DP", "write which of them is meant"),
        ("FILTER=PASS", "PASS", "texts are written in quotes"),
        ("FILTER=\"q1\"", "\"q1\"", "is q10 meant?"),
        ("FILTER>\"q10\"", "FILTER>\"q10\"", "texts are compared by"),
        ("QUAL=\"20\"", "\"20\"", "write 20 without quotes"),
        ("GENE=3", "GENE", "cannot be compared"),
        ("GENE=BRCA1", "BRCA1", "texts are written in quotes"),
        ("TYPE=\"snv\"", "\"snv\"", "expected \"snp\""),
        ("GT=1", "1", "expected a genotype"),
        ("GT[5]=\"het\"", "GT[5]", "expected a sample from 0 to 2"),
        ("AD[0]>3", "AD[0]", "write AD[0:*]"),
        ("AF[x]>3", "[x]", "expected [0]"),
        ("FMT/GQ[GT]>3", "FMT/GQ[GT]", "Number=R"),
        ("QUAL", "QUAL", "expected a condition"),
        ("DB", "DB", "write DB=1"),
        ("QUAL>20 && AF", "AF", "expected a condition"),
        ("(QUAL>20)=1", "(QUAL>20)", "found a condition"),
        ("fisher(AD)>0.1", "fisher", "not offered"),
        ("MAX(AF,AF)>1", "MAX(AF,AF)", "expected one argument in MAX(), found 2"),
        ("binom(AD[:0])>0.1", "AD[:0]", "Number=R"),
        ("binom(INFO/DP,FMT/DP)>0.1", "binom(INFO/DP,FMT/DP)", "two numbers of the record"),
        ("MAXX(AF)>1", "MAXX", "is MAX meant?"),
        ("N_PASS(QUAL>20)>1", "QUAL>20", "samples are counted"),
        ("MAX(GENE)>1", "GENE", "expected numbers"),
        ("GENE~\"\\(a\\)\\1\"", "\"\\(a\\)\\1\"", "back-references"),
        ("QUAL~\"2\"", "QUAL", "expected a text"),
        ("GT[@no/such/list]=\"het\"", "GT[@no/such/list]", "no/such/list: No such file"),
        ("ID=@no/such/list", "@no/such/list", "no/such/list: No such file"),
    ] {
        let error = filter(expression).unwrap_err();
        assert!(error.contains(message), "{expression}: {error}");
        let lines: Vec<&str> = error.lines().collect();
        let at = lines[2].find('^').unwrap() - 2;
        assert_eq!(&expression[at..at + lines[2].trim().len()], place, "{error}");
    }
}

/// A file with these words, one a line, and `expression` with its path for `LIST`.
fn with_list(words: &str, expression: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, words).unwrap();
    let expression = expression.replace("LIST", file.path().to_str().unwrap());
    (file, expression)
}

#[test]
fn words_come_from_files() {
    for (words, expression, expected) in [
        ("rs7\nx2 and more\r\n\n", "ID=@LIST", true),
        ("rs7\nx2", "(ID!=@LIST) || QUAL<50", false),
        ("rs7\n", "ID!=@LIST&&QUAL=50", true),
        ("b|y\n", "ANN=@LIST", true),
        ("b|y\n", "ANN!=@LIST", false),
        ("x\n", "GENE=@LIST", false),
        ("x\n", "GENE!=@LIST", true),
        ("ATT\n", "ALT=@LIST && REF!=@LIST", true),
        ("D\n", "FMT/TS=@LIST", true),
        ("b\nc\n", "GT[@LIST]=\"het\"", true),
        ("c\na\n", "AD[@LIST:1]>5", false),
        ("b\n", "N_PASS(AD[@LIST:1]>5)=1", true),
    ] {
        let (_file, expression) = with_list(words, expression);
        assert_eq!(passes(&expression, RECORD), Ok(expected), "{expression}");
    }
    for (words, expression, message) in [
        ("x\n", "QUAL=@LIST", "numbers are not looked up"),
        ("x\n", "GT=@LIST", "not looked up"),
        ("d\n", "GT[@LIST]=\"het\"", "no sample d, which"),
    ] {
        let (_file, expression) = with_list(words, expression);
        assert!(filter(&expression).unwrap_err().contains(message), "{expression}");
    }
}

#[test]
fn texts_of_samples_go_by_value_and_by_genotype() {
    for (expression, expected) in [
        ("FMT/TS[:1]=\"B\"", 1),
        ("TS[1:*]=\"D\"", 1),
        ("TS=\"B\"", 1),
        // 0/1 of A,B,C and 1|2 of C,D,E; the genotype of the third is missing.
        ("TS[:GT]=\"B\"", 1),
        ("TS[GT]=\"C\"", 0),
        ("TS[0:GT]=\"A\"", 1),
        ("TS[1:GT]=\"A\"", 0),
        ("TS[GT]~\"[DE]\"", 1),
        ("TS[GT]=\".\"", 1),
        ("TS[GT]!=\"B\"", 3),
    ] {
        assert_eq!(passes(&format!("N_PASS({expression})={expected}"), RECORD), Ok(true), "{expression}");
    }
    // Of a record without genotypes nothing is known.
    let bare = "1 5 . A C . . . TS A,B D,E F,G";
    assert_eq!(passes("TS[GT]=\"B\"", bare), Ok(false));
    assert_eq!(passes("TS[GT]=\".\"", bare), Ok(true));
}

#[test]
fn names_may_be_written_as_they_once_were() {
    for (expression, expected) in [
        ("%QUAL=50 && %TYPE~\"indel\" && %FILTER=\"q10\"", true),
        ("%MAX(AF)>0.5", true),
        ("%ID=\"x2\" && %MIN(AF)<%QUAL", true),
        ("POS %3=1", true),
        ("POS%%QUAL=0", true),
        ("%ILEN=-1", true),
    ] {
        assert_eq!(passes(expression, RECORD), Ok(expected), "{expression}");
    }
    assert!(Expression::parse("% QUAL>3").unwrap_err().contains("expected a value, found '%'"));
}

#[test]
fn a_file_without_samples_lacks_what_they_would_have() {
    let at = HEADER.rfind("\tFORMAT").unwrap();
    let header = Header::parse(format!("{}\n", &HEADER[..at]).as_bytes()).unwrap();
    let line = Line::parse(b"1\t5\t.\tA\tC\t.\t.\t.\n").unwrap();
    for (expression, expected) in [
        ("GT!=\"1\"", true),
        ("GT=\"1\"", false),
        ("GT=\".\"", true),
        ("GT!~\"1\"", true),
        ("TS!=\"x\"", true),
        ("TS=\".\"", true),
        ("AD!=3", true),
        ("AD=\".\"", true),
        ("AD>3", false),
        ("GT!=\"1\" && QUAL=\".\"", true),
        ("GT=\"1\" || QUAL=\".\"", true),
        ("binom(AD)=\".\"", true),
    ] {
        let filter = Filter::new(&Expression::parse(expression).unwrap(), false, &header).unwrap();
        assert_eq!(filter.passes(&line, &mut Stacks::default()), Ok(expected), "{expression}");
    }
    let counted = Filter::new(&Expression::parse("N_PASS(GT=\"1\")>0").unwrap(), false, &header);
    assert!(counted.unwrap_err().contains("the file has none"));
}

#[test]
fn counts_are_held_against_chance() {
    let record = "1 5 . A C,G . . DP=3;AF=9,3 GT:DP:AD 0/1:4:8,2,0 1|2:2:0,5,5 0:1:3,1,.";
    for (expression, expected) in [
        // 112 / 1024, and equal counts.
        ("N_PASS(binom(AD)<0.11)=1 && N_PASS(binom(AD)=1)=1", true),
        ("binom(AD[:0],AD[:1])<0.07", true),
        ("N_PASS(binom(AD[:0],AD[:1])=\".\")=0", true),
        ("N_PASS(binom(AD)=\".\")=1", true),
        ("binom(AF)<0.15 && binom(AF)>0.14", true),
        ("binom(AF[0],AF[1])=binom(9,3)", true),
        ("phred(0.1)=10 && PHRED(binom(3,3))=0", true),
        ("N_PASS(phred(binom(AD))>9)=1", true),
        ("binom(0,0)=\".\"", true),
    ] {
        assert_eq!(passes(expression, record), Ok(expected), "{expression}");
    }
    assert!(passes("binom(AD,AD)>1", record).unwrap_err().contains("in BINOM, found 3 and 3"));
}
