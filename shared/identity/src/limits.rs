//! How often something may be tried, by one account and from one network.

use jiff::{SignedDuration, Timestamp};
use sipstr_http::ApiResult;
use sipstr_http::visitor::Visitor;
use sipstr_runtime::take;
use sipstr_storage::limits::{Limit, Limits};

/// Guesses at the password of one address: ten, then one every 90 seconds.
pub const PASSWORD: Limit = Limit { of: "password", burst: 10, per: SignedDuration::from_mins(15) };

/// Codes that are mailed to one address, whatever they are for.
pub const MAILED_CODE: Limit = Limit { of: "mailed-code", burst: 5, per: SignedDuration::from_hours(1) };

/// What one network may try of all that needs no session: an office full of people, and no army.
#[derive(Debug, Clone, Copy)]
pub struct NetworkLimit(pub u32);

impl NetworkLimit {
    pub async fn take(self, limits: &Limits, visitor: &Visitor, now: Timestamp) -> ApiResult<()> {
        let limit = Limit { of: "network", burst: self.0, per: SignedDuration::from_mins(15) };
        take(limits, limit, visitor.network.as_deref().unwrap_or("unknown"), now).await
    }
}
