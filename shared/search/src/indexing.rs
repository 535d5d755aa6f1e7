//! The catalogue becomes the files of an index: one segment, its rows in order of popularity.
//!
//! The order serves the suggestions, which stop at the first few rows that match, and makes ties fall to what is ordered more.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;

use sipstr_domain::ProductId;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::{Index, TantivyDocument};

use crate::colour::Colour;
use crate::entry::Entry;
use crate::error::SnapshotError;
use crate::schema::{self, WordField, field, schema};
use crate::text::{folded, indexed};

/// Room for everything: a segment is written once, when all is in it.
const MEMORY: usize = 1 << 30;

/// More would not be a catalogue of drinks; rows and ranks are 32 bits wide in the columns.
pub const MAX_PRODUCTS: usize = 2_000_000;

/// Popularity in the index is an integer of this resolution.
pub const POPULARITY_STEPS: f32 = 1_000_000.0;

/// The files of the index by their names.
pub fn files(entries: &[Entry]) -> Result<BTreeMap<String, Vec<u8>>, SnapshotError> {
    if entries.len() > MAX_PRODUCTS {
        return Err(SnapshotError::TooLarge { max: MAX_PRODUCTS });
    }
    refuse_duplicates(entries)?;
    let schema = schema();
    let directory = RamDirectory::create();
    let mut writer = Index::builder()
        .schema(schema.clone())
        .single_segment_index_writer::<TantivyDocument>(directory.clone(), MEMORY)?;
    let ranks = name_ranks(entries);
    for at in rows(entries) {
        writer.add_document(document(&schema, &entries[at], ranks[at])?)?;
    }
    let index = writer.finalize()?;

    let mut paths: Vec<PathBuf> = index.load_metas()?.list_segment_files().into_iter().collect();
    paths.push(PathBuf::from("meta.json"));
    let mut files = BTreeMap::new();
    for path in paths {
        if directory.exists(&path).map_err(tantivy::TantivyError::from)? {
            let bytes = directory.open_read(&path).map_err(tantivy::TantivyError::from)?;
            let bytes = bytes.read_bytes().map_err(SnapshotError::io(&path))?;
            files.insert(path.display().to_string(), bytes.as_slice().to_vec());
        }
    }
    Ok(files)
}

fn refuse_duplicates(entries: &[Entry]) -> Result<(), SnapshotError> {
    let mut ids: Vec<&ProductId> = entries.iter().map(|entry| &entry.product.id).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(SnapshotError::Duplicate(pair[0].to_string())),
        None => Ok(()),
    }
}

/// The entries in the order of the rows: the most popular first, then by id, so that one catalogue has one order.
fn rows(entries: &[Entry]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&at| (Reverse(popularity(&entries[at])), &entries[at].product.id));
    order
}

/// Each entry's place in the order of names.
fn name_ranks(entries: &[Entry]) -> Vec<u64> {
    let names: Vec<String> = entries.iter().map(|entry| folded(&entry.product.name)).collect();
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&at| (&names[at], &entries[at].product.id));
    let mut ranks = vec![0; entries.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as u64;
    }
    ranks
}

fn popularity(entry: &Entry) -> u64 {
    let share = if entry.popularity.is_nan() { 0.0 } else { entry.popularity.clamp(0.0, 1.0) };
    (share * POPULARITY_STEPS) as u64
}

fn document(
    schema: &tantivy::schema::Schema,
    entry: &Entry,
    name_rank: u64,
) -> Result<TantivyDocument, tantivy::TantivyError> {
    let product = &entry.product;
    let mut document = TantivyDocument::new();
    let words = [indexed(&product.name), indexed(&product.maker), indexed(&product.style), indexed(&rest(entry))];
    for (place, text) in WordField::ALL.into_iter().zip(words) {
        document.add_text(field(schema, place.name())?, text);
    }
    for store in &entry.stores {
        document.add_text(field(schema, schema::STORE)?, store.suffix());
    }
    document.add_text(field(schema, schema::TITLE)?, &product.name);
    let id = id_bits(&product.id);
    let colour = Colour::code(Colour::of_wine(product));
    let numbers = [
        (schema::ID_HIGH, (id >> 64) as u64),
        (schema::ID_LOW, id as u64),
        (schema::CATEGORY, product.category as u64),
        (schema::ABV, u64::from(product.abv_basis_points)),
        (schema::VOLUME, u64::from(product.volume_ml)),
        (schema::POPULARITY, popularity(entry)),
        (schema::NAME_RANK, name_rank),
        (schema::WINE_COLOUR, colour),
    ];
    for (column, value) in numbers {
        document.add_u64(field(schema, column)?, value);
    }
    if let Some(price) = entry.price {
        document.add_i64(field(schema, schema::PRICE)?, price.amount);
    }
    let texts = [
        (schema::MAKER_COLUMN, Some(product.maker.as_str())),
        (schema::STYLE_COLUMN, Some(product.style.as_str())),
        (schema::COUNTRY_COLUMN, product.country.as_deref()),
    ];
    for (column, text) in texts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            document.add_text(field(schema, column)?, text);
        }
    }
    for tag in &entry.tags {
        document.add_text(field(schema, schema::TAG_COLUMN)?, tag);
    }
    Ok(document)
}

/// What else a customer may say of a product: where it is from, what it is, how it is packed, what colour the wine has.
fn rest(entry: &Entry) -> String {
    let product = &entry.product;
    let category = product.category.as_str().replace('_', " ");
    let container = match product.container {
        sipstr_domain::catalog::Container::Glass => "bottle glass",
        sipstr_domain::catalog::Container::Can => "can",
        sipstr_domain::catalog::Container::Plastic => "plastic",
        sipstr_domain::catalog::Container::Carton => "carton box",
        sipstr_domain::catalog::Container::Keg => "keg",
    };
    let size = format!("{}ml", product.volume_ml);
    let pack = if product.pack > 1 { format!("{} pack", product.pack) } else { String::new() };
    let country = product.country.as_deref().unwrap_or_default();
    let region = product.region.as_deref().unwrap_or_default();
    // A Merlot is found as a red, though nothing on it says so.
    let colour = Colour::of_wine(product).map_or("", Colour::name);
    let mut words = [country, region, &category, container, &size, &pack, colour].join(" ");
    for tag in &entry.tags {
        words.push(' ');
        words.push_str(tag);
    }
    words
}

/// An id without its prefix is 128 bits, written as 32 hexadecimal digits: its type says so.
pub fn id_bits(id: &ProductId) -> u128 {
    u128::from_str_radix(id.suffix(), 16).unwrap_or_default()
}
