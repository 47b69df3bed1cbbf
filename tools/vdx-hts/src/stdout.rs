//! Standard output, which may be closed (`>&-`): then every byte meant for it would be lost.
//!
//! Before `main`, Rust opens `/dev/null` in the place of a standard stream that is closed, so that no other file gets its
//! number. After that nothing tells such a stream from one that was sent to `/dev/null` on purpose, which is why this is
//! asked even earlier.
//!
//! # Why the unsafe attribute is sound
//! The linker puts the address of `look` among the functions that the C runtime (glibc, musl; dyld on macOS) calls before `main`, and
//! its type is what that list holds. It makes one system call and stores a flag: nothing of it needs Rust's runtime.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
}

/// Standard output as a file.
///
/// # Errors
/// It was closed when the process began.
pub fn open() -> io::Result<File> {
    if CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("it is closed; send it somewhere, or write to a file with -o"));
    }
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Writes all of `bytes` to standard output, for what is no stream of records.
///
/// # Errors
/// What [`open`] and the system say.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    open()?.write_all(bytes)
}
