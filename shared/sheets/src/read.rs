//! Reading: what each row says, and everything that is wrong with it.

use std::collections::HashMap;
use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord};
use sipstr_domain::catalog::{Gtin, Slug};
use sipstr_domain::job::{JobFault, MOST_ROWS, RowError};
use sipstr_domain::{Currency, ProductId};

use crate::amount::{AmountFault, parse_amount};
use crate::formula::is_formula;
use crate::header::{Column, Header};

/// Characters of a cell that an error repeats.
const SHOWN: usize = 200;

/// How a row says which product it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    Id(ProductId),
    Gtin(Gtin),
    Slug(Slug),
}

impl Identity {
    /// The column that it stands in.
    pub const fn column(&self) -> &'static str {
        match self {
            Self::Id(_) => Column::ProductId.name(),
            Self::Gtin(_) => Column::Gtin.name(),
            Self::Slug(_) => Column::Slug.name(),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::Gtin(gtin) => gtin.as_str(),
            Self::Slug(slug) => slug.as_str(),
        }
    }
}

/// A row without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As spreadsheets count: the header is row 1.
    pub number: u32,
    pub identity: Identity,
    /// Minor units of the store's currency.
    pub amount: i64,
    pub offered: bool,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// How many rows there are, good and bad; empty ones do not count.
    pub read: u32,
    pub rows: Vec<Row>,
    /// In the order of the file.
    pub errors: Vec<RowError>,
}

/// Reads a whole file of a store that sells in this currency. A mistake in a row is noted; a file that cannot be read row by row
/// is refused.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Sheet, JobFault> {
    let text = text(bytes)?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut counter = Counter::default();
    let mut header: Option<Header> = None;
    let mut sheet = Sheet::default();
    let mut seen: HashMap<Identity, u32> = HashMap::new();
    loop {
        let begin = reader.position().byte() as usize;
        if !reader.read_record(&mut record).map_err(unreadable)? {
            break;
        }
        let number = counter.row(text.as_bytes(), begin);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(header) = &header else {
            header = Some(Header::read(&record)?);
            continue;
        };
        if sheet.read == MOST_ROWS {
            return Err(JobFault::new("too_many_rows", format!("a file has at most {MOST_ROWS} rows")));
        }
        sheet.read += 1;
        match row(&record, header, currency, number) {
            Err(errors) => sheet.errors.extend(errors),
            Ok(row) => {
                let first = *seen.entry(row.identity.clone()).or_insert(number);
                if first == number {
                    sheet.rows.push(row);
                } else {
                    sheet.errors.push(duplicate(number, &row.identity, first));
                }
            }
        }
    }
    if header.is_none() {
        return Err(JobFault::new("empty", "the file is empty"));
    }
    Ok(sheet)
}

/// The mistake of a row about a product that another row is about.
pub fn duplicate(number: u32, identity: &Identity, first: u32) -> RowError {
    let message = format!("row {first} is about this product too");
    error(number, identity.column(), "duplicate_product", message, identity.as_str())
}

/// A mistake, with as much of the cell as is shown.
pub fn error(row: u32, column: &str, code: &str, message: impl Into<String>, value: &str) -> RowError {
    RowError {
        row,
        column: column.to_owned(),
        code: code.to_owned(),
        message: message.into(),
        value: value.chars().take(SHOWN).collect(),
    }
}

/// The file as text, without the mark that some programs put before it.
fn text(bytes: &[u8]) -> Result<&str, JobFault> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(JobFault::new("not_utf8", "the file is UTF-16; save it as CSV UTF-8"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(JobFault::new("not_csv", "the file is a workbook; save it as CSV UTF-8"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        JobFault::new("not_utf8", format!("the file is not UTF-8 in line {line}; save it as CSV UTF-8"))
    })?;
    if text.contains('\0') {
        return Err(JobFault::new("not_csv", "the file holds zero bytes and is no text"));
    }
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

fn unreadable(error: csv::Error) -> JobFault {
    JobFault::new("not_csv", format!("the file cannot be read as CSV: {error}"))
}

/// Counts rows as spreadsheets do, with the empty lines that the reader passes over.
#[derive(Debug, Default)]
struct Counter {
    rows: u32,
}

impl Counter {
    /// The number of the record that the reader found from this byte on.
    fn row(&mut self, bytes: &[u8], begin: usize) -> u32 {
        let mut at = begin;
        // The reader ends a record at the carriage return and leaves the line feed to the next one.
        if at > 0 && bytes.get(at) == Some(&b'\n') && bytes[at - 1] == b'\r' {
            at += 1;
        }
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (Some(b'\r'), Some(b'\n')) => at += 2,
                (Some(b'\r' | b'\n'), _) => at += 1,
                _ => break,
            }
            self.rows += 1;
        }
        self.rows += 1;
        self.rows
    }
}

fn row(record: &StringRecord, header: &Header, currency: Currency, number: u32) -> Result<Row, Vec<RowError>> {
    let columns = header.columns();
    if record.len() != columns.len() {
        let message = format!("the row has {} cells, the header {}", record.len(), columns.len());
        return Err(vec![error(number, "", "ragged_row", message, "")]);
    }
    let (mut identity, mut amount, mut offered, mut errors) = (None, None, None, Vec::new());
    for (column, cell) in columns.iter().zip(record) {
        let mut wrong = |code: &str, message: String| errors.push(error(number, column.name(), code, message, cell));
        let trimmed = cell.trim_matches(' ');
        // A negative number is told of as one, though spreadsheets reckon with it.
        let negative = *column == Column::Price && parse_amount(trimmed, currency) == Err(AmountFault::Negative);
        if is_formula(cell) && !negative {
            wrong("formula", "a cell must not begin like a formula".to_owned());
            continue;
        }
        match column {
            Column::Name => {}
            Column::Price => match parse_amount(trimmed, currency) {
                Ok(minor) => amount = Some(minor),
                Err(fault) => wrong(fault.code(), fault.message(currency)),
            },
            Column::Currency => {
                if trimmed != currency.code() {
                    wrong("wrong_currency", format!("this store sells in {}", currency.code()));
                }
            }
            Column::Offered => match trimmed.to_ascii_lowercase().as_str() {
                "true" => offered = Some(true),
                "false" => offered = Some(false),
                _ => wrong("not_true_or_false", "write true or false".to_owned()),
            },
            Column::ProductId | Column::Gtin | Column::Slug => match identified(*column, trimmed) {
                Ok(found) => identity = Some(found),
                Err((code, message)) => wrong(code, message),
            },
        }
    }
    match (identity, amount, offered) {
        (Some(identity), Some(amount), Some(offered)) if errors.is_empty() => {
            Ok(Row { number, identity, amount, offered })
        }
        _ => Err(errors),
    }
}

fn identified(column: Column, cell: &str) -> Result<Identity, (&'static str, String)> {
    fn parsed<T: FromStr<Err: std::fmt::Display>>(cell: &str) -> Result<T, (&'static str, String)> {
        cell.parse().map_err(|error: T::Err| ("invalid_product", error.to_string()))
    }
    match column {
        _ if cell.is_empty() => Err(("product_missing", "the row says no product".to_owned())),
        Column::Gtin => parsed(cell).map(Identity::Gtin),
        Column::Slug => parsed(cell).map(Identity::Slug),
        _ => parsed(cell).map(Identity::Id),
    }
}
