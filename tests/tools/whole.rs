//! What is whole is told from what is not: producers that die, last lines without a line end, lines of other columns,
//! outputs that cannot be written.

use std::io::{BufRead, Read, Write};
use std::os::unix::fs::PermissionsExt;

use vdx_testkit::{Bcftools, Stdin, World, bgzf, gzip};

/// The commands that read a VCF stream on standard input and write one.
const STREAMS: [&str; 3] = [
    "vdx-normalize -f ref.fa -c w --no-version",
    "vdx-gnomad annotate --db gnomad --no-version",
    "vdx-merge match --sample raw.txt --all --no-version",
];

/// Killed between two writes, a tool leaves a line without its end, which the next one refuses.
#[test]
fn a_producer_that_is_killed_between_two_writes_is_noticed() {
    // More than is held back for order.
    let world = World::new(500_000);
    // Its end is still to come when the tool is killed.
    let input = &world.vcf[..world.vcf.len() * 9 / 10];
    for producer in STREAMS {
        for threads in ["-@1", "-@2"] {
            let what = format!("{producer} {threads}");
            let words: Vec<&str> = what.split(' ').collect();
            let mut child = world.start(words[0], &words[1..]);
            let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
            let mut came = vec![0; 300_000];
            std::thread::scope(|scope| {
                let writing = scope.spawn(|| stdin.write_all(input).map(|()| stdin));
                stdout.read_exact(&mut came).unwrap();
                child.kill().unwrap();
                stdout.read_to_end(&mut came).unwrap();
                // What it had not read when it was killed nobody took.
                writing.join().unwrap().ok();
            });
            child.wait().unwrap();
            assert!(!came.ends_with(b"\n"), "{what}: a whole last line");
            let next = world.run("vdx-normalize", &["-f", "ref.fa", "-c", "w"], Stdin::Bytes(&came));
            assert_eq!(next.status, Some(1), "{what}: {}", next.stderr);
            assert!(next.stderr.contains("no line end"), "{what}: {}", next.stderr);
        }
    }
}

#[test]
fn a_last_line_without_its_end_is_read_where_something_shows_that_it_is_whole() {
    let world = World::new(2000);
    let open = &world.vcf[..world.vcf.len() - 1];
    let cut = &world.vcf[..world.vcf.len() - "\tCLNSIG=Benign;RS=2000\n".len()];
    let mut ours = b"##fileformat=VCFv4.2\n##vdx_normalizeVersion=0.1.0\n".to_vec();
    ours.extend_from_slice(open.strip_prefix(b"##fileformat=VCFv4.1\n").unwrap());
    for command in STREAMS {
        let words: Vec<&str> = command.split(' ').collect();
        let expected = world.run(words[0], &[&words[1..], &["in.vcf"]].concat(), Stdin::Null).stdout;
        for (what, bytes, whole) in [
            ("BGZF", bgzf(open, 5000), true),
            ("gzip", gzip(open, 30_000), true),
            ("plain", open.to_vec(), true),
            ("plain, a column short", cut.to_vec(), false),
            ("plain, of a tool of the suite", ours.clone(), false),
        ] {
            world.write("last", &bytes);
            let ran = world.run(words[0], &[&words[1..], &["last"]].concat(), Stdin::Null);
            assert_eq!(ran.status, Some(if whole { 0 } else { 1 }), "{command}: {what}: {}", ran.stderr);
            assert_eq!(ran.stdout == expected, whole, "{command}: {what}");
            assert!(ran.stderr.contains("no line end"), "{command}: {what}: {}", ran.stderr);
        }
        let piped = world.run(words[0], &words[1..], Stdin::Bytes(open));
        assert_eq!(piped.status, Some(1), "{command}: {}", piped.stderr);
    }
    world.write("last", &bgzf(open, 5000));
    let shards = world.run("vdx-merge", &["shards", "--no-version", "last"], Stdin::Null);
    assert_eq!((shards.status, shards.stderr.contains("no line end")), (Some(0), true), "{}", shards.stderr);
    assert!(shards.stdout.ends_with(b"RS=2000\n"));
}

