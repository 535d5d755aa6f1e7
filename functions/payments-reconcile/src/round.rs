use std::cell::RefCell;

use futures::StreamExt;
use jiff::Timestamp;
use sipstr_domain::OrderId;
use sipstr_runtime::{Clock, HandlerError};
use sipstr_storage::orders::DueOrder;

use crate::Report;

/// How many orders are in hand at once: well under what a provider allows an account.
const AT_ONCE: usize = 8;

/// One run over many orders: a few at once, until its time is up, counting what came of it.
pub struct Round<'a> {
    clock: &'a Clock,
    report: RefCell<Report>,
}

impl<'a> Round<'a> {
    pub fn new(clock: &'a Clock) -> Self {
        Self { clock, report: RefCell::default() }
    }

    /// Does `work` for each order; `work` answers with the steps that the order took. What is not begun by `until` is left.
    pub async fn each(
        &self,
        due: Vec<DueOrder>,
        until: Timestamp,
        work: impl AsyncFn(&OrderId) -> Result<u64, HandlerError>,
    ) {
        let work = &work;
        futures::stream::iter(due)
            .for_each_concurrent(AT_ONCE, |due| async move {
                if self.clock.now() >= until {
                    self.report.borrow_mut().left += 1;
                    return;
                }
                let done = Box::pin(work(&due.id)).await;
                let mut report = self.report.borrow_mut();
                report.looked_at += 1;
                match done {
                    Ok(told) => report.told += told,
                    Err(error) => {
                        report.failed += 1;
                        tracing::error!(orderId = %due.id, cause = %error, "the order could not be reconciled");
                    }
                }
            })
            .await;
    }

    pub fn report(self) -> Report {
        self.report.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn orders(count: u8) -> Vec<DueOrder> {
        (0..count).map(|number| DueOrder { id: OrderId::derive(&[&number.to_string()]) }).collect()
    }

    #[tokio::test]
    async fn one_that_fails_stops_none_of_the_others() {
        let clock = Clock::from_fn(|| Timestamp::UNIX_EPOCH);
        let round = Round::new(&clock);
        let poison = orders(1)[0].id.clone();
        let until = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1);
        let work = async |id: &OrderId| if *id == poison { Err("no".into()) } else { Ok(1) };
        round.each(orders(20), until, work).await;
        assert_eq!(round.report(), Report { looked_at: 20, told: 19, failed: 1, left: 0 });
    }

    #[tokio::test]
    async fn it_ends_in_time_and_says_what_is_left() {
        static SECOND: AtomicI64 = AtomicI64::new(0);
        let clock = Clock::from_fn(|| Timestamp::from_second(SECOND.load(Ordering::Relaxed)).unwrap());
        let round = Round::new(&clock);
        let work = async |_: &OrderId| {
            SECOND.fetch_add(1, Ordering::Relaxed);
            Ok(0)
        };
        round.each(orders(20), Timestamp::from_second(5).unwrap(), work).await;
        assert_eq!(round.report(), Report { looked_at: 5, told: 0, failed: 0, left: 15 });
    }
}
