//! What comes in is a VCF or a table, what goes out is any of them: the same values, row by row.

use std::path::Path;
use std::process::Command;

use vdx_testkit::{Ran, Stdin, binary, data, installed};

use crate::made::small;
use crate::support::{annotate, body, gunzip, run, vcf};

const FIELDS: &str = "AF,AC,grpmax,lcr,FILTER,status";

fn ask(db: &str, more: &[&str], input: &str) -> Ran {
    annotate(&[&["-q", "--db", db, "--fields", FIELDS], more].concat(), input)
}

/// UTF-16 with its mark.
fn wide(text: &str, big: bool) -> Vec<u8> {
    let letters = text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    [if big { [0xfe, 0xff] } else { [0xff, 0xfe] }].into_iter().flatten().chain(letters).collect()
}

#[test]
fn a_vcf_becomes_a_table_with_a_row_for_each_alt() {
    let (folder, db) = small();
    let query = vcf(&["chr1 100 A C,G X=1", "chr1 200 C CAT", "chr2 5 A C", "chr1 7 A ."]);
    let query = query.replace("chr1\t100\t.\tA\tC,G\t.\t.", "chr1\t100\trs1;x\tA\tC,G\t3.50\tPASS");
    let names = "chromosome,position,id,ref_allele,alt_allele,qual,filter,gnomad_af,gnomad_ac,gnomad_grpmax,gnomad_lcr,\
                 gnomad_filters,gnomad_status";
    let csv = format!(
        "{names}\nchr1,100,rs1;x,A,C,3.50,PASS,1.00000e-05,1,afr,0,PASS,found\n\
         chr1,100,rs1;x,A,G,3.50,PASS,,0,,0,AC0|AS_VQSR,filtered\nchr1,200,,C,CAT,,,0.5,5,,1,PASS,found\n\
         chr2,5,,A,C,,,,,,,,not_covered\nchr1,7,,A,,,,,,,,,\n"
    );
    let json = "{\"chromosome\":\"chr1\",\"position\":100,\"id\":\"rs1;x\",\"ref_allele\":\"A\",\"alt_allele\":\"C\",\
                \"qual\":3.50,\"filter\":\"PASS\",\"gnomad_af\":1.00000e-05,\"gnomad_ac\":1,\"gnomad_grpmax\":\"afr\",\
                \"gnomad_lcr\":0,\"gnomad_filters\":\"PASS\",\"gnomad_status\":\"found\"}\n";
    for more in [&["-@1"][..], &["-@2", "--chunk-size", "1"]] {
        let ask = |of: &[&str], query: &str| ask(&db, &[more, of].concat(), query).ok();
        assert_eq!(ask(&["-O", "csv"], &query), csv);
        assert_eq!(ask(&["-O", "tsv"], &query), csv.replace(',', "\t"));
        let objects = ask(&["-O", "json"], &query);
        assert!(objects.starts_with(json) && objects.lines().count() == 5, "{objects}");
        // What is chosen by what is written, and selected as in a VCF.
        let chosen = ask(&["-O", "csv", "-i", "gnomad_AC=5"], &query);
        assert_eq!(chosen.lines().skip(1).collect::<Vec<_>>(), [csv.lines().nth(3).unwrap()]);
        assert_eq!(ask(&["-O", "csv", "--found"], &query).lines().count(), 4);
    }
    // BCF gives the same rows.
    let bcf = folder.path().join("in.bcf");
    let declared = query.replace("#CHROM", "##contig=<ID=chr1>\n##contig=<ID=chr2>\n#CHROM").replace("X=1", ".");
    annotate(&["-q", "--db", &db, "--fields", "AC", "-o", bcf.to_str().unwrap()], &declared).ok();
    let rows = ask(&db, &["-O", "csv", bcf.to_str().unwrap()], "").ok();
    assert_eq!(rows.replace(",3.5,", ",3.50,"), csv);
    // The suffix says it, too.
    for (name, expected) in [("a.csv", csv.as_str()), ("a.json", json), ("a.jsonl", json), ("a.parquet", "PAR1")] {
        let path = folder.path().join(name);
        ask(&db, &["-o", path.to_str().unwrap()], &query).ok();
        assert!(std::fs::read(&path).unwrap().starts_with(expected.as_bytes()), "{name}");
    }
    for (words, input, expected) in [
        (&["-o", "a.xlsx"][..], &query[..], "the suffix .xlsx promises what no tool of the suite writes"),
        (&["-o", "a.vcf"], "chrom,pos,ref,alt\n", "expected tsv, csv, json or parquet"),
        (&["-O", "b"], "chrom,pos,ref,alt\n", "-O b: expected tsv, csv, json or parquet"),
        (
            &["-O", "feather"],
            &query,
            "expected v (VCF), z[0-9] (BGZF VCF), u or b[0-9] (BCF), tsv, csv, json or parquet",
        ),
    ] {
        let said = ask(&db, words, input).fails(2);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_table_becomes_another_with_all_its_cells() {
    let (_folder, db) = small();
    let table = "# by hand\n\"id\",chrom,pos,ref,alt,\"a note\"\n1,chr1,100.0,A,\"C,G\",\"two\nlines, \"\"quoted\"\"\"\n\n\
                 2,1,,A,C,\n3,chr1,200,C,CAT,\"tab\there\"\n";
    let same = ask(&db, &["-O", "csv"], table).ok();
    assert_eq!(
        same,
        "# by hand\n\"id\",chrom,pos,ref,alt,\"a note\",gnomad_af,gnomad_ac,gnomad_grpmax,gnomad_lcr,gnomad_filters,gnomad_status\n\
         1,chr1,100.0,A,\"C,G\",\"two\nlines, \"\"quoted\"\"\",\"1.00000e-05,.\",\"1,0\",\"afr,.\",\"0,0\",\"PASS,AC0|AS_VQSR\",\"found,filtered\"\n\n\
         2,1,,A,C,,,,,,,not_represented\n3,chr1,200,C,CAT,\"tab\there\",0.5,5,,1,PASS,found\n"
    );
    let tsv = "# by hand\nid\tchrom\tpos\tref\talt\ta note\tgnomad_af\tgnomad_ac\tgnomad_grpmax\tgnomad_lcr\tgnomad_filters\tgnomad_status\n\
               1\tchr1\t100.0\tA\tC\ttwo lines, \"quoted\"\t1.00000e-05\t1\tafr\t0\tPASS\tfound\n\
               1\tchr1\t100.0\tA\tG\ttwo lines, \"quoted\"\t\t0\t\t0\tAC0|AS_VQSR\tfiltered\n\
               2\t1\t\tA\tC\t\t\t\t\t\t\tnot_represented\n3\tchr1\t200\tC\tCAT\ttab here\t0.5\t5\t\t1\tPASS\tfound\n";
    assert_eq!(ask(&db, &["-O", "tsv"], table).ok(), tsv);
    // And back: the table has commas then.
    let back = ask(&db, &["-O", "csv", "--prefix", "x_"], tsv).ok();
    assert!(
        back.contains("\n1,chr1,100.0,A,C,\"two lines, \"\"quoted\"\"\",1.00000e-05,1,afr,0,PASS,found,"),
        "{back}"
    );
    let json = ask(&db, &["-O", "json"], table).ok();
    let objects: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 4);
    assert_eq!(objects[1]["a note"], "two\nlines, \"quoted\"");
    assert_eq!(
        (&objects[1]["pos"], &objects[1]["alt"], &objects[1]["gnomad_ac"]),
        (&100.into(), &"G".into(), &0.into())
    );
    assert!(objects[2]["pos"].is_null() && objects[2]["a note"].is_null() && objects[2]["gnomad_af"].is_null());
    for more in [&["-@2", "--chunk-size", "1"][..], &["-@1", "--chunk-size", "2"]] {
        assert_eq!(ask(&db, &[more, &["-O", "json"]].concat(), table).ok(), json);
        assert_eq!(ask(&db, &[more, &["-O", "csv"]].concat(), table).ok(), same);
    }
    // Names that are keys are there once.
    let json = ask(&db, &["-O", "json"], ",x,x,chrom,pos,ref,alt\n0,a,b,1,100,A,C\n").ok();
    assert!(json.starts_with("{\"column_1\":\"0\",\"x\":\"a\",\"x_2\":\"b\",\"chrom\":\"1\",\"pos\":100,"), "{json}");
}

#[test]
fn tables_come_from_excel_powershell_and_r() {
    let (folder, db) = small();
    let table = "chrom,pos,ref,alt,note\nchr1,100,A,C,\u{e9}\u{1f9ec}\n";
    let expected = ask(&db, &[], table).ok();
    assert!(expected.ends_with("chr1,100,A,C,\u{e9}\u{1f9ec},1.00000e-05,1,afr,0,PASS,found\n"), "{expected}");
    for big in [false, true] {
        let path = folder.path().join("wide.csv");
        std::fs::write(&path, wide(table, big)).unwrap();
        assert_eq!(ask(&db, &[path.to_str().unwrap()], "").ok(), expected);
        let mut command = Command::new(binary("vdx-gnomad"));
        command.args(["annotate", "-q", "--db", &db, "--fields", FIELDS]);
        assert_eq!(Ran::of(&mut command, Stdin::Bytes(&wide(table, big))).ok(), expected);
    }
    // A VCF, too.
    let query = vcf(&["chr1 100 A C"]);
    std::fs::write(folder.path().join("wide.vcf"), wide(&query, false)).unwrap();
    assert_eq!(ask(&db, &[folder.path().join("wide.vcf").to_str().unwrap()], "").ok(), ask(&db, &[], &query).ok());
    // R's write.table: quoted names, a column of row names that has none.
    let table = "\"chrom\"\t\"pos\"\t\"ref\"\t\"alt\"\n\"1\"\t\"chr1\"\t100\t\"A\"\t\"C\"\n\"2\"\t\"chr1\"\t200\t\"C\"\t\"CAT\"\n";
    let out = ask(&db, &[], table).ok();
    assert!(out.contains("\n\"1\"\t\"chr1\"\t100\t\"A\"\t\"C\"\t1.00000e-05\t1\t"), "{out}");
    let out = ask(&db, &["-O", "csv"], table).ok();
    assert!(
        out.starts_with("row_name,chrom,pos,ref,alt,gnomad_af") && out.contains("\n2,chr1,200,C,CAT,0.5,5,"),
        "{out}"
    );
    // A quote between tabs is a letter where names have none.
    let out = ask(&db, &[], "chrom\tpos\tref\talt\tnote\nchr1\t100\tA\tC\t\"5' end\n").ok();
    assert!(out.ends_with("\tC\t\"5' end\t1.00000e-05\t1\tafr\t0\tPASS\tfound\n"), "{out}");
    // Names over two lines.
    let out = ask(&db, &["-O", "tsv"], "chrom,pos,ref,alt,\"my\nnote\"\nchr1,100,A,C,x\n").ok();
    assert!(out.starts_with("chrom\tpos\tref\talt\tmy note\tgnomad_af"), "{out}");
}

#[test]
fn what_is_wrong_behind_cells_of_many_lines_is_told_with_its_line() {
    let (_folder, db) = small();
    let mut table = "chrom,pos,ref,alt,n\n".to_owned();
    (0..50).for_each(|_| table.push_str("chr1,100,A,C,\"x\n\ny\"\n"));
    let rows = ask(&db, &[], &table);
    assert_eq!(rows.text().matches(",found\n").count(), 50);
    table.push_str("chr1,x,A,C,\n");
    for more in [&["-@1"][..], &["-@2", "--chunk-size", "3"]] {
        let said = ask(&db, more, &table).fails(1);
        assert!(said.contains("<stdin>:152: expected a position as a whole number, found 'x'"), "{said}");
    }
    let ran = annotate(&["--db", &db, "--fields", FIELDS], &table.replace("chr1,x,A,C,\n", ""));
    assert!(ran.stderr.contains(" in=50 out=50 "), "{}", ran.stderr);
    // A quote that does not end is told, not taken for the end of the table.
    let open = "chrom,pos,ref,alt,n\nchr1,100,A,C,\"x\nchr1,200,C,CAT,y\n";
    let said = ask(&db, &[], open).fails(1);
    assert!(said.contains("a quoted cell has no end, in the row that starts 'chr1,100,A,C,\"x'"), "{said}");
    let long = format!("{}{}", &open[..40], "chr1,200,C,CAT,y\n".repeat(1_100_000));
    let said = ask(&db, &[], &long).fails(1);
    assert!(said.contains("a quoted cell has no end"), "{said}");
    let said = ask(&db, &[], "chrom,pos,\"ref,alt\n1,1,A,C\n").fails(1);
    assert!(said.contains("<stdin>:1: a quoted cell has no end"), "{said}");
}

#[test]
fn lookup_writes_any_kind_of_table() {
    let (folder, db) = small();
    let ask =
        |more: &[&str]| run(&[&["lookup", "-q", "--db", &db, "--fields", "AF,status"], more].concat(), "chr1:100A>C\n");
    let expected = "{\"variant\":\"chr1:100A>C\",\"chrom\":\"chr1\",\"pos\":100,\"ref\":\"A\",\"alt\":\"C\",\
                    \"gnomad_af\":1.00000e-05,\"gnomad_status\":\"found\"}\n";
    assert_eq!(ask(&["-O", "json"]).ok(), expected);
    assert_eq!(
        ask(&["-O", "csv"]).ok(),
        "variant,chrom,pos,ref,alt,gnomad_af,gnomad_status\nchr1:100A>C,chr1,100,A,C,1.00000e-05,found\n"
    );
    let path = folder.path().join("found.ndjson");
    ask(&["-o", path.to_str().unwrap()]).ok();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    let path = folder.path().join("found.parquet");
    ask(&["-o", path.to_str().unwrap()]).ok();
    assert!(std::fs::read(&path).unwrap().ends_with(b"PAR1"));
    for words in [["-O", "v"], ["-o", "x.vcf.gz"], ["-o", "x.html"]] {
        assert!(ask(&words).fails(2).contains("expected tsv, csv, json or parquet"), "{words:?}");
    }
}

/// What DuckDB reads of a Parquet file, as lines of a type and a value for each cell, parted by a byte that none holds.
fn by_duckdb(python: &str, file: &Path) -> Vec<Vec<(String, Option<String>)>> {
    let script = "import duckdb, sys\n\
        sys.stdout.reconfigure(newline='')\n\
        found = duckdb.sql(f\"select * from '{sys.argv[1]}'\")\n\
        kinds = [str(kind) for kind in found.types]\n\
        rows = [list(zip(kinds, found.columns))] + [list(zip(kinds, row)) for row in found.fetchall()]\n\
        for row in rows:\n    \
            print('\\x01'.join(kind + '\\x02' + ('\\x03' if cell is None else str(cell)) for kind, cell in row), end='\\x04')\n";
    let output = Command::new(python).args(["-c", script]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let cell = |cell: &str| {
        let (kind, value) = cell.split_once('\u{2}').unwrap();
        (kind.to_owned(), (value != "\u{3}").then(|| value.to_owned()))
    };
    text.split_terminator('\u{4}').map(|row| row.split('\u{1}').map(cell).collect()).collect()
}

/// The cells of a CSV without quotes and line ends within.
fn cells(csv: &str) -> Vec<Vec<&str>> {
    csv.lines().map(|line| line.split(',').collect()).collect()
}

#[test]
fn duckdb_reads_from_parquet_what_the_csv_says() {
    let (Some(python), Some(data)) = (installed("VDX_PEERS_PYTHON", "python"), data()) else { return };
    let (folder, db) = small();
    let slice = data.join("gnomad/GRCh38/gnomad.exomes.v4.0.sites.chr1.vcf.bgz");
    let source = gunzip(&slice);
    let mut real = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    let mut table = "chrom,pos,ref,alt,name\n".to_owned();
    for (at, line) in body(&source).enumerate() {
        let c: Vec<&str> = line.split('\t').collect();
        real.push_str(&format!("{}\t{}\t{}\t{}\t{},T\t{at}.5\t.\tX=1\n", c[0], c[1], c[2], c[3], c[4]));
        table.push_str(&format!("{},{}.0,{},{},\"n {at}\"\n", c[0], c[1], c[3], c[4]));
    }
    let fields = "AF,AC,AN,nhomalt,grpmax,lcr,faf95_nfe,FILTER,status,vep";
    let slice = slice.to_str().unwrap();
    let path = folder.path().join("out.parquet");
    let output = path.to_str().unwrap();
    let cases = [
        (slice, fields, real.as_str(), "chromosome"),
        (slice, "AF,AC,grpmax,status", table.as_str(), "chrom"),
        (&db, FIELDS, "variant,n\nchr1:100A>C,7\nchr2:5A>C,\n", "variant"),
        (&db, FIELDS, "chrom,pos,ref,alt\n", "chrom"),
    ];
    for (db, fields, input, first) in cases {
        // The texts of vep hold commas and quotes: tabs part them for sure.
        let csv = annotate(&["-q", "--db", db, "--fields", fields, "-O", "tsv"], input).ok();
        let csv = cells(&csv.replace(',', "\u{5}").replace('\t', ",")).concat().join("\n");
        let csv: Vec<&str> = csv.split('\n').collect();
        annotate(&["-q", "--db", db, "--fields", fields, "-o", output], input).ok();
        let bytes = std::fs::read(&path).unwrap();
        let found = by_duckdb(&python, &path);
        assert_eq!(found[0][0], ("VARCHAR".to_owned(), Some(first.to_owned())));
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), csv.len(), "{db}");
        for (at, ((kind, value), cell)) in found.iter().flatten().zip(&csv).enumerate() {
            let names = at < found[0].len();
            let text = (!cell.is_empty()).then(|| cell.replace('\u{5}', ","));
            let equal = match (kind.as_str(), value, &text) {
                (_, None, None) => true,
                (_, Some(value), Some(text)) if names => value == text,
                ("DOUBLE", Some(value), Some(text)) => value.parse::<f64>().unwrap() == text.parse::<f64>().unwrap(),
                ("BIGINT", Some(value), Some(text)) => value == text.trim_end_matches(".0"),
                ("VARCHAR", Some(value), Some(text)) => value == text,
                _ => false,
            };
            assert!(equal, "{db} cell {at}: {kind} {value:?}, {text:?}");
        }
        let kind = |name: &str| {
            found[0].iter().find(|(_, found)| found.as_deref() == Some(name)).map(|(kind, _)| kind.as_str())
        };
        assert_eq!(
            (kind("gnomad_af"), kind("gnomad_ac"), kind("gnomad_grpmax")),
            (Some("DOUBLE"), Some("BIGINT"), Some("VARCHAR"))
        );
        // The same bytes whatever the threads and chunks.
        for more in [&["-@1"][..], &["-@3", "--chunk-size", "7"], &["--memory", "64M", "-@2"]] {
            annotate(&[&["-q", "--db", db, "--fields", fields, "-O", "parquet", "-o", output], more].concat(), input)
                .ok();
            assert!(std::fs::read(&path).unwrap() == bytes, "{db} {more:?}");
        }
    }
}

