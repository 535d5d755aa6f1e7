//! Goods that go from one store to another, in two steps: sent by the one, taken in by the other.
//!
//! What was sent has left the first store's books and stands in the transfer until the second store has said what came, so
//! that at every moment each bottle stands in exactly one place: sent = received + lost + damaged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ProductId, StoreId, TransferId, UserId};

/// Products of one transfer: with the entries of all its lines it must fit into one transaction.
pub const MOST_TRANSFERRED: usize = 16;

/// Most units of one line.
const MOST_UNITS: u32 = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// On its way.
    Dispatched,
    Received,
    /// Brought back before it was received.
    Cancelled,
}

/// So many of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferLine {
    pub product_id: ProductId,
    pub sent: u32,
    /// What came. Absent while it is on its way, or was brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
}

/// What became of what was sent: the three sum to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    pub received: u32,
    pub lost: u32,
    pub damaged: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    pub id: TransferId,
    pub version: u64,
    pub state: TransferState,
    /// The store that sends.
    pub from: StoreId,
    /// The store that takes in.
    pub to: StoreId,
    pub lines: Vec<TransferLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub sent_by: UserId,
    pub sent_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closing>,
}

/// How a transfer came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    pub by: UserId,
    pub at: Timestamp,
    /// Names the request, so that its repetition is told from another one.
    pub request: String,
}

/// What the receiving store says of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    pub product_id: ProductId,
    pub received: u32,
    /// Of those that did not come whole.
    pub damaged: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTransfer {
    #[error("a store sends nothing to itself")]
    ToItself,
    #[error("must be 1 to 16 products, each once")]
    Lines,
    #[error("must be 1 to 10,000")]
    Quantity { place: usize },
    #[error("must name each product of the transfer once, and no other")]
    OtherProducts,
    #[error("is more than was sent")]
    MoreThanSent { place: usize },
}

impl Transfer {
    /// Refuses what is no transfer.
    pub fn check(from: &StoreId, to: &StoreId, lines: &[TransferLine]) -> Result<(), BadTransfer> {
        if from == to {
            return Err(BadTransfer::ToItself);
        }
        let twice = |place: usize| lines[..place].iter().any(|line| line.product_id == lines[place].product_id);
        if lines.is_empty() || lines.len() > MOST_TRANSFERRED || (0..lines.len()).any(twice) {
            return Err(BadTransfer::Lines);
        }
        match lines.iter().position(|line| !(1..=MOST_UNITS).contains(&line.sent)) {
            Some(place) => Err(BadTransfer::Quantity { place }),
            None => Ok(()),
        }
    }

    /// As it is once the receiving store has said what came; what neither came nor was damaged is lost.
    pub fn received(&self, came: &[Came], closing: Closing) -> Result<Self, BadTransfer> {
        let of = |line: &TransferLine| came.iter().position(|came| came.product_id == line.product_id);
        let places: Option<Vec<usize>> = self.lines.iter().map(of).collect();
        let places = places.filter(|_| came.len() == self.lines.len()).ok_or(BadTransfer::OtherProducts)?;
        let mut lines = self.lines.clone();
        for (line, place) in lines.iter_mut().zip(places) {
            let Came { received, damaged, .. } = came[place];
            let missing = line.sent.checked_sub(received).and_then(|rest| rest.checked_sub(damaged));
            let lost = missing.ok_or(BadTransfer::MoreThanSent { place })?;
            line.arrival = Some(Arrival { received, lost, damaged });
        }
        Ok(self.closed_as(TransferState::Received, lines, closing))
    }

    /// As it is once it was brought back.
    pub fn cancelled(&self, closing: Closing) -> Self {
        self.closed_as(TransferState::Cancelled, self.lines.clone(), closing)
    }

    fn closed_as(&self, state: TransferState, lines: Vec<TransferLine>, closing: Closing) -> Self {
        Self { version: self.version + 1, state, lines, closed: Some(closing), ..self.clone() }
    }

