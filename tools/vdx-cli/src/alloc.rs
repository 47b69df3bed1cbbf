//! What happens when memory is refused, by the system or by the `fence` of the run's own budget, and when a signal
//! ends the run: exit 137 with a message, and no temporary file left behind.
//!
//! Rust aborts when an allocation that cannot fail is refused, which would be exit 134: a status that says "crash", not
//! "retry with more memory". The standard library offers no stable hook there, hence this file.
//!
//! # Why the unsafe code is sound
//! - The allocator hands a call to [`System`] unchanged, answers it with null, as one may that has no memory to give, or ends
//!   the process; beyond that it only looks at sizes and at the pointer that comes back, so it keeps `GlobalAlloc`'s
//!   contract exactly where `System` does. Counting allocates nothing, and neither does that end.
//! - That end and the signal handler call only functions that POSIX lists as async-signal-safe (`unlink`, `write`, `_exit`,
//!   `signal`, `raise`) and reads only atomics and a `OnceLock` that was filled before the handler was
//!   installed.
//! - A registered path is a `CString` that is leaked, a few per run: the handler can never see one that was freed.
#![allow(unsafe_code)]

mod fence;

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

use vdx_hts::error::MORE_MEMORY;
use vdx_hts::memory::{foreseen, may_be_refused};

/// Whether memory was ever refused. An abort after that is taken to be its consequence, even if the refusal itself was
/// survived: to retry with more memory is right then, too.
static REFUSED: AtomicBool = AtomicBool::new(false);

struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// Nothing, for whoever can go on without; the end of the process else. Were that left to the standard library, it would
/// say something of its own first, and abort.
#[cold]
fn refused() -> *mut u8 {
    REFUSED.store(true, Ordering::Relaxed);
    if !may_be_refused() {
        remove_temps();
        end_refused();
    }
    ptr::null_mut()
}

/// A block of `size` bytes that was counted and asked for.
fn watched(pointer: *mut u8, size: usize) -> *mut u8 {
    if pointer.is_null() {
        fence::gives(size);
        return refused();
    }
    pointer
}

// SAFETY: every method passes its arguments to `System` and returns what `System` returned, or null; see the head of the
// file.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !fence::takes(layout.size()) {
            return refused();
        }
        // SAFETY: the caller keeps the contract of `alloc`, which is System's.
        watched(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !fence::takes(layout.size()) {
            return refused();
        }
        // SAFETY: as for `alloc`.
        watched(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !fence::changes(layout.size(), size) {
            return refused();
        }
        // SAFETY: `pointer` came from `System` through this allocator; the rest is the caller's contract.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        if moved.is_null() {
            // The old block stays.
            fence::changes(size, layout.size());
            return refused();
        }
        moved
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        fence::gives(layout.size());
        // SAFETY: as for `realloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What a run may use, and what of it is not heap, in bytes.
static OUTSIDE: AtomicU64 = AtomicU64::new(0);
/// What the smallest run needs, in bytes.
static LEAST: AtomicU64 = AtomicU64::new(0);
static BEYOND: OnceLock<Box<[u8]>> = OnceLock::new();

/// Has requests refused that would take the process beyond `ceiling` bytes, of which `outside` are no heap: the program's
/// own pages and its stacks; the smallest run needs `least`. Memory of blocks below `block` bytes is kept for the next ones, up to twice as much; larger
/// ones come from the system and go back to it.
///
/// Left alone, glibc raises both bounds with every block that is freed, up to 32 MiB: a buffer that doubles then leaves all
/// its former selves behind as holes, which no plan counts (mallopt(3), M_MMAP_THRESHOLD).
pub(crate) fn fence_in(tool: &str, (ceiling, least): (u64, u64), outside: u64, block: usize) {
    keep_blocks_below(block);
    let allowed = crate::flags::format_size(ceiling);
    let message = format!("{tool}: error: this run may use {allowed} of memory and needs at least ");
    BEYOND.get_or_init(|| message.into_bytes().into_boxed_slice());
    OUTSIDE.store(outside, Ordering::Relaxed);
    LEAST.store(least, Ordering::Relaxed);
    fence::put(ceiling.saturating_sub(outside));
    vdx_hts::memory::give_back_by(trim);
}

/// Gives pages back in which nothing is any more, those between others, too.
#[cfg(target_env = "gnu")]
fn trim() {
    // SAFETY: the call takes any number, and moves no block.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators have no such call.
#[cfg(not(target_env = "gnu"))]
fn trim() {}

/// Tells glibc's allocator the bound that [`fence_in`] speaks of.
#[cfg(target_env = "gnu")]
fn keep_blocks_below(block: usize) {
    let block = c_int::try_from(block).unwrap_or(c_int::MAX / 2).min(16 << 20);
    // SAFETY: both calls set a number of the allocator's, which takes any.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, block);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * block);
    }
}

/// Other allocators have no such bounds to set.
#[cfg(not(target_env = "gnu"))]
fn keep_blocks_below(_: usize) {}

/// Heap in use, in bytes.
pub(crate) fn heap() -> u64 {
    fence::live()
}

/// The least `--memory`, in MiB, that could grant the request that was refused for the sake of the budget, if one was.
pub(crate) fn needed_mib() -> Option<u64> {
    fence::refused().map(|heap| heap.saturating_add(OUTSIDE.load(Ordering::Relaxed)).div_ceil(1 << 20))
}

/// A `--memory` that should do where one of `needed` MiB is the least at some point: nobody knows what comes behind that,
/// but for what was foreseen.
pub(crate) fn enough(needed: u64) -> u64 {
    let known = LEAST.load(Ordering::Relaxed).saturating_add(foreseen()).div_ceil(1 << 20);
    needed.saturating_add(needed / 2).max(known)
}

/// More files than a run writes at once.
const SLOTS: usize = 8;
static TEMPS: [AtomicPtr<c_char>; SLOTS] = [const { AtomicPtr::new(ptr::null_mut()) }; SLOTS];
static MESSAGE: OnceLock<Box<[u8]>> = OnceLock::new();

/// Keeps a temporary file registered. Drop it after the file was renamed or removed.
#[derive(Debug)]
#[must_use]
pub struct TempGuard(Option<usize>);

impl Drop for TempGuard {
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            TEMPS[slot].store(ptr::null_mut(), Ordering::Release);
        }
    }
}

