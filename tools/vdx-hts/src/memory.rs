//! Memory that may be refused, so that whoever asks for it goes on with less or says what it was for, and memory that is
//! given back. The allocator is the tools' shell's.
//!
//! Everywhere else memory that is refused ends the process, with the message and the status of the tools' shell: the
//! allocator asks [`may_be_refused`], as the standard library does not tell it.

use std::cell::Cell;
use std::collections::TryReserveError;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    // Without a destructor and without a first use that allocates, as an allocator reads it.
    static MAY_BE_REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Makes room for `more` values behind those of `vec`, no more.
///
/// # Errors
/// Memory is refused; `vec` is as it was.
pub fn try_reserve_exact<T>(vec: &mut Vec<T>, more: usize) -> Result<(), TryReserveError> {
    MAY_BE_REFUSED.set(true);
    let reserved = vec.try_reserve_exact(more);
    MAY_BE_REFUSED.set(false);
    reserved
}

static GIVE_BACK: OnceLock<fn()> = OnceLock::new();

/// Sets what [`give_back`] does; the first one stays.
pub fn give_back_by(give_back: fn()) {
    GIVE_BACK.get_or_init(|| give_back);
}

/// Has the allocator give back to the system what it keeps of memory that is free, where it can: what comes next needs it
/// in another place.
pub fn give_back() {
    if let Some(give_back) = GIVE_BACK.get() {
        give_back();
    }
}

static FORESEEN: AtomicU64 = AtomicU64::new(0);

/// Notes that an input takes `bytes` beyond what is planned for any, before it takes them: where memory is refused, what the
/// message names as enough has room for them.
pub fn foresee(bytes: u64) {
    FORESEEN.fetch_add(bytes, Ordering::Relaxed);
}

/// What was foreseen, in bytes.
pub fn foreseen() -> u64 {
    FORESEEN.load(Ordering::Relaxed)
}

/// Whether the request for memory that this thread is making may be answered with none.
pub fn may_be_refused() -> bool {
    MAY_BE_REFUSED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_here_may_be_refused() {
        let mut bytes: Vec<u8> = Vec::new();
        assert!(try_reserve_exact(&mut bytes, 1 << 60).is_err() && !may_be_refused());
        try_reserve_exact(&mut bytes, 10).unwrap();
        assert!(bytes.capacity() >= 10 && !may_be_refused());
    }
}
