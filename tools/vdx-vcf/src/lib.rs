//! VCF lines as bytes in, views and bytes out.
