//! Deliveries and who brings them: the delivery and its courier change together or not at all.
//!
//! A courier is busy exactly while a delivery in progress names them. Both facts are written in one transaction, so there is
//! no moment between them in which a crash could leave a courier taken by nothing, or given two bags.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use sipstr_domain::delivery::{Courier, Delivery, DeliveryAction, DeliveryRefusal, DeliveryState};
use sipstr_domain::geo::Point;
use sipstr_domain::{CourierId, DeliveryId};

use crate::couriers::Couriers;
use crate::deliveries::Deliveries;
use crate::transact::transact;
use crate::{Db, StorageError};

/// Tries of read → decide → conditional write before a caller is told that too many others were at it.
const TRIES: usize = 6;

/// Candidates that are looked at before nobody counts as free; what the index says of them may be a moment old.
const CANDIDATES: usize = 8;

#[derive(Debug, Clone)]
pub struct Dispatch {
    db: Db,
    pub deliveries: Deliveries,
    pub couriers: Couriers,
}

/// What became of an attempt to move a delivery on.
#[derive(Debug, Clone, PartialEq)]
pub enum Moved {
    Changed(Box<Delivery>),
    /// It was so already: a repeated request or message.
    Unchanged(Box<Delivery>),
    Refused(DeliveryRefusal),
    NotFound,
}

/// What became of an attempt to find a courier for a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Assigned {
    Moved(Moved),
    NobodyFree,
    /// The courier that was asked for has another delivery.
    Busy,
    OffShift,
    UnknownCourier,
}

impl Dispatch {
    pub fn new(db: Db, deliveries_table: impl Into<String>, couriers_table: impl Into<String>) -> Self {
        let deliveries = Deliveries::new(db.clone(), deliveries_table);
        Self { deliveries, couriers: Couriers::new(db.clone(), couriers_table), db }
    }

    /// Moves a delivery on; where that ends it, its courier is free in the same moment.
    ///
    /// For a courier (`by`) only the deliveries that are theirs at the moment of the write exist.
    pub async fn advance(
        &self,
        id: &DeliveryId,
        by: Option<&CourierId>,
        action: &DeliveryAction,
        now: Timestamp,
    ) -> Result<Moved, StorageError> {
        for _ in 0..TRIES {
            let Some(delivery) = self.deliveries.get(id).await? else { return Ok(Moved::NotFound) };
            if by.is_some() && by != delivery.courier_id.as_ref() {
                return Ok(Moved::NotFound);
            }
            if let Some(moved) = self.attempt(delivery, action, None, now).await? {
                return Ok(moved);
            }
        }
        Err(StorageError::Contended("the delivery"))
    }

    /// Gives a delivery to `wanted`, or to the nearest free courier where it has none yet.
    pub async fn assign(
        &self,
        id: &DeliveryId,
        wanted: Option<&CourierId>,
        now: Timestamp,
    ) -> Result<Assigned, StorageError> {
        for _ in 0..TRIES {
            let Some(delivery) = self.deliveries.get(id).await? else { return Ok(Assigned::Moved(Moved::NotFound)) };
            let courier = match wanted {
                Some(wanted) => match self.couriers.get(wanted).await? {
                    None => return Ok(Assigned::UnknownCourier),
                    Some(courier) if courier.delivery_id.as_ref().is_some_and(|busy| busy != id) => {
                        return Ok(Assigned::Busy);
                    }
                    Some(courier) if !courier.on_shift => return Ok(Assigned::OffShift),
                    Some(courier) => courier,
                },
                None if delivery.courier_id.is_some() && delivery.state == DeliveryState::Assigned => {
                    return Ok(Assigned::Moved(Moved::Unchanged(Box::new(delivery))));
                }
                None => match self.nearest_free(delivery.pickup.location).await? {
                    Some(courier) => courier,
                    None => return Ok(Assigned::NobodyFree),
                },
            };
            let action = DeliveryAction::Assign { courier: courier.id.clone() };
            if let Some(moved) = self.attempt(delivery, &action, Some(&courier), now).await? {
                return Ok(Assigned::Moved(moved));
            }
        }
        Err(StorageError::Contended("the delivery"))
    }

    /// The nearest courier who is free, read anew before it is said.
    async fn nearest_free(&self, pickup: Point) -> Result<Option<Courier>, StorageError> {
        let mut candidates = self.couriers.free_near(pickup).await?;
        for _ in 0..CANDIDATES {
            let Some(id) = sipstr_domain::delivery::nearest_free(&candidates, pickup).map(|c| c.id.clone()) else {
                break;
            };
            let courier = self.couriers.get(&id).await?;
            if let Some(courier) = courier.filter(|courier| courier.on_shift && courier.delivery_id.is_none()) {
                return Ok(Some(courier));
            }
            candidates.retain(|candidate| candidate.id != id);
        }
        Ok(None)
    }

    /// One try; `None` where somebody else was faster.
    async fn attempt(
        &self,
        before: Delivery,
        action: &DeliveryAction,
        taken: Option<&Courier>,
        now: Timestamp,
    ) -> Result<Option<Moved>, StorageError> {
        match before.apply(action, now) {
            Err(refusal) => Ok(Some(Moved::Refused(refusal))),
            Ok(None) => Ok(Some(Moved::Unchanged(Box::new(before)))),
            Ok(Some(after)) => {
                let stored = self.store(&before, &after, taken).await?;
                Ok(stored.then(|| Moved::Changed(Box::new(after))))
            }
        }
    }

    async fn store(&self, before: &Delivery, after: &Delivery, taken: Option<&Courier>) -> Result<bool, StorageError> {
        let put = self.deliveries.put_if_unchanged(before, after)?;
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        if let Some(courier) = taken {
            let put = self.couriers.put_if_unchanged(courier, Some(&after.id))?;
            actions.push(TransactWriteItem::builder().put(put).build());
        }
        if let Some(freed) = freed(before, after) {
            let courier = self.couriers.get(freed).await?;
            if let Some(courier) = courier.filter(|courier| courier.delivery_id.as_ref() == Some(&after.id)) {
                let put = self.couriers.put_if_unchanged(&courier, None)?;
                actions.push(TransactWriteItem::builder().put(put).build());
            }
        }
        Ok(transact(&self.db, actions, "the delivery").await?.is_none())
    }
}

/// Who has nothing to do with the delivery any more.
fn freed<'a>(before: &'a Delivery, after: &Delivery) -> Option<&'a CourierId> {
    let gone = before.courier_id.as_ref().filter(|_| !before.state.is_over())?;
    (after.state.is_over() || after.courier_id.as_ref() != Some(gone)).then_some(gone)
}
