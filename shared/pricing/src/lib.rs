//! What a basket costs: taxes as data by place and day, deposits, fees and reductions, to the unit.
//!
//! The law of alcohol (`sipstr-compliance`) knows deposits and the taxes on drinks as such; the files in `taxes/` know the
//! general ones. [`assess`] reads both for a day, [`price`] makes the bill, and [`PriceView`] writes its taxes out.

mod assess;
mod book;
mod file;
mod gift;
mod price;
mod promote;
mod reckon;
mod view;

pub use assess::{Assessment, Deposits, Tax, assess, words};
pub use book::{FILES, TaxBook};
pub use file::{Measure, Once, RoundTo, Rounding, TaxFile, TaxFileError, TaxRule};
pub use gift::{CashOut, GiftRule, gift_rule};
pub use price::{Basket, Reduction, price, spread};
pub use promote::{Candidate, Promoted, promote};
pub use view::{PriceView, TaxedFee, TaxedLine, summed, written_out};