/// Has `path` removed if a signal (SIGINT, SIGTERM, SIGHUP) or refused memory ends the run. At most eight files are kept;
/// a ninth is not registered, and neither is a path that is too odd to name in C.
pub fn register_temp(path: &Path) -> TempGuard {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let Ok(name) = CString::new(absolute.as_os_str().as_bytes()) else { return TempGuard(None) };
    let name = name.into_raw();
    let slot = TEMPS
        .iter()
        .position(|slot| slot.compare_exchange(ptr::null_mut(), name, Ordering::AcqRel, Ordering::Relaxed).is_ok());
    TempGuard(slot)
}

/// Installs the handler; `tool` begins its message. To be called before any thread is started.
pub(crate) fn install(tool: &str) {
    let message = format!("{tool}: error: memory refused by the system; {MORE_MEMORY}\n");
    MESSAGE.get_or_init(|| message.into_bytes().into_boxed_slice());
    for signal in [libc::SIGABRT, libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: `sigaction` gets pointers to initialised structures that live across the calls, and a handler that
        // keeps to what is async-signal-safe.
        unsafe {
            let mut old: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal, ptr::null(), &raw mut old) != 0 || old.sa_sigaction == libc::SIG_IGN {
                // Ignored by whoever started us (nohup): it stays ignored.
                continue;
            }
            let mut new: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = on_signal as extern "C" fn(c_int) as libc::sighandler_t;
            new.sa_flags = libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut new.sa_mask);
            libc::sigaction(signal, &raw const new, ptr::null_mut());
        }
    }
}

/// Removes what a run leaves behind that ends here. Calls nothing that is not async-signal-safe.
fn remove_temps() {
    for slot in &TEMPS {
        let name = slot.load(Ordering::Acquire);
        if !name.is_null() {
            // SAFETY: a registered name is a leaked C string; `unlink` is async-signal-safe.
            unsafe { libc::unlink(name) };
        }
    }
}

