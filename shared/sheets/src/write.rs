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
        let cells = [line.product.as_str(), &line.name, &price, line.price.currency.code(), offered];
        cells.map(|cell| escaped(cell).into_owned())
    });
    file(["productId", "name", "price", "currency", "offered"], rows)
}

/// What was wrong, an error a row.
pub fn write_errors(errors: &[RowError]) -> Vec<u8> {
    let rows = errors.iter().map(|error| {
        let row = error.row.to_string();
        let cells = [row.as_str(), &error.column, &error.code, &error.message, &error.value];
        cells.map(|cell| escaped(cell).into_owned())
    });
    file(["row", "column", "code", "message", "value"], rows)
}

/// Every cell is quoted, so that no value ends its cell.
fn file<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Vec<u8> {
    const IN_MEMORY: &str = "writing into memory does not fail";
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(header).expect(IN_MEMORY);
    for row in rows {
        writer.write_record(row).expect(IN_MEMORY);
    }
    writer.into_inner().expect(IN_MEMORY)
}
