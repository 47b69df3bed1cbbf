//! Input: a VCF whose records are to move, as text, in BGZF and in gzip.

use vdx_testkit::Random;

pub const HEADER: &str = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A sorted VCF in which every seventh record moves left by up to `most` bases and every eleventh right by up to
/// a tenth of that, and the stable sort of the result. Each says its line.
pub fn vcf(records: u32, most: u32) -> (String, String) {
    let (mut text, mut moved, mut line) = (HEADER.to_owned(), Vec::new(), 2);
    let mut numbers = Random(7);
    let mut random = |below: u32| numbers.below(below.max(1));
    for contig in ["1", "2", "X"] {
        let mut pos = 5;
        let mut on_contig = Vec::new();
        for at in 0..records {
            pos += random(4);
            let by = match () {
                () if at % 7 == 3 => random(most.min(pos - 1) + 1) as i32,
                () if at % 11 == 3 => -(random(most / 10 + 1) as i32),
                () => 0,
            };
            let id = if by == 0 { ".".into() } else { by.to_string() };
            line += 1;
            let pad = "x".repeat(random(40) as usize);
            let rest = format!("\t{id}\tA\tC\t.\t.\tN={contig}.{at};PAD={pad};LINE={line}\n");
            text += &format!("{contig}\t{pos}{rest}");
            let moved = pos.checked_add_signed(-by).unwrap();
            on_contig.push((moved, format!("{contig}\t{moved}{rest}")));
        }
        on_contig.sort_by_key(|(pos, _)| *pos);
        moved.extend(on_contig.into_iter().map(|(_, line)| line));
    }
    let sorted = HEADER.to_owned() + &moved.concat();
    (text, sorted)
}