/// A line that is not what the header says is refused by every tool and in every form of output.
#[test]
fn lines_of_other_columns_are_refused_and_empty_columns_at_the_end_dropped() {
    let world = World::new(2000);
    let text = String::from_utf8(world.vcf.clone()).unwrap();
    // BCF needs what is used declared.
    let declared = "##contig=<ID=1>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n#CHROM";
    let text = text.replacen("#CHROM", declared, 1);
    let (header, records) = text.split_at(text.find("#CHROM").unwrap());
    let (columns, records) = records.split_once('\n').unwrap();
    let with = |columns: &str, edit: &dyn Fn(usize, &str) -> String| {
        let lines = records.lines().enumerate().map(|(at, line)| edit(at, line) + "\n");
        format!("{header}{columns}\n{}", lines.collect::<String>())
    };
    let only = |wrong: &'static str| {
        move |at: usize, line: &str| if at == 777 { format!("{line}{wrong}") } else { line.to_owned() }
    };
    let line = 7 + 777;
    let bad = [
        ("a column more", with(columns, &only("\tx")), "expected 8 tab-separated columns as in the header, found 9"),
        ("a NUL byte", with(columns, &only("\0")), "NUL byte in column 8"),
        (
            "a sample less",
            with(&format!("{columns}\tFORMAT\ta\tb"), &|at, line| {
                format!("{line}\tGT\t0/1{}", if at == 777 { "" } else { "\t0/0" })
            }),
            "expected 11 tab-separated columns as in the header, found 10",
        ),
    ];
    for command in [&STREAMS[..], &["vdx-merge shards --no-version"]].concat() {
        let words: Vec<&str> = command.split(' ').collect();
        // match takes no genotypes besides the person's.
        let takes_samples = !command.starts_with("vdx-merge match");
        for (what, text, expected) in bad.iter().filter(|(what, ..)| takes_samples || *what != "a sample less") {
            world.write("bad.vcf", text.as_bytes());
            for form in ["v", "z", "b"] {
                for threads in ["-@1", "-@3"] {
                    let more = ["-O", form, threads, "-o", "out", "bad.vcf"];
                    let ran = world.run(words[0], &[&words[1..], &more].concat(), Stdin::Null);
                    assert_eq!(ran.status, Some(1), "{command} -O{form}: {what}: {}", ran.stderr);
                    let place = format!("bad.vcf:{line} 1:7780: ");
                    assert!(
                        ran.stderr.contains(&place) && ran.stderr.contains(expected),
                        "{command} -O{form}: {what}: {}",
                        ran.stderr
                    );
                    assert!(!world.path("out").exists());
                }
            }
        }
        world.write("plain.vcf", text.as_bytes());
        let plain = world.run(words[0], &[&words[1..], &["plain.vcf"]].concat(), Stdin::Null);
        for (columns, count) in [(columns.to_owned(), 2000), (format!("{columns}\t\t"), 2000)] {
            world.write(
                "empty.vcf",
                with(&columns, &|at, line| format!("{line}{}", "\t".repeat(1 + at % 3))).as_bytes(),
            );
            for threads in ["-@1", "-@3"] {
                let ran = world.run(words[0], &[&words[1..], &[threads, "empty.vcf"]].concat(), Stdin::Null);
                assert_eq!(ran.status, Some(0), "{command}: {}", ran.stderr);
                assert!(ran.stdout == plain.stdout, "{command}: other bytes");
                let note = format!("empty.vcf: dropped the columns at the end of {count} line(s)");
                assert!(ran.stderr.contains(&note), "{command}: {}", ran.stderr);
            }
        }
    }
}

