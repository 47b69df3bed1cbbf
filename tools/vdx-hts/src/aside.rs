//! Work on the side that takes long, such as making an index: what it is and how far it is, for whoever shows it.
//!
//! There is one list for the process, as there is one terminal: an index is made wherever a file is first looked into, often
//! by a worker in the middle of a run, where nobody knows of bars.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

static NOW: Mutex<Vec<Arc<Work>>> = Mutex::new(Vec::new());

/// What is worked on, and how much of it there is and is done.
#[derive(Debug)]
struct Work {
    what: String,
    total: u64,
    done: AtomicU64,
}

/// Work that goes on until this is dropped.
#[derive(Debug)]
pub struct Doing(Arc<Work>);

/// Begins to make the index of `path`, of which `total` bytes are to be read.
#[must_use]
pub fn indexing(path: &Path, total: u64) -> Doing {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let work = Arc::new(Work { what: format!("indexing {name}"), total, done: AtomicU64::new(0) });
    NOW.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&work));
    Doing(work)
}

impl Doing {
    /// So many bytes of the total are done.
    pub fn at(&self, done: u64) {
        self.0.done.store(done, Ordering::Relaxed);
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        NOW.lock().unwrap_or_else(PoisonError::into_inner).retain(|work| !Arc::ptr_eq(work, &self.0));
    }
}

/// What was begun last and still goes on: what it is, how many bytes are done, and of how many.
#[must_use]
pub fn now() -> Option<(String, u64, u64)> {
    let works = NOW.lock().unwrap_or_else(PoisonError::into_inner);
    works.last().map(|work| (work.what.clone(), work.done.load(Ordering::Relaxed), work.total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_known_while_it_goes_on() {
        let of_this_test = || now().filter(|(what, ..)| what.contains("aside-test"));
        let doing = indexing(Path::new("folder/aside-test.fa"), 10);
        doing.at(4);
        assert_eq!(of_this_test(), Some(("indexing aside-test.fa".to_owned(), 4, 10)));
        drop(doing);
        assert_eq!(of_this_test(), None);
    }
}
