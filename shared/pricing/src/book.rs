//! The book of taxes: the files in `taxes/`, each read when it is first asked for.

use std::sync::OnceLock;

use jiff::civil::Date;

use crate::file::{TaxFile, TaxFileError, TaxRule};

#[derive(Debug)]
struct Entry {
    key: &'static str,
    text: &'static str,
    file: OnceLock<Result<TaxFile, TaxFileError>>,
}

#[derive(Debug)]
pub struct TaxBook {
    entries: Vec<Entry>,
}

macro_rules! files {
    ($($key:literal),* $(,)?) => {
        &[$(($key, include_str!(concat!("../taxes/", $key, ".json")))),*]
    };
}

/// The files in `taxes/`; a test compares.
pub const FILES: &[(&str, &str)] =
    files!["au", "bh", "ca", "ca-bc", "ca-on", "ca-qc", "de", "gb", "jp", "store", "us", "us-ca", "us-wa"];

/// Where no place has a file of its own: the rate that the store is set to.
const ANYWHERE: &str = "store";

impl TaxBook {
    pub fn builtin() -> &'static Self {
        static BOOK: OnceLock<TaxBook> = OnceLock::new();
        BOOK.get_or_init(|| {
            let entry = |&(key, text): &(&'static str, &'static str)| Entry { key, text, file: OnceLock::new() };
            Self { entries: FILES.iter().map(entry).collect() }
        })
    }

    /// The file of a place: its own, or that of the place it lies in.
    pub fn of_place(&self, place: &str) -> Option<&TaxFile> {
        let mut key = place;
        loop {
            if let Some(entry) = self.entries.iter().find(|entry| entry.key == key) {
                return entry.file();
            }
            match key.rsplit_once('-') {
                Some((around, _)) => key = around,
                None if key == ANYWHERE => return None,
                None => key = ANYWHERE,
            }
        }
    }

    /// A tax by its id as it held on a day, so that an order says a name and a law that it does not store.
    pub fn named(&self, id: &str, on: Date) -> Option<&TaxRule> {
        let (place, _) = id.split_once('.')?;
        let rules = &self.of_place(place)?.taxes;
        rules.iter().filter(|rule| rule.id == id).find(|rule| rule.holds_on(on))
    }
}

impl Entry {
    fn file(&self) -> Option<&TaxFile> {
        self.file.get_or_init(|| TaxFile::parse(self.text)).as_ref().ok()
    }
}
