//! Left-align, trim, split and check variants against the reference.