#[test]
fn parquet_holds_numbers_or_says_that_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["chr1 200 A C PASS AC=1.5;AF=0.1;AN=10".to_owned()];
    let path = crate::made::gnomad(folder.path(), "any.vcf.gz", crate::made::CHR1, &lines);
    let db = path.to_str().unwrap();
    let query = vcf(&["chr1 100 A C", "chr1 200 A C"]);
    let said = annotate(&["--db", db, "--fields", "AC", "-O", "parquet"], &query).fails(1);
    let expected =
        "<stdin>:4 chr1:200: expected a whole number for the column gnomad_ac of Parquet, found '1.5'; choose -O csv";
    assert!(said.contains(expected), "{said}");
    // Groups of rows: more than one holds.
    let Some(python) = installed("VDX_PEERS_PYTHON", "python") else { return };
    let mut table = "chrom,pos,ref,alt\n".to_owned();
    (0..250_000).for_each(|at| table.push_str(&format!("chr1,{at},A,C\n")));
    let output = folder.path().join("many.parquet");
    let stats = folder.path().join("stats.json");
    let flags = ["--db", db, "--fields", "AF", "-o", output.to_str().unwrap(), "--memory", "64M"];
    annotate(&[&flags[..], &["-q", "--stats", stats.to_str().unwrap()]].concat(), &table).ok();
    let script = "import duckdb, sys\n\
        name = sys.argv[1]\n\
        print(duckdb.sql(f\"select count(*), sum(pos), count(gnomad_af) from '{name}'\").fetchall()[0],\n    \
            duckdb.sql(f\"select num_row_groups > 1 from parquet_file_metadata('{name}')\").fetchall()[0][0])";
    let counted = Command::new(python).args(["-c", script]).arg(&output).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&counted.stdout).trim(), "(250000, 31249875000, 1) True", "{counted:?}");
    let stats: serde_json::Value = serde_json::from_slice(&std::fs::read(&stats).unwrap()).unwrap();
    assert!(stats["peak_rss_bytes"].as_u64().unwrap() <= 64 << 20, "{stats}");
}
