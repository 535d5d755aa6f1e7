use jiff::{SignedDuration, Timestamp};
use sipstr_http::ApiResult;
use sipstr_http::visitor::Visitor;
use sipstr_runtime::take;
use sipstr_storage::limits::{Limit, Limits};

/// What one network may try of all that needs no session: an office full of people, and no army.
#[derive(Debug, Clone, Copy)]
pub struct NetworkLimit(pub u32);

impl NetworkLimit {
    pub async fn take(self, limits: &Limits, visitor: &Visitor, now: Timestamp) -> ApiResult<()> {
        let limit = Limit { of: "network", burst: self.0, per: SignedDuration::from_mins(15) };
        take(limits, limit, visitor.network.as_deref().unwrap_or("unknown"), now).await
    }
}
