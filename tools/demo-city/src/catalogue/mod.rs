//! About 7,000 real products from three public sources, cleaned, merged and completed.
//!
//! `data/catalogue/README.md` names the sources and their licences. What they do not say is derived by one stated rule
//! each, and an entry says so where it matters: [`CatalogueEntry::abv_estimated`], [`CatalogueEntry::price_estimated`].
//!
//! - **Beer and cider** (`beer.rs`, `beer_format.rs`): packaging and price are derived; an ABV that is absent or
//!   impossible is the style's median.
//! - **Wine** (`wine.rs`): one 750 ml bottle; the price is derived from country, appellation, body and rating.
//! - **Spirits** (`spirits.rs`, `spirit_names.rs`, `spirit_kinds.rs`): volume and price are the state's; the ABV comes
//!   from the name or the kind.

mod beer;
mod beer_format;
mod countries;
mod spirit_kinds;
mod spirit_names;
mod spirits;
mod wine;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::draw::stable_suffix;

pub use countries::Country;

/// Longest description, in characters.
pub const DESCRIPTION_LIMIT: usize = 600;

/// One product as a shop sells it: so many units of a volume in a container, at a list price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogueEntry {
    /// `prd_` and 32 lowercase hex digits that follow from source and source id.
    pub id: String,
    pub source: Source,
    /// The row's own id within the source.
    pub source_id: String,
    pub name: String,
    /// Brewery, winery, or the vendor that supplies the spirit.
    pub maker: String,
    pub category: Category,
    pub style: String,
    /// Alcohol by volume in hundredths of a per cent: 450 is 4.5 %.
    pub abv_bps: u16,
    /// The source gave no usable ABV, so this one is what is usual for the style or the kind.
    pub abv_estimated: bool,
    /// Volume of one unit in millilitres.
    pub volume_ml: u32,
    pub units_per_pack: u16,
    pub container: Container,
    pub country: Option<Country>,
    /// State, province or appellation.
    pub region: Option<String>,
    /// Plain text of at most [`DESCRIPTION_LIMIT`] characters, never empty.
    pub description: String,
    /// Price of the whole pack in US cents.
    pub list_price_cents: u32,
    /// The price follows from a rule; otherwise it is the state's retail price on the day of the record.
    pub price_estimated: bool,
    /// Bottles sold in the state on the day of the record; 0 where the source counts nothing.
    pub popularity: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Beer,
    /// Includes mead, as the law does.
    Wine,
    /// Includes ready-to-drink cocktails on a base of spirits, as licences and deposits do; their style tells them
    /// apart.
    Spirits,
    Cider,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    Glass,
    Can,
    Plastic,
    /// Box, pouch or carton.
    Carton,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    OpenBeerDb,
    XWines,
    IowaLiquorSales,
}

impl Source {
    /// The name that ids are derived from; it must never change.
    fn key(self) -> &'static str {
        match self {
            Self::OpenBeerDb => "openbeerdb",
            Self::XWines => "xwines",
            Self::IowaLiquorSales => "iowa",
        }
    }

    fn product_id(self, source_id: &str) -> String {
        format!("prd_{}", stable_suffix("prd", &format!("{}:{source_id}", self.key())))
    }
}

/// All products: beer and cider, wine, spirits. The same list in the same order on every call and every machine.
pub fn catalogue() -> Vec<CatalogueEntry> {
    merge_duplicates(beer::entries().into_iter().chain(wine::entries()).chain(spirits::entries()))
}

/// Keeps the first of the entries that a customer could not tell apart: same maker, name, and pack, whatever the
/// container.
fn merge_duplicates(entries: impl Iterator<Item = CatalogueEntry>) -> Vec<CatalogueEntry> {
    let mut seen = HashSet::new();
    entries.filter(|entry| seen.insert(sameness(entry))).collect()
}

fn sameness(entry: &CatalogueEntry) -> (String, String, Option<(u32, u16)>) {
    // A beer's pack is our own choice, so it does not tell two beers apart.
    let pack = (entry.source != Source::OpenBeerDb).then_some((entry.volume_ml, entry.units_per_pack));
    (entry.maker.to_lowercase(), entry.name.to_lowercase(), pack)
}

/// The rows of an embedded CSV file. The files are part of the program, so a row that does not parse is a defect of the
/// build.
fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    let parsed: Result<Vec<T>, csv::Error> = csv::Reader::from_reader(text.as_bytes()).deserialize().collect();
    parsed.expect("embedded data has the columns that its README states")
}
