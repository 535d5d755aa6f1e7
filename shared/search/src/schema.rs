//! The fields of the index. A change here is a new [`crate::SCHEMA_VERSION`].

use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};

/// The fields in which words are looked up, and what a match there is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordField {
    Name,
    Maker,
    Style,
    /// Country, region, category, tags, container, size.
    Rest,
}

impl WordField {
    pub const ALL: [Self; 4] = [Self::Name, Self::Maker, Self::Style, Self::Rest];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Maker => "maker",
            Self::Style => "style",
            Self::Rest => "rest",
        }
    }

    /// A name says what a bottle is; a style is said of hundreds.
    pub const fn weight(self) -> f32 {
        match self {
            Self::Name => 1.0,
            Self::Maker => 0.8,
            Self::Style => 0.35,
            Self::Rest => 0.25,
        }
    }
}

pub const STORE: &str = "store";
pub const TITLE: &str = "title";
pub const ID_HIGH: &str = "id_high";
pub const ID_LOW: &str = "id_low";
pub const ABV: &str = "abv";
pub const VOLUME: &str = "volume";
pub const PRICE: &str = "price";
pub const POPULARITY: &str = "popularity";
pub const NAME_RANK: &str = "name_rank";
pub const WINE_COLOUR: &str = "wine_colour";
pub const CATEGORY: &str = "category";
/// Columns of text, for facets and filters.
pub const MAKER_COLUMN: &str = "maker_column";
pub const STYLE_COLUMN: &str = "style_column";
pub const COUNTRY_COLUMN: &str = "country_column";
pub const TAG_COLUMN: &str = "tag_column";

pub fn schema() -> Schema {
    let mut builder = Schema::builder();
    // Words are folded before they come here, so splitting at spaces is all. Positions and frequencies are not kept: a name
    // that says "ale" twice is not a better ale.
    let words = TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic);
    for field in WordField::ALL {
        builder.add_text_field(field.name(), TextOptions::default().set_indexing_options(words.clone()));
    }
    let exact = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    builder.add_text_field(STORE, TextOptions::default().set_indexing_options(exact));
    builder.add_text_field(TITLE, STORED);
    for column in [ID_HIGH, ID_LOW, CATEGORY, ABV, VOLUME, NAME_RANK, WINE_COLOUR] {
        builder.add_u64_field(column, FAST);
    }
    builder.add_i64_field(PRICE, FAST);
    builder.add_u64_field(POPULARITY, FAST);
    for column in [MAKER_COLUMN, STYLE_COLUMN, COUNTRY_COLUMN, TAG_COLUMN] {
        builder.add_text_field(column, TextOptions::default().set_fast("raw"));
    }
    builder.build()
}

/// A field that the schema above has.
pub fn field(schema: &Schema, name: &str) -> tantivy::Result<Field> {
    schema.get_field(name)
}
