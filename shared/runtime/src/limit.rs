use jiff::Timestamp;
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::limits::{Limit, Limits, Taken};

use crate::count;

/// Takes a token from a bucket, or answers 429 with the time until there is one.
pub async fn take(limits: &Limits, limit: Limit, name: &str, now: Timestamp) -> ApiResult<()> {
    match limits.take(limit, name, now).await? {
        Taken::Yes => Ok(()),
        Taken::Empty { retry_after } => {
            count("attempts_limited", 1);
            Err(Problem::too_many(retry_after))
        }
    }
}
