//! What is asked of some versions of bcftools alone.

/// Others, or wrong, in version 1.16.
pub const RECENT: &[&str] = &[
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
pub const SINCE_1_24: &[&str] =
    &["MAF<0.4", "MAF[0]<0.4", "MAF[*]>=0.5", "MAF[1]<0.3", "MAC[*]>1", "MAC>0 && MAC<3", "MAC=2", "COUNT(MAC)=1"];

/// By the genotype of the record, which bcftools keeps from the one before: asked of one record at a time.
pub const OF_ONE: &[&str] =
    &["SRT[:GT]=\"bc\"", "SRT[GT]!=\"a\"", "SRT[1:GT]~\"b\"", "N_PASS(SRT[:GT]=\"a\")=1", "AD[0:GT]>100"];

/// Wrong in version 1.23, where `!~` holds for every text.
pub const OLD: &[&str] = &["SC!~\"value\"", "AS!~\"missense\"", "SAT!~\"long\""];
