//! Where the findings lie: the chromosomes as bars, drawn as SVG.

use std::fmt::Write as _;
use std::ops::Range;

use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig::{self, Contig};

use super::class::Class;
use crate::sample::coverage::NAMES;

/// Pixels of the drawing, which is scaled to the page.
const WIDTH: u32 = 480;
const LEFT: u32 = 28;
const ROW: u32 = 18;
const BAR: u32 = 10;
/// Of the names, in pixels.
const FONT: f64 = 13.0 / 1.24;
/// Of the longest chromosome.
const LONGEST: u32 = 440;
/// Of one mark; findings closer than this share one.
const MARK: u32 = 2;

/// The colour of a chromosome, and of its name. The style sheet replaces every colour here by one that suits the
/// reader's scheme.
const GROUND: &str = "#E1E4E8";
const INK: &str = "#24292F";

/// The colour of a group, by which the style sheet finds its marks, too.
fn colour(class: Class) -> &'static str {
    match class {
        Class::Pathogenic => "#B42318",
        Class::Conflicting => "#9A5800",
        Class::Drug => "#6B3FA0",
        Class::Other => "#0B5CAD",
        Class::Uncertain => "#5B6570",
        Class::Benign => "#2E7D32",
        Class::Unclassified => "#8C959F",
    }
}

/// Marks by chromosome and place.
#[derive(Clone, Debug)]
pub(crate) struct Karyogram {
    /// In bases, by chromosome; 0 where the file has none of that name.
    lengths: [u32; 25],
    /// By chromosome, by mark: the first group but benign, and whether there is a benign finding.
    marks: Vec<Vec<(Option<Class>, bool)>>,
    /// Findings on other contigs.
    pub(crate) elsewhere: u64,
}

impl Karyogram {
    /// The lengths are those that the header's `contigs` have, else those of `build`, else GRCh37's: the two builds
    /// differ by less than a mark almost everywhere.
    pub(crate) fn new(build: Option<Assembly>, contigs: &[Contig]) -> Self {
        let mut lengths = [0; 25];
        for known in contigs {
            if let (Some(number), Some(length)) = (contig::number(&known.name), known.length) {
                lengths[usize::from(number) - 1] = u32::try_from(length).unwrap_or(u32::MAX);
            }
        }
        if lengths.iter().all(|length| *length == 0) {
            let build = build.unwrap_or(Assembly::Grch37);
            lengths = std::array::from_fn(|at| build.length(at as u8 + 1).unwrap_or(0));
        }
        let marks = (0..25).map(|at| vec![(None, false); (pixels(&lengths, at) / MARK) as usize + 1]).collect();
        Self { lengths, marks, elsewhere: 0 }
    }

    /// Marks a finding at a 1-based position.
    pub(crate) fn add(&mut self, chromosome: &str, position: u32, class: Class) {
        let Some(number) = contig::number(chromosome.as_bytes()) else {
            self.elsewhere += 1;
            return;
        };
        let chromosome = usize::from(number) - 1;
        let marks = &mut self.marks[chromosome];
        let length = u64::from(self.lengths[chromosome].max(1));
        let at = u64::from(position) * u64::from(pixels(&self.lengths, chromosome)) / length / u64::from(MARK);
        let last = marks.len() - 1;
        let mark = &mut marks[usize::try_from(at).unwrap_or(last).min(last)];
        if class == Class::Benign {
            mark.1 = true;
        } else {
            mark.0 = Some(mark.0.map_or(class, |known| known.min(class)));
        }
    }

    /// The drawing, as an `<svg>` element.
    pub(crate) fn draw(&self) -> String {
        let height = ROW * NAMES.len() as u32 + 4;
        let mut svg = Svg::new(WIDTH, height);
        for (at, (name, marks)) in NAMES.iter().zip(&self.marks).enumerate() {
            let top = ROW * at as u32 + 2;
            svg.name(name, LEFT - 6, top + BAR / 2 + 1);
            let mut bar = |x: Range<u32>, y: Range<u32>, colour: &str| {
                svg.bar(LEFT + x.start..LEFT + x.end, top + y.start..top + y.end, colour);
            };
            bar(0..pixels(&self.lengths, at).max(MARK), 0..BAR, GROUND);
            for (place, (class, benign)) in marks.iter().enumerate() {
                let from = place as u32 * MARK;
                if *benign {
                    bar(from..from + MARK, BAR + 1..BAR + 3, colour(Class::Benign));
                }
                if let Some(class) = class {
                    bar(from..from + MARK, 0..BAR, colour(*class));
                }
            }
        }
        svg.finish()
    }
}

/// An `<svg>` element as text.
struct Svg(String);

impl Svg {
    fn new(width: u32, height: u32) -> Self {
        Self(format!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             xmlns=\"http://www.w3.org/2000/svg\">\n"
        ))
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // A String takes all.
        self.0.write_fmt(element).ok();
    }

    fn bar(&mut self, x: Range<u32>, y: Range<u32>, colour: &str) {
        let (width, height) = (x.end - x.start, y.end - y.start);
        self.add(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" opacity=\"1\" fill=\"{colour}\" \
             stroke=\"none\"/>\n",
            x.start, y.start
        ));
    }

    /// A name that ends at `x` and has its middle at `y`.
    fn name(&mut self, name: &str, x: u32, y: u32) {
        self.add(format_args!(
            "<text x=\"{x}\" y=\"{y}\" dy=\"0.5ex\" text-anchor=\"end\" font-family=\"sans-serif\" \
             font-size=\"{FONT}\" opacity=\"1\" fill=\"{INK}\">\n{name}\n</text>\n"
        ));
    }

    fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// How long a chromosome is in the drawing.
fn pixels(lengths: &[u32; 25], chromosome: usize) -> u32 {
    let longest = lengths.iter().copied().max().unwrap_or(1).max(1);
    let pixels = u64::from(lengths[chromosome]) * u64::from(LONGEST) / u64::from(longest);
    u32::try_from(pixels).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_group_of_a_place_is_drawn() {
        let mut karyogram = Karyogram::new(Some(Assembly::Grch38), &[]);
        karyogram.add("chr1", 1_000_000, Class::Uncertain);
        karyogram.add("1", 1_000_100, Class::Pathogenic);
        karyogram.add("1", u32::MAX, Class::Drug);
        karyogram.add("MT", 16_569, Class::Benign);
        karyogram.add("NW_1", 1, Class::Benign);
        let svg = karyogram.draw();
        assert_eq!(svg.matches("#B42318").count(), 1, "{svg}");
        assert_eq!((svg.matches("#6B3FA0").count(), svg.matches("#2E7D32").count()), (1, 1));
        assert_eq!((svg.matches("#5B6570").count(), svg.matches("<text").count()), (0, 25));
        assert_eq!(karyogram.elsewhere, 1);
    }

    #[test]
    fn lengths_are_those_of_the_file() {
        let contigs =
            [("chr2", 1000), ("3", 500)].map(|(name, length)| Contig { name: name.into(), length: Some(length) });
        let mut karyogram = Karyogram::new(Some(Assembly::Grch37), &contigs);
        assert_eq!((pixels(&karyogram.lengths, 1), pixels(&karyogram.lengths, 2)), (LONGEST, LONGEST / 2));
        karyogram.add("2", 1000, Class::Drug);
        karyogram.add("1", 5, Class::Drug);
        assert!(karyogram.marks[1][(LONGEST / MARK) as usize].0.is_some() && karyogram.marks[0][0].0.is_some());
    }
}
