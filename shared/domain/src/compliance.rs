//! What a decision of the law leaves behind: the trace that is stored, the refusal that is told, the clock that it was judged
//! by. The rules and the gates are `sipstr-compliance`.

use jiff::civil::Time;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::store::Store;

/// What an order kept of the decision that admitted it: the editions of the rules, and each rule that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The editions that were asked, such as `us-ca@2026-11-27`; two joined by `+` where the door lies in a place of its own.
    pub rules: String,
    pub passed: Vec<String>,
}

/// A rule that says no. `code` is stable for programs, `detail` is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    pub code: &'static str,
    pub rule: String,
    pub detail: String,
}

impl Refused {
    pub fn new(code: &'static str, rule: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, rule: rule.into(), detail: detail.into() }
    }
}

/// The clock by which hours are judged.
///
/// A demo stack fixes the time of day, so that the demo city can be used at night; everything else about time is real.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalClock {
    pub fixed_time_of_day: Option<Time>,
}

impl LocalClock {
    pub fn at(self, store: &Store, at: Timestamp) -> Result<Zoned, Refused> {
        let unknown = |_| Refused::new("store_closed", "store.time_zone", "the store's time zone is not known");
        let local = store.local(at).map_err(unknown)?;
        match self.fixed_time_of_day {
            Some(time) => local.with().time(time).build().map_err(|_| {
                Refused::new("store_closed", "store.time_zone", "the fixed time of day does not exist on this day")
            }),
            None => Ok(local),
        }
    }
}
