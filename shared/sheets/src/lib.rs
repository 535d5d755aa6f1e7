//! A store's assortment as a CSV file (RFC 4180, UTF-8).
//!
//! | column | | |
//! |---|---|---|
//! | `productId`, `gtin` or `slug` | required, one of them | says which product a row is about |
//! | `price` | required | in the store's currency, as decimal text: `12.99` |
//! | `offered` | required | `true` or `false` |
//! | `currency` | optional | must be the store's |
//! | `name` | optional | for people; it is not read |
//!
//! Reading finds every mistake that can be found without looking anything up, each with its row and column. Pure: no I/O, no clock,
//! and no bytes make it panic.

mod amount;
mod formula;
mod header;
mod read;
mod write;

pub use amount::{AmountFault, format_amount, parse_amount};
pub use formula::{escaped, is_formula};
pub use read::{Identity, Row, Sheet, duplicate, error, read};
pub use write::{Cell, Line, table, write, write_errors};

#[cfg(test)]
mod tests;
