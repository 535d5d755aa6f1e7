//! The book of rules: every edition of every place, each read when it is first asked for.
//!
//! A function judges by one place or two, so parsing them all at its start would be time for nothing.

use std::borrow::Cow;
use std::sync::OnceLock;

use jiff::civil::Date;
use sipstr_domain::geo::Point;

use crate::rule::{RuleFile, RuleFileError};
use crate::set::{RuleSet, lies_within};

#[derive(Debug)]
struct Entry {
    key: Cow<'static, str>,
    /// `2026-11-27`; as text, because text of this form sorts like its day.
    version: Cow<'static, str>,
    text: Cow<'static, str>,
    set: OnceLock<Result<RuleSet, RuleFileError>>,
}

#[derive(Debug)]
pub struct Book {
    /// By key and version.
    entries: Vec<Entry>,
}

macro_rules! editions {
    ($($path:literal is $key:literal @ $version:literal,)*) => {
        &[$(($key, $version, include_str!(concat!("../rules/", $path, ".json")))),*]
    };
}

/// The files in `rules/`; a test compares.
const EDITIONS: &[(&str, &str, &str)] = editions![
    "au-nsw" is "au-nsw" @ "2026-11-27",
    "ca-ab" is "ca-ab" @ "2026-11-27",
    "ca-on" is "ca-on" @ "2026-11-27",
    "gb-sct" is "gb-sct" @ "2026-11-27",
    "in" is "in" @ "2026-11-27",
    "in-br" is "in-br" @ "2026-11-27",
    "in-gj" is "in-gj" @ "2026-11-27",
    "in-mh" is "in-mh" @ "2026-11-27",
    "us" is "us" @ "2026-11-27",
    "history/us-ca@2026-11-23" is "us-ca" @ "2026-11-23",
    "us-ca" is "us-ca" @ "2026-11-27",
    "us-ga" is "us-ga" @ "2026-11-27",
    "us-ks" is "us-ks" @ "2026-11-27",
    "us-ma" is "us-ma" @ "2026-11-27",
    "us-mi" is "us-mi" @ "2026-11-27",
    "us-nh" is "us-nh" @ "2026-11-27",
    "us-nj" is "us-nj" @ "2026-11-27",
    "us-nj-ocean-city" is "us-nj-ocean-city" @ "2026-11-27",
    "us-ny" is "us-ny" @ "2026-11-27",
    "us-pa" is "us-pa" @ "2026-11-27",
    "us-tn" is "us-tn" @ "2026-11-27",
    "us-tx" is "us-tx" @ "2026-11-27",
    "us-ut" is "us-ut" @ "2026-11-27",
    "us-va" is "us-va" @ "2026-11-27",
    "us-vt" is "us-vt" @ "2026-11-27",
    "us-wa" is "us-wa" @ "2026-11-27",
];

impl Book {
    /// What is compiled into the program.
    pub fn builtin() -> &'static Self {
        static BOOK: OnceLock<Book> = OnceLock::new();
        BOOK.get_or_init(|| {
            let entry = |&(key, version, text): &(&'static str, &'static str, &'static str)| Entry {
                key: key.into(),
                version: version.into(),
                text: text.into(),
                set: OnceLock::new(),
            };
            Self::sorted(EDITIONS.iter().map(entry).collect())
        })
    }

    /// A book of other files: what somebody drafts, or a test.
    pub fn of(texts: impl IntoIterator<Item = String>) -> Result<Self, RuleFileError> {
        let entry = |text: String| {
            let file = RuleFile::parse(&text)?;
            let version = file.version.to_string();
            Ok(Entry { key: file.key.into(), version: version.into(), text: text.into(), set: OnceLock::new() })
        };
        Ok(Self::sorted(texts.into_iter().map(entry).collect::<Result<_, _>>()?))
    }

    fn sorted(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| (&a.key, &a.version).cmp(&(&b.key, &b.version)));
        Self { entries }
    }

    /// The editions, as key and version.
    pub fn editions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| (&*entry.key, &*entry.version))
    }

    /// The edition of a place that is asked on a day; `None` where there is none, or none that can be read.
    pub fn at(&self, key: &str, on: Date) -> Option<&RuleSet> {
        let first = self.entries.partition_point(|entry| &*entry.key < key);
        let of_key = self.entries[first..].iter().take_while(|entry| entry.key == key);
        let day = on.to_string();
        let (mut chosen, mut earliest) = (None, None);
        for entry in of_key {
            earliest = earliest.or(Some(entry));
            if *entry.version <= *day {
                chosen = Some(entry);
            }
        }
        self.read(chosen.or(earliest)?).ok()
    }

    /// An edition by its name, `us-ca@2026-11-23`: the one that a trace was made under.
    pub fn edition(&self, name: &str) -> Result<&RuleSet, RuleFileError> {
        let missing = || RuleFileError::ParentMissing(name.to_owned());
        let (key, version) = name.split_once('@').ok_or_else(missing)?;
        let at = self.entries.binary_search_by(|entry| (&*entry.key, &*entry.version).cmp(&(key, version)));
        self.read(&self.entries[at.map_err(|_| missing())?])
    }

    fn read<'b>(&'b self, entry: &'b Entry) -> Result<&'b RuleSet, RuleFileError> {
        let read = entry.set.get_or_init(|| {
            let file = RuleFile::parse(&entry.text)?;
            let parent = match &file.inherits {
                // A key gets shorter with each step outwards, so this ends.
                Some(name) if name.split('@').next().is_some_and(|outer| lies_within(&file.key, outer)) => {
                    Some(self.edition(name)?)
                }
                _ => None,
            };
            RuleSet::compile(file, parent)
        });
        read.as_ref().map_err(Clone::clone)
    }

    /// The innermost place of a region whose area an address lies in; the region itself where there is none.
    pub fn locate<'b>(&'b self, region: &'b str, point: Point, codes: &[String], on: Date) -> &'b str {
        let mut innermost = region;
        for entry in self.entries.iter().filter(|entry| lies_within(&entry.key, region)) {
            let here = self.at(&entry.key, on).and_then(|set| set.area.as_ref());
            if here.is_some_and(|area| area.contains(point, codes)) && entry.key.len() > innermost.len() {
                innermost = &entry.key;
            }
        }
        innermost
    }
}