/// Says that memory was refused, and ends the process so. Allocates nothing, and calls nothing that is not
/// async-signal-safe.
fn end_refused() -> ! {
    // Several threads may come here: one message is enough, and its status.
    static ENDS: AtomicBool = AtomicBool::new(false);
    if !ENDS.swap(true, Ordering::Relaxed) {
        // In one piece, as other processes may write there, too.
        let mut text = Line::default();
        match (needed_mib(), BEYOND.get()) {
            (Some(needed), Some(beyond)) => {
                let mut digits = [0; 20];
                text.push(beyond);
                text.push(decimal(needed, &mut digits));
                text.push(b"M here; give --memory ");
                text.push(decimal(enough(needed), &mut digits));
                text.push(b"M\n");
            }
            _ => text.push(MESSAGE.get().map_or(&b""[..], |message| message)),
        }
        // SAFETY: the buffer is valid; the call is async-signal-safe.
        unsafe { libc::write(libc::STDERR_FILENO, text.bytes.as_ptr().cast(), text.len) };
    }
    // SAFETY: the call is async-signal-safe.
    unsafe { libc::_exit(137) }
}

/// A message that is put together without an allocation; what is too long is cut.
struct Line {
    bytes: [u8; 256],
    len: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self { bytes: [0; 256], len: 0 }
    }
}

impl Line {
    fn push(&mut self, text: &[u8]) {
        let text = &text[..text.len().min(self.bytes.len() - self.len)];
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }
}

extern "C" fn on_signal(signal: c_int) {
    remove_temps();
    if signal == libc::SIGABRT && REFUSED.load(Ordering::Relaxed) {
        end_refused();
    }
    // SAFETY: both calls are async-signal-safe. The signal is blocked here and arrives, unhandled, on return.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

/// The digits of `number`, without an allocation.
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || at == 0 {
            return &digits[at..];
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Output};

    use super::*;

    const ROLE: &str = "VDX_ALLOC_TEST_ROLE";

    /// What the children do: the same test binary, started once more with a role.
    #[test]
    fn child() {
        let Ok(role) = std::env::var(ROLE) else { return };
        let (role, path) = role.split_once(':').unwrap();
        install("vdx-test");
        std::fs::write(path, "partial").unwrap();
        let _guard = register_temp(Path::new(path));
        let more_than_there_is = 1usize << 46;
        match role {
            "refused" => drop(std::hint::black_box(Vec::<u8>::with_capacity(more_than_there_is))),
            "thread" => {
                let spawned = std::thread::spawn(move || drop(std::hint::black_box(vec![1u8; more_than_there_is])));
                spawned.join().unwrap();
            }
            "fenced" => {
                fence_in("vdx-test", (64 << 20, 0), 4 << 20, 1 << 20);
                let mut held: Vec<Box<[u8]>> = Vec::new();
                // Given back, it can be had again, any number of times.
                (0..1000).for_each(|_| drop(std::hint::black_box(vec![1u8; 1 << 20])));
                loop {
                    held.push(std::hint::black_box(vec![1u8; 1 << 10].into_boxed_slice()));
                }
            }
            "aborted" => std::process::abort(),
            "terminated" => {
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM).unwrap();
                // It may arrive in another thread.
                loop {
                    std::thread::park();
                }
            }
            _ => panic!("{role}"),
        }
    }

    fn run(role: &str) -> (Output, bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.tmp");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "alloc::tests::child", "--nocapture"])
            .env(ROLE, format!("{role}:{}", path.display()))
            .env("RUST_BACKTRACE", "1")
            .output()
            .unwrap();
        (output, path.exists())
    }

    #[test]
    fn refused_memory_is_137_with_a_message() {
        for role in ["refused", "thread"] {
            let (output, left) = run(role);
            assert_eq!(output.status.code(), Some(137), "{role}: {output:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            let expected = "vdx-test: error: memory refused by the system; give fewer --threads or more memory\n";
            assert_eq!(said, expected, "nothing else is said");
            assert!(!left);
        }
    }

    #[test]
    fn what_passes_the_fence_is_137_and_says_what_is_needed() {
        let (output, left) = run("fenced");
        assert_eq!((output.status.code(), left), (Some(137), false), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected =
            "vdx-test: error: this run may use 64 MiB of memory and needs at least 65M here; give --memory 97M\n";
        assert_eq!(said, expected, "nothing else is said");
        let mut digits = [0; 20];
        assert_eq!(decimal(0, &mut digits), b"0");
        assert_eq!(decimal(u64::MAX, &mut digits), u64::MAX.to_string().as_bytes());
    }

    #[test]
    fn other_aborts_and_signals_stay_what_they_are() {
        let (output, left) = run("aborted");
        assert_eq!((output.status.signal(), left), (Some(libc::SIGABRT), false));
        let (output, left) = run("terminated");
        assert_eq!((output.status.signal(), left), (Some(libc::SIGTERM), false));
    }
}
