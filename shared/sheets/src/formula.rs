//! Cells that spreadsheets would run (OWASP, CSV Injection).

use std::borrow::Cow;

/// With what a formula begins, in the wide forms of East Asian scripts as well.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet may take a cell for a formula. Blanks before it do not help.
pub fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches(' ').starts_with(BEGINNINGS)
}

/// The cell as text: an apostrophe before what would be a formula.
pub fn escaped(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}
