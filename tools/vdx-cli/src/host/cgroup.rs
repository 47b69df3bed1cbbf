//! Where the cgroups of this process are mounted: v1, v2, or both at once.
//!
//! `/proc/PID/cgroup` names a path per hierarchy, counted from the root of the cgroup namespace or of the host;
//! `/proc/self/mountinfo` says which part of the hierarchy is mounted where (cgroups(7), proc_pid_mountinfo(5)). In a
//! container the two need not fit; then the root of the mount is the best there is.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The cgroup hierarchies of the process.
pub(super) struct Hierarchies {
    root: PathBuf,
    memberships: Vec<Membership>,
    mounts: Vec<Mount>,
}

/// A line of `/proc/self/cgroup`.
struct Membership {
    /// Empty for the v2 hierarchy.
    controllers: Vec<String>,
    path: PathBuf,
}

/// A cgroup mount of `/proc/self/mountinfo`.
struct Mount {
    v2: bool,
    /// Super-block options: the controllers of a v1 hierarchy are among them.
    options: Vec<String>,
    /// The part of the hierarchy that is mounted.
    root: PathBuf,
    point: PathBuf,
}

/// One cgroup directory that applies to the process: its own or a parent's.
pub(super) struct Level {
    directory: PathBuf,
    /// The directory as the process sees it.
    shown: PathBuf,
    /// `cgroup v2 /a/b`, for people.
    pub(super) name: String,
}

impl Level {
    /// The trimmed content of `file`, if it exists and can be read.
    pub(super) fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.directory.join(file)).ok().map(|text| text.trim().to_owned())
    }

    /// A number in `file`; `max` and absence are `None`.
    pub(super) fn number(&self, file: &str) -> Option<u64> {
        self.read(file)?.parse().ok()
    }

    /// The value of `key` in a flat-keyed `file`, such as memory.stat.
    pub(super) fn keyed(&self, file: &str, key: &str) -> Option<u64> {
        let text = self.read(file)?;
        text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.trim().parse().ok())
    }

    /// `file` as the process sees it.
    pub(super) fn shown(&self, file: &str) -> String {
        self.shown.join(file).display().to_string()
    }
}

impl Hierarchies {
    /// Those of the process `who`, as in /proc, seen from here: its paths are told from our root, and our mounts lead there.
    pub(super) fn read(root: &Path, who: &str) -> Self {
        let text = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
        Self {
            root: root.to_owned(),
            memberships: text(&format!("proc/{who}/cgroup")).lines().filter_map(membership).collect(),
            mounts: text("proc/self/mountinfo").lines().filter_map(mount).collect(),
        }
    }

    /// The levels of the v2 hierarchy, from the process's own cgroup up to the mount point.
    pub(super) fn v2(&self) -> Vec<Level> {
        let own = self.memberships.iter().find(|membership| membership.controllers.is_empty());
        own.map_or_else(Vec::new, |own| self.levels(own, "cgroup v2", |mount| mount.v2))
    }

    /// The levels of the v1 hierarchy of `controller`, from the process's own cgroup up to the mount point.
    pub(super) fn v1(&self, controller: &str) -> Vec<Level> {
        let has = |names: &[String]| names.iter().any(|name| name == controller);
        let own = self.memberships.iter().find(|membership| has(&membership.controllers));
        own.map_or_else(Vec::new, |own| {
            self.levels(own, &format!("cgroup v1 {controller}"), |mount| !mount.v2 && has(&mount.options))
        })
    }

    fn levels(&self, own: &Membership, kind: &str, fits: impl Fn(&Mount) -> bool) -> Vec<Level> {
        let mut mounts: Vec<&Mount> = self.mounts.iter().filter(|mount| fits(mount)).collect();
        // The mount that shows the least besides our own cgroup fits best.
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.root.components().count()));
        let below = mounts.iter().find_map(|mount| {
            let below = own.path.strip_prefix(&mount.root).ok()?;
            let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
            (plain && self.place(&mount.point).join(below).is_dir()).then(|| (*mount, below.to_owned()))
        });
        // Inside of a container the path may be the host's, which is not there: the mount itself is the own cgroup
        // then.
        let fallback =
            || mounts.iter().find(|mount| self.place(&mount.point).is_dir()).map(|mount| (*mount, PathBuf::new()));
        let Some((mount, below)) = below.or_else(fallback) else { return Vec::new() };
        below
            .ancestors()
            .map(|part| Level {
                directory: self.place(&mount.point).join(part),
                shown: mount.point.join(part),
                name: format!("{kind} {}", mount.root.join(part).display()),
            })
            .collect()
    }

    /// An absolute path, under the root handed in.
    fn place(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

/// `4:memory:/slurm/uid_1/job_2`, or `0::/user.slice` for v2.
fn membership(line: &str) -> Option<Membership> {
    let mut parts = line.splitn(3, ':');
    let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
    let controllers: Vec<String> = controllers.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    // Only hierarchy 0 is v2.
    (id == "0" || !controllers.is_empty()).then(|| Membership { controllers, path: path.into() })
}

/// `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory`
fn mount(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(3);
    let (root, point) = (before.next()?, before.next()?);
    let mut after = after.split(' ');
    let v2 = match after.next()? {
        "cgroup2" => true,
        "cgroup" => false,
        _ => return None,
    };
    let options = after.nth(1).unwrap_or_default().split(',').map(str::to_owned).collect();
    Some(Mount { v2, options, root: unescape(root).into(), point: unescape(point).into() })
}

/// Undoes mountinfo's octal escapes: `\040` is a space.
fn unescape(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&byte, rest)) = bytes.split_first() {
        let octal = rest.get(..3).filter(|_| byte == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(value) => {
                plain.push(value);
                bytes = &rest[3..];
            }
            None => {
                plain.push(byte);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_proc() {
        let v1 = membership("4:cpu,cpuacct:/a:b").unwrap();
        assert_eq!((v1.controllers, v1.path), (vec!["cpu".to_owned(), "cpuacct".to_owned()], PathBuf::from("/a:b")));
        assert!(membership("0::/").unwrap().controllers.is_empty());
        assert!(membership("nonsense").is_none());
        let memory = mount("35 31 0:32 /docker/x /sys/fs/cg\\040roup rw shared:3 - cgroup cgroup rw,memory").unwrap();
        assert!(!memory.v2);
        assert_eq!(memory.point, PathBuf::from("/sys/fs/cg roup"));
        assert_eq!(memory.root, PathBuf::from("/docker/x"));
        assert_eq!(memory.options, ["rw", "memory"]);
        assert!(mount("31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755").is_none());
    }
}
