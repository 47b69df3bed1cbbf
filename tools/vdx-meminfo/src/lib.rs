//! Memory and CPUs a process may really use, and each tool's plan.
