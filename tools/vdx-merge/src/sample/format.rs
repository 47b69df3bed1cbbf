//! The formats of a sample.

/// What a sample's file is, or is said to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SampleFormat {
    /// Whatever the content tells.
    #[default]
    Auto,
    /// 23andMe raw data.
    TwentyThreeAndMe,
    /// AncestryDNA.
    Ancestry,
    /// MyHeritage.
    MyHeritage,
    /// Family Tree DNA, Family Finder.
    Ftdna,
    /// Living DNA.
    LivingDna,
    /// Genes for Good.
    GenesForGood,
    /// DNA.Land.
    DnaLand,
    /// SelfDecode.
    SelfDecode,
    /// 23Mofang.
    Mofang,
    /// tellmeGen.
    TellmeGen,
    /// Mapmygenome.
    Mapmygenome,
    /// Illumina final report: its Plus alleles, else its Forward ones.
    Illumina,
    /// CircleDNA.
    CircleDna,
    /// deCODEme.
    Decodeme,
    /// Sano.
    Sano,
    /// Text version of PLINK data.
    Plink,
    /// Columns rsid, chromosome, position and genotype, separated by tabs, commas, semicolons or blanks.
    Generic,
    /// VCF.
    Vcf,
}

impl SampleFormat {
    /// All of them, in the order of the help.
    pub(crate) const ALL: [Self; 19] = [
        Self::Auto,
        Self::TwentyThreeAndMe,
        Self::Ancestry,
        Self::MyHeritage,
        Self::Ftdna,
        Self::LivingDna,
        Self::GenesForGood,
        Self::DnaLand,
        Self::SelfDecode,
        Self::Mofang,
        Self::TellmeGen,
        Self::Mapmygenome,
        Self::Illumina,
        Self::CircleDna,
        Self::Decodeme,
        Self::Sano,
        Self::Plink,
        Self::Generic,
        Self::Vcf,
    ];
}
