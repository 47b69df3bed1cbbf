//! The environment as plain data, so that only `main_with` reads it.

use std::collections::BTreeMap;

/// The environment variables of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The process's own. Names and values that are not UTF-8 are kept in lossy form: none that matters is.
    #[must_use]
    pub(crate) fn from_process() -> Self {
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect())
    }

    /// An environment made of `pairs`.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// An environment as `/proc/PID/environ` has it: pairs with a NUL byte behind each.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value of `name`; an empty value counts as unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// `VARIDEX_FORCE_SEQUENTIAL=1`, which means `--sequential`.
    #[must_use]
    pub(crate) fn force_sequential(&self) -> bool {
        self.get("VARIDEX_FORCE_SEQUENTIAL")
            .is_some_and(|value| !["0", "false", "no", "off"].iter().any(|no| value.eq_ignore_ascii_case(no)))
    }

    /// `NO_COLOR` with any value (<https://no-color.org>).
    #[must_use]
    pub(crate) fn no_color(&self) -> bool {
        self.get("NO_COLOR").is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_forces_sequential() {
        for (value, forced) in [("1", true), ("true", true), ("0", false), ("", false), ("False", false)] {
            assert_eq!(Env::of(&[("VARIDEX_FORCE_SEQUENTIAL", value)]).force_sequential(), forced, "{value}");
        }
        assert!(!Env::default().force_sequential());
    }
}
