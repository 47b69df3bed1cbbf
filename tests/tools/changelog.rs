//! The changelog names every option, and says of each release what it does to the bytes that come out.

use std::path::Path;

fn changelog() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CHANGELOG.md")).unwrap()
}

/// The options of `known` that `text` does not name, by their word or their letter.
fn missing(text: &str, known: &[(String, Vec<String>)]) -> Vec<String> {
    let named = |flag: &String| {
        text.match_indices(flag.as_str()).any(|(at, _)| {
            let (before, behind) = (text[..at].chars().next_back(), text[at + flag.len()..].chars().next());
            let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '-';
            !before.is_some_and(goes_on) && !behind.is_some_and(goes_on)
        })
    };
    let options = known.iter().flat_map(|(command, names)| names.iter().map(move |name| (command, name)));
    let missing = options.filter(|(_, name)| !named(name));
    missing.map(|(command, name)| format!("{command} {name}")).collect()
}

#[test]
fn every_option_is_in_the_changelog() {
    let known: Vec<(String, Vec<String>)> = super::flags::known()
        .into_iter()
        .map(|(command, flags)| (command, flags.into_iter().filter(|flag| flag.starts_with("--")).collect()))
        .collect();
    assert!(known.iter().map(|(_, flags)| flags.len()).sum::<usize>() > 150, "{known:?}");
    let missing = missing(&changelog(), &known);
    assert!(missing.is_empty(), "a new option without a word in CHANGELOG.md:\n{}", missing.join("\n"));
}

#[test]
fn an_option_that_is_not_named_is_found() {
    let known = [("vdx-x".to_owned(), vec!["--html".to_owned(), "--new".to_owned()])];
    assert_eq!(missing("- `--html`, `--new-one`\n", &known), ["vdx-x --new"]);
}

#[test]
fn every_release_says_whether_output_bytes_changed() {
    let text = changelog();
    let releases: Vec<&str> = text.split("\n## ").skip(1).collect();
    assert!(!releases.is_empty());
    for release in releases {
        let title = release.lines().next().unwrap();
        assert_eq!(release.matches("\nOutput bytes: ").count(), 1, "{title}: one line 'Output bytes: ...'");
    }
}