/// Files from Windows: one line ending comes out, and nothing of them is copied as it stands.
#[test]
fn carriage_returns_are_left_out_and_told_once() {
    let world = World::new(2000);
    let with = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap().replace('\n', "\r\n").into_bytes();
    let (crlf, mut half) = (with(&world.vcf), world.vcf[..world.vcf.len() / 2].to_vec());
    half.truncate(half.iter().rposition(|&byte| byte == b'\n').unwrap() + 1);
    half.extend(with(&world.vcf[half.len()..]));
    for command in [&STREAMS[..], &["vdx-merge shards --no-version"]].concat() {
        let words: Vec<&str> = command.split(' ').collect();
        let expected = world.run(words[0], &[&words[1..], &["in.vcf"]].concat(), Stdin::Null).stdout;
        assert!(expected.len() > 1000 && !expected.contains(&b'\r'));
        for bytes in [&crlf, &half] {
            world.write("crlf.vcf", bytes);
            world.write("crlf.vcf.gz", &bgzf(bytes, 60_000));
            for input in ["crlf.vcf", "crlf.vcf.gz"] {
                for more in [&["-@1"][..], &["-@3", "--chunk-size", "99"]] {
                    let ran = world.run(words[0], &[&words[1..], more, &[input]].concat(), Stdin::Null);
                    assert_eq!(ran.status, Some(0), "{command}: {}", ran.stderr);
                    assert!(ran.stdout == expected, "{command} {input} {more:?}: other bytes");
                    assert_eq!(ran.stderr.matches("CR LF").count(), 1, "{command}: {}", ran.stderr);
                }
            }
            let packed =
                world.run(words[0], &[&words[1..], &["-Oz", "-o", "out.vcf.gz", "crlf.vcf.gz"]].concat(), Stdin::Null);
            assert_eq!(packed.status, Some(0), "{command}: {}", packed.stderr);
            let mut text = Vec::new();
            let file = std::fs::File::open(world.path("out.vcf.gz")).unwrap();
            flate2::read::MultiGzDecoder::new(file).read_to_end(&mut text).unwrap();
            assert!(text == expected, "{command}: blocks with other bytes");
        }
    }
}

/// What bcftools refuses of a header: columns without a name, FORMAT without a sample.
#[test]
fn headers_that_come_out_are_ones_that_bcftools_opens() {
    let Some(bcftools) = Bcftools::find() else { return };
    let world = World::new(1);
    let head = "##fileformat=VCFv4.2\n##contig=<ID=1,length=99>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n\
                #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    for (columns, tail, samples) in [
        ("\t", "", 0),
        ("\t\t", "\t", 0),
        ("\tFORMAT", "\tGT", 0),
        ("\tFORMAT\t", "\tGT", 0),
        ("\tFORMAT\t", "", 0),
        ("\tFORMAT\t\t", "\tGT\t", 0),
        ("\tFORMAT\ta\t", "\tGT\t0/1", 1),
        ("\tFORMAT\ta\tb\t\t", "\tGT\t0/1\t1/1\t", 2),
    ] {
        for end in ["\n", "\r\n"] {
            let text = format!("{head}{columns}\n1\t5\t.\tA\tC\t.\t.\t.{tail}\n").replace('\n', end);
            world.write("in.vcf", text.as_bytes());
            for command in ["vdx-normalize -m -any", "vdx-merge shards"] {
                for output in ["out.vcf", "out.bcf"] {
                    let words: Vec<&str> = command.split(' ').collect();
                    let ran = world.run(words[0], &[&words[1..], &["in.vcf", "-o", output]].concat(), Stdin::Null);
                    assert_eq!(ran.status, Some(0), "{text:?}: {}", ran.stderr);
                    let mut view = std::process::Command::new(&bcftools.program);
                    let viewed = view.args(["view", "--no-version"]).arg(world.path(output)).output().unwrap();
                    let (seen, said) =
                        (String::from_utf8_lossy(&viewed.stdout), String::from_utf8_lossy(&viewed.stderr));
                    assert!(viewed.status.success(), "{command} {output} {text:?}: {said}");
                    let line = seen.lines().find(|line| line.starts_with("#CHROM")).unwrap();
                    assert_eq!(line.split('\t').skip(9).count(), samples, "{line}");
                    assert_eq!(seen.lines().filter(|line| !line.starts_with('#')).count(), 1, "{seen}");
                }
            }
        }
    }
    let nameless = format!("{head}\tFORMAT\t\tb\n1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/1\n");
    world.write("in.vcf", nameless.as_bytes());
    let ran = world.run("vdx-normalize", &["-m", "-any", "in.vcf"], Stdin::Null);
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("in.vcf:4: expected a name in each column"), "{}", ran.stderr);
}

