//! What is kept of a delivery to learn from.

use serde::{Deserialize, Serialize};

use crate::check::{MOST_SECONDS, instant, within};
use crate::{Accepted, Assigned, EtaError, Features, PickedUp, Quoted};

/// The features as they were seen at each stage, so that nothing can be learnt from what was known only later; and when it was over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRecord {
    pub quoted: Quoted,
    pub accepted: Accepted,
    pub assigned: Assigned,
    pub picked_up: PickedUp,
    pub ready_at_epoch_seconds: i64,
    pub arrived_at_epoch_seconds: i64,
    pub handed_over_at_epoch_seconds: i64,
}

impl DeliveryRecord {
    /// All features are in range, and time ran forward.
    pub fn check(&self) -> Result<(), EtaError> {
        self.quoted.check()?;
        self.accepted.check()?;
        self.assigned.check()?;
        self.picked_up.check()?;
        instant("handed_over_at_epoch_seconds", self.handed_over_at_epoch_seconds)?;
        instant("ready_at_epoch_seconds", self.ready_at_epoch_seconds)?;
        instant("arrived_at_epoch_seconds", self.arrived_at_epoch_seconds)?;
        let not_before = |field, from: i64, to: i64| within(field, (to - from) as f64, 0.0, 3.0 * MOST_SECONDS);
        not_before("accepted after quoted", self.quoted.at.epoch_seconds, self.accepted.at.epoch_seconds)?;
        not_before("assigned after accepted", self.accepted.at.epoch_seconds, self.assigned.at.epoch_seconds)?;
        not_before("ready after accepted", self.accepted.at.epoch_seconds, self.ready_at_epoch_seconds)?;
        not_before("picked up after assigned", self.assigned.at.epoch_seconds, self.picked_up.at.epoch_seconds)?;
        not_before("arrived after picked up", self.picked_up.at.epoch_seconds, self.arrived_at_epoch_seconds)?;
        not_before("handed over after arrived", self.arrived_at_epoch_seconds, self.handed_over_at_epoch_seconds)?;
        within("handed over after picked up", self.took_seconds(&self.picked_up), 1.0, 3.0 * MOST_SECONDS)
    }

    /// From the moment of these features to the hand-over.
    pub fn took_seconds<F: Features>(&self, features: &F) -> f64 {
        self.handed_over_at_epoch_seconds.saturating_sub(features.at().epoch_seconds) as f64
    }
}
