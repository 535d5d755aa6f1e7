//! Writing: an assortment that can be read again, and what was wrong with a file.

use csv::{QuoteStyle, Writer, WriterBuilder};
use sipstr_domain::job::RowError;
use sipstr_domain::{Money, ProductId};

use crate::amount::format_amount;
use crate::formula::escaped;

/// A product of an assortment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub product: ProductId,
    pub name: String,
    pub price: Money,
    pub offered: bool,
}

/// An assortment as a file.
pub fn write(lines: &[Line]) -> Vec<u8> {
    let rows = lines.iter().map(|line| {
        let price = format_amount(line.price.amount, line.price.currency);
        let offered = if line.offered { "true" } else { "false" };
        [line.product.as_str(), &line.name, &price, line.price.currency.code(), offered].map(Cell::text)
    });
    table(["productId", "name", "price", "currency", "offered"], rows)
}

/// What was wrong, an error a row.
pub fn write_errors(errors: &[RowError]) -> Vec<u8> {
    let rows = errors.iter().map(|error| {
        let row = error.row.to_string();
        [row.as_str(), &error.column, &error.code, &error.message, &error.value].map(Cell::text)
    });
    table(["row", "column", "code", "message", "value"], rows)
}

/// A cell of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell(String);

impl Cell {
    /// A text from anywhere: no spreadsheet takes it for a formula.
    pub fn text(text: &str) -> Self {
        Self(escaped(text).into_owned())
    }

    /// An amount that we reckoned, as decimal text. It may begin with a minus: it is a number and nothing else.
    pub fn amount(money: Money) -> Self {
        Self(format_amount(money.amount, money.currency))
    }
}

/// Rows under a header. Every cell is quoted, so that no value ends its cell.
pub fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [Cell; N]>) -> Vec<u8> {
    const IN_MEMORY: &str = "writing into memory does not fail";
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(header).expect(IN_MEMORY);
    for row in rows {
        writer.write_record(row.map(|cell| cell.0)).expect(IN_MEMORY);
    }
    writer.into_inner().expect(IN_MEMORY)
}
