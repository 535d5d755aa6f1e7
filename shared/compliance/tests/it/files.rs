//! The rule files themselves: each is in the book, reads, and has nothing against it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use sipstr_compliance::{Book, RuleFile, RuleSet, Severity, lint};

/// The day on which these files are judged: the linter's age of a check must not turn with the calendar of the machine.
const TODAY: Date = date(2026, 11, 27);

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let of = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
    };
    [of(&folder), of(&folder.join("history"))].concat()
}

fn read(path: &Path) -> RuleFile {
    let text = std::fs::read_to_string(path).unwrap();
    RuleFile::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parent_of(file: &RuleFile) -> Option<&'static RuleSet> {
    file.inherits.as_ref().map(|name| Book::builtin().edition(name).unwrap())
}

#[test]
fn every_file_is_in_the_book_under_its_name() {
    let files: BTreeSet<String> = paths().iter().map(|path| read(path).edition()).collect();
    let book: BTreeSet<String> = Book::builtin().editions().map(|(key, version)| format!("{key}@{version}")).collect();
    assert_eq!(files, book);
    for path in paths() {
        let (file, stem) = (read(&path), path.file_stem().unwrap().to_str().unwrap().to_owned());
        assert!(stem == file.key || stem == file.edition(), "{stem}");
        let set = Book::builtin().edition(&file.edition()).unwrap();
        assert_eq!((&set.key, set.complete), (&file.key, !file.base));
    }
}

#[test]
fn no_file_has_anything_against_it() {
    let mut warnings = Vec::new();
    for path in paths() {
        let file = read(&path);
        for finding in lint(&file, parent_of(&file), TODAY) {
            assert_eq!(finding.severity, Severity::Warning, "{}: {finding}", file.key);
            warnings.push(format!("{}: {finding}", file.key));
        }
    }
    warnings.sort();
    // What is known of Maharashtra ends with beer and spirits.
    assert_eq!(
        warnings,
        ["cider", "ready_to_drink", "wine"]
            .map(|drink| { format!("in-mh: warning gap: no legal age for {drink}: it is refused") })
    );
}

#[test]
fn a_year_later_every_check_is_called_stale() {
    for path in paths() {
        let file = read(&path);
        let findings = lint(&file, parent_of(&file), date(2027, 11, 28));
        let stale = findings.iter().filter(|finding| finding.code == "checked_on").count();
        assert_eq!(stale, file.rules.len(), "{}", file.key);
    }
}

#[test]
fn a_file_survives_being_written() {
    for path in paths() {
        let file = read(&path);
        let written = serde_json::to_string(&file).unwrap();
        assert_eq!(RuleFile::parse(&written).unwrap(), file);
    }
}
