//! How often something may be tried for one account.

use jiff::SignedDuration;
use sipstr_storage::limits::Limit;

/// Guesses at the password of one address: ten, then one every 90 seconds.
pub const PASSWORD: Limit = Limit { of: "password", burst: 10, per: SignedDuration::from_mins(15) };

/// Codes that are mailed to one address, whatever they are for.
pub const MAILED_CODE: Limit = Limit { of: "mailed-code", burst: 5, per: SignedDuration::from_hours(1) };
