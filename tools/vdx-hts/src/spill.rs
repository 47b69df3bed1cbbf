//! Bytes that memory has no room for, on disk: in files that have no name, mode 0600, in TMPDIR.
//!
//! What was written is read through a map of the file, so that it is borrowed as bytes in memory are. Pages that were read
//! count as memory of the process until they are given back, which whoever reads on does behind itself.
//!
//! # Why the unsafe code is sound
//! A map of a file is sound as long as nobody changes or cuts the file. Ours is made without a name or loses it at once
//! (`tempfile`), nobody but its owner may open it, all its bytes are written before it is mapped, and its only descriptor
//! is closed behind that: nothing is left by which it could be written or cut, so that neither do bytes change below a
//! borrow nor is there a `SIGBUS` for a page that is gone. Pages that are given back are those of a shared map that is only
//! read: the next look at them finds the bytes of the file, the same as before.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::{Mmap, UncheckedAdvice};

use crate::error::{Error, Result};

/// Bytes on disk.
#[derive(Debug)]
pub struct Spilled {
    map: Option<Mmap>,
    /// They were read, and not given back since: an output may be on disk in thousands of pieces, of which few were.
    read: AtomicBool,
}

impl Spilled {
    /// Writes `parts`, one behind the other.
    ///
    /// # Errors
    /// TMPDIR cannot be written to, or is full.
    pub fn of(parts: &[&[u8]]) -> Result<Self> {
        let written = || -> io::Result<Option<Mmap>> {
            let mut file = tempfile::tempfile()?;
            parts.iter().try_for_each(|part| file.write_all(part))?;
            if parts.iter().all(|part| part.is_empty()) { Ok(None) } else { Self::map(&file).map(Some) }
        };
        let map = written().map_err(|error| failed(&error))?;
        Ok(Self { map, read: AtomicBool::new(false) })
    }

    fn map(file: &File) -> io::Result<Mmap> {
        // SAFETY: see the head of the file.
        unsafe { Mmap::map(file) }
    }

    /// Gives the pages that were read back to the system; the bytes stay.
    pub fn give_back(&self) {
        if let Some(map) = self.map.as_ref().filter(|_| self.read.swap(false, Ordering::Relaxed)) {
            // Best effort: pages that stay are taken when memory is short.
            // SAFETY: see the head of the file.
            unsafe { map.unchecked_advise(UncheckedAdvice::DontNeed) }.ok();
        }
    }
}

impl Deref for Spilled {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.read.store(true, Ordering::Relaxed);
        self.map.as_deref().unwrap_or_default()
    }
}

/// The error of a spill file.
pub fn failed(error: &io::Error) -> Error {
    Error::io("spill file in TMPDIR", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_before_and_after_their_pages_went() {
        let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
        let (front, back) = bytes.split_at(12_345);
        let spilled = Spilled::of(&[front, b"", back]).unwrap();
        for _ in 0..2 {
            assert!(spilled[..] == bytes);
            spilled.give_back();
        }
        assert!(Spilled::of(&[]).unwrap().is_empty());
    }

    /// The kernel's count of this process's mapped file pages, in KiB.
    fn mapped() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("RssFile:") || line.starts_with("RssShmem:"));
        line.unwrap().split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn pages_that_were_given_back_do_not_count() {
        let spilled = Spilled::of(&[&vec![1; 64 << 20]]).unwrap();
        assert_eq!(spilled.iter().map(|&byte| u64::from(byte)).sum::<u64>(), 64 << 20);
        let before = mapped();
        spilled.give_back();
        assert!(before > mapped() + (32 << 10), "{before} {}", mapped());
    }
}
