//! Where the findings lie: the chromosomes as bars, drawn as SVG.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use vdx_hts::{Error, Result};
use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig::{self, Contig};

use super::class::Class;

const NAMES: [&str; 25] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "X", "Y", "MT",
];

/// Pixels of the drawing, which is scaled to the page.
const WIDTH: u32 = 480;
const LEFT: i32 = 28;
const ROW: i32 = 18;
const BAR: i32 = 10;
/// Of the longest chromosome.
const LONGEST: u32 = 440;
/// Of one mark; findings closer than this share one.
const MARK: u32 = 2;

/// The colour of a chromosome, and of its name. The style sheet replaces every colour here by one that suits the
/// reader's scheme.
const GROUND: RGBColor = RGBColor(0xe1, 0xe4, 0xe8);
const INK: RGBColor = RGBColor(0x24, 0x29, 0x2f);

/// The colour of a group, by which the style sheet finds its marks, too.
pub(crate) fn colour(class: Class) -> RGBColor {
    match class {
        Class::Pathogenic => RGBColor(0xb4, 0x23, 0x18),
        Class::Conflicting => RGBColor(0x9a, 0x58, 0x00),
        Class::Drug => RGBColor(0x6b, 0x3f, 0xa0),
        Class::Other => RGBColor(0x0b, 0x5c, 0xad),
        Class::Uncertain => RGBColor(0x5b, 0x65, 0x70),
        Class::Benign => RGBColor(0x2e, 0x7d, 0x32),
        Class::Unclassified => RGBColor(0x8c, 0x95, 0x9f),
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
    ///
    /// # Errors
    /// What the drawing library refuses, which is an error of this program.
    pub(crate) fn draw(&self) -> Result<String> {
        let mut svg = String::new();
        self.draw_into(&mut svg).map_err(|error| Error::data(format!("internal error: the karyogram: {error}")))?;
        Ok(svg)
    }

    fn draw_into(&self, svg: &mut String) -> std::result::Result<(), Box<dyn std::error::Error>> {
        let height = ROW * NAMES.len() as i32 + 4;
        let area = SVGBackend::with_string(svg, (WIDTH, height.unsigned_abs())).into_drawing_area();
        let names =
            TextStyle::from(("sans-serif", 13).into_font()).color(&INK).pos(Pos::new(HPos::Right, VPos::Center));
        for (at, (name, marks)) in NAMES.iter().zip(&self.marks).enumerate() {
            let top = ROW * at as i32 + 2;
            let bar = |from: u32, to: u32, y: (i32, i32), colour: RGBColor| {
                let x = |pixel: u32| LEFT + pixel.cast_signed();
                area.draw(&Rectangle::new([(x(from), top + y.0), (x(to), top + y.1)], colour.filled()))
            };
            area.draw(&Text::new(*name, (LEFT - 6, top + BAR / 2 + 1), names.clone()))?;
            bar(0, pixels(&self.lengths, at).max(MARK), (0, BAR), GROUND)?;
            for (place, (class, benign)) in marks.iter().enumerate() {
                let from = place as u32 * MARK;
                if *benign {
                    bar(from, from + MARK, (BAR + 1, BAR + 3), colour(Class::Benign))?;
                }
                if let Some(class) = class {
                    bar(from, from + MARK, (0, BAR), colour(*class))?;
                }
            }
        }
        area.present()?;
        drop(area);
        Ok(())
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
        let svg = karyogram.draw().unwrap();
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
