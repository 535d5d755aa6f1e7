//! How sure we are of somebody's age before anybody stands at their door.
//!
//! What a person tells is declared. Somebody who looked at their document may say that it is so, for a time; only that is kept.
//! At the door the ID is looked at in any case.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::DateOfBirth;

/// A verification counts for two years: documents change hands and faces change.
pub const VERIFIED_LIFE: SignedDuration = SignedDuration::from_hours(24 * 365 * 2);

/// A check that was begun and not finished is forgotten after a day.
pub const CHECK_LIFE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgeState {
    /// Told by the person.
    Declared,
    /// Somebody is looking at their document.
    Checking,
    Verified,
    /// The document was not good, not theirs, or showed another day of birth.
    Refused,
}

/// What came of the last check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum AgeAssurance {
    #[serde(rename = "verified", rename_all = "camelCase")]
    Verified { at: Timestamp, until: Timestamp },
    #[serde(rename = "refused")]
    Refused { at: Timestamp },
}

impl AgeAssurance {
    /// Weighs what a document showed against what the person told; `None` is a document that was not good.
    pub fn of(declared: DateOfBirth, shown: Option<jiff::civil::Date>, now: Timestamp) -> Self {
        if shown.is_some_and(|shown| declared.is(shown)) {
            Self::Verified { at: now, until: now + VERIFIED_LIFE }
        } else {
            Self::Refused { at: now }
        }
    }
}

/// How sure we are now.
pub fn state(last: Option<AgeAssurance>, checking: bool, now: Timestamp) -> AgeState {
    match last {
        Some(AgeAssurance::Verified { until, .. }) if now < until => AgeState::Verified,
        _ if checking => AgeState::Checking,
        Some(AgeAssurance::Refused { .. }) => AgeState::Refused,
        Some(AgeAssurance::Verified { .. }) | None => AgeState::Declared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_the_day_that_was_told_verifies_and_only_for_a_time() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50);
        let told = DateOfBirth::new(date(1990, 5, 17), date(2020, 1, 1)).unwrap();
        let verified = AgeAssurance::of(told, Some(date(1990, 5, 17)), now);
        assert_eq!(state(Some(verified), true, now), AgeState::Verified);
        assert_eq!(state(Some(verified), false, now + VERIFIED_LIFE), AgeState::Declared);
        for shown in [Some(date(1990, 5, 18)), None] {
            let refused = AgeAssurance::of(told, shown, now);
            assert_eq!(state(Some(refused), false, now), AgeState::Refused);
            assert_eq!(state(Some(refused), true, now), AgeState::Checking);
        }
        assert_eq!(state(None, false, now), AgeState::Declared);
    }
}