/// At a terminal, each variant is answered as it comes.
#[test]
fn look_ups_on_a_terminal_answer_line_by_line() {
    let world = World::new(100);
    let made = world.bash("mkfifo words");
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    // `script` gives its command a terminal to write on; what it reads is the pipe.
    let mut terminal = world.start("script", &["-qec", "vdx-gnomad lookup -q --db gnomad <words", "/dev/null"]);
    let (sender, lines) = std::sync::mpsc::channel();
    let shown = std::io::BufReader::new(terminal.stdout.take().unwrap());
    let reading =
        std::thread::spawn(move || shown.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut words = std::fs::File::options().write(true).open(world.path("words")).unwrap();
    for word in ["1-20-A-C", "1-40-G-A", "1-60-C-A"] {
        writeln!(words, "{word}").unwrap();
        let answered =
            || lines.recv_timeout(std::time::Duration::from_secs(60)).expect("an answer before the next word");
        while !answered().starts_with(word) {}
    }
    drop(words);
    assert!(terminal.wait().unwrap().success());
    reading.join().unwrap().ok();
}

#[test]
fn a_closed_or_full_standard_output_is_an_error() {
    let world = World::new(100);
    let reading = STREAMS.map(|command| format!("{command} in.vcf"));
    let others = ["vdx-merge shards in.vcf", "vdx-gnomad lookup --db gnomad 1-20-A-C", "vdx-gnomad info --db gnomad"];
    let printing = ["vdx-normalize", "vdx-gnomad", "vdx-merge", "vdx-meminfo"]
        .iter()
        .flat_map(|tool| ["--version", "--help", "--generate man"].map(|flag| format!("{tool} {flag}")));
    let all = reading.into_iter().chain(others.map(str::to_owned)).chain(printing).chain(["vdx-meminfo".to_owned()]);
    for command in all {
        for (to, said) in [(">&-", "it is closed"), (">/dev/full", "No space left")] {
            let ran = world.bash(&format!("{command} {to}"));
            assert_eq!(ran.status, Some(1), "{command} {to}: {}", ran.stderr);
            assert!(ran.stderr.contains(said), "{command} {to}: {}", ran.stderr);
        }
        let ran = world.bash(&format!("{command} | true"));
        assert_eq!(ran.status, Some(0), "{command}");
    }
    // Where all goes to a file, nobody misses it.
    let ran = world.bash(&format!("{} -o out.vcf in.vcf >&- && test -s out.vcf", STREAMS[0]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_a_read_only_one_stays() {
    let world = World::new(100);
    let mode = |name: &str| std::fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777;
    for command in STREAMS {
        let what = format!("umask 027; {command} in.vcf -q");
        for (before, more, after) in [
            ("rm -f out.vcf.gz*", "", 0o640),
            ("chmod 600 out.vcf.gz", "", 0o600),
            ("chmod 664 out.vcf.gz", "", 0o664),
            ("chmod 664 out.vcf.gz", "--private", 0o600),
        ] {
            let ran = world.bash(&format!("{before}; {what} {more} -W -o out.vcf.gz"));
            assert_eq!(ran.status, Some(0), "{what}: {}", ran.stderr);
            assert_eq!(mode("out.vcf.gz"), after, "{what} {before} {more}");
            assert!(more.is_empty() || mode("out.vcf.gz.csi") == 0o600);
        }
        let ran = world.bash(&format!("rm -f out.vcf.gz*; echo mine >ro.vcf; chmod 444 ro.vcf; {what} -o ro.vcf"));
        assert_eq!(ran.status, Some(1), "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains("ro.vcf: the file is there and is read-only"), "{what}: {}", ran.stderr);
        assert_eq!(std::fs::read(world.path("ro.vcf")).unwrap(), b"mine\n");
        world.bash("rm -f ro.vcf");
    }
}