    /// Whether another one is of the same request: whose and when does not count.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let sent = |transfer: &Self| {
            let lines = transfer.lines.iter().map(|line| (line.product_id.clone(), line.sent)).collect::<Vec<_>>();
            (transfer.from.clone(), transfer.to.clone(), lines, transfer.note.clone())
        };
        sent(self) == sent(other)
    }

    /// Whether another ending says the same of every line.
    pub fn ends_the_same(&self, other: &Self) -> bool {
        self.state == other.state && self.lines == other.lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(name: &str, sent: u32) -> TransferLine {
        TransferLine { product_id: ProductId::derive(&[name]), sent, arrival: None }
    }

    fn transfer(lines: Vec<TransferLine>) -> Transfer {
        Transfer {
            id: TransferId::derive(&["one"]),
            version: 1,
            state: TransferState::Dispatched,
            from: StoreId::derive(&["from"]),
            to: StoreId::derive(&["to"]),
            lines,
            note: None,
            sent_by: UserId::derive(&["mira"]),
            sent_at: Timestamp::UNIX_EPOCH,
            closed: None,
        }
    }

    fn closing() -> Closing {
        Closing { by: UserId::derive(&["max"]), at: Timestamp::UNIX_EPOCH, request: "one".into() }
    }

    fn came(name: &str, received: u32, damaged: u32) -> Came {
        Came { product_id: ProductId::derive(&[name]), received, damaged }
    }

    proptest! {
        #[test]
        fn what_was_sent_is_received_lost_or_damaged(sent in 1_u32..50, received in 0_u32..60, damaged in 0_u32..60) {
            let transfer = transfer(vec![line("ale", sent)]);
            match transfer.received(&[came("ale", received, damaged)], closing()) {
                Ok(closed) => {
                    let arrival = closed.lines[0].arrival.unwrap();
                    prop_assert_eq!(arrival.received + arrival.lost + arrival.damaged, sent);
                    prop_assert_eq!((arrival.received, arrival.damaged), (received, damaged));
                    prop_assert_eq!((closed.state, closed.version), (TransferState::Received, 2));
                }
                Err(bad) => {
                    prop_assert_eq!(bad, BadTransfer::MoreThanSent { place: 0 });
                    prop_assert!(received + damaged > sent);
                }
            }
        }
    }

    #[test]
    fn what_is_no_transfer_is_refused() {
        let (from, to) = (StoreId::derive(&["from"]), StoreId::derive(&["to"]));
        let check = |to, lines: &[TransferLine]| Transfer::check(&from, to, lines).err();
        assert_eq!(check(&to, &[line("ale", 1), line("gin", 10_000)]), None);
        assert_eq!(check(&from, &[line("ale", 1)]), Some(BadTransfer::ToItself));
        assert_eq!(check(&to, &[]), Some(BadTransfer::Lines));
        assert_eq!(check(&to, &[line("ale", 1), line("ale", 1)]), Some(BadTransfer::Lines));
        assert_eq!(check(&to, &[line("ale", 1), line("gin", 0)]), Some(BadTransfer::Quantity { place: 1 }));
        let many: Vec<_> = (0..=MOST_TRANSFERRED).map(|number| line(&number.to_string(), 1)).collect();
        assert_eq!(check(&to, &many), Some(BadTransfer::Lines));
    }

    #[test]
    fn an_arrival_speaks_of_every_product_and_of_no_other() {
        let transfer = transfer(vec![line("ale", 3), line("gin", 2)]);
        let other = Err(BadTransfer::OtherProducts);
        assert_eq!(transfer.received(&[came("ale", 3, 0)], closing()), other);
        assert_eq!(transfer.received(&[came("ale", 3, 0), came("rum", 2, 0)], closing()), other);
        assert_eq!(transfer.received(&[came("ale", 3, 0), came("ale", 0, 0)], closing()), other);
        let closed = transfer.received(&[came("gin", 1, 1), came("ale", 0, 0)], closing()).unwrap();
        let arrivals: Vec<_> = closed.lines.iter().filter_map(|line| line.arrival).collect();
        assert_eq!(arrivals[0], Arrival { received: 0, lost: 3, damaged: 0 });
        assert_eq!(arrivals[1], Arrival { received: 1, lost: 0, damaged: 1 });
    }
}
