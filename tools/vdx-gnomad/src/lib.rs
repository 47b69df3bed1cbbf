//! gnomAD frequencies for variants, exact to the digit.
