//! What the run has cost so far, as the kernel counts it.

use std::fs;

/// Peak resident memory of this process in bytes (`VmHWM`, mapped pages included); `None` without /proc.
#[must_use]
pub fn peak_rss_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    crate::host::field_kib(&status, "VmHWM:")
}

/// Resident memory of this process in bytes that is no heap: what has been looked at of the program so far.
pub(crate) fn outside_heap() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    crate::host::field_kib(&status, "VmRSS:").map(|bytes| bytes.saturating_sub(crate::alloc::heap()))
}

/// CPU time of all threads, user and system, in seconds.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_has_used_something() {
        assert!(peak_rss_bytes().unwrap() > 100_000);
        assert!(cpu_seconds() > 0.0);
    }
}
