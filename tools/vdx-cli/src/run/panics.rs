//! A panic becomes an error with its place, not a backtrace and exit 101.

use std::backtrace::Backtrace;
use std::panic;
use std::sync::{Mutex, PoisonError};

use vdx_hts::Error;

/// What the last panic of any thread said. Layers that turn a panic into a located error leave it unread.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics off standard error, unless `with_backtrace`: then where they came from is printed as well.
pub(super) fn install(with_backtrace: bool) {
    panic::set_hook(Box::new(move |info| {
        if with_backtrace {
            eprintln!("{info}\n{}", Backtrace::force_capture());
        }
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("no message");
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{place}: {message}"));
    }));
}

/// The error that stands for the panic just caught.
pub(super) fn as_error() -> Error {
    let said = LAST.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    Error::data(format!("internal error{said}; this is a bug, please report it with the command line"))
}
