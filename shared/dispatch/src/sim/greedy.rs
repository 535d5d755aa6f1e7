//! What the product is compared with: whenever somebody is idle, the pair of order and idle courier that reaches its door earliest goes,
//! then the next, until orders or couriers run out. No bundles, no waiting, no look at what comes next.

use super::day::Dispatcher;
use crate::decision::{Decision, Explanation, Offer, PostponeReason, Postponement, Stop};
use crate::error::DispatchError;
use crate::policy::Policy;
use crate::route::sequence;
use crate::snapshot::{CourierState, OpenOrder, Snapshot};
use crate::time::{Seconds, Time};
use crate::travel::Travel;

#[derive(Debug, Clone)]
pub struct Greedy {
    pub policy: Policy,
}

struct Pair<'a> {
    order: &'a OpenOrder,
    courier: &'a CourierState,
    stops: Vec<Stop>,
}

impl Pair<'_> {
    /// Earliest at the door; among equals, the one with the shortest way to the store.
    fn key(&self, now: Time) -> (Time, Seconds) {
        (self.stops[1].done_at, self.stops[0].arrive_at - now)
    }
}

impl Dispatcher for Greedy {
    fn decide(&mut self, snapshot: &Snapshot, travel: &dyn Travel, now: Time) -> Result<Vec<Decision>, DispatchError> {
        snapshot.check(now)?;
        let asked: Vec<_> = snapshot.orders.iter().filter_map(|order| order.pending.as_ref()).collect();
        let idle = |courier: &&CourierState| {
            let free = courier.next_free_at <= now && courier.shift_start <= now;
            free && !asked.iter().any(|pending| pending.courier == courier.id)
        };
        let idle: Vec<&CourierState> = snapshot.couriers.iter().filter(idle).collect();
        let open: Vec<&OpenOrder> = snapshot.orders.iter().filter(|order| order.pending.is_none()).collect();
        let mut pairs: Vec<Pair<'_>> = vec![];
        for order in &open {
            pairs.extend(idle.iter().filter_map(|courier| self.pair(order, courier, travel, now)));
        }
        pairs.sort_by_key(|pair| pair.key(now));
        let (mut placed, mut sent) = (vec![], vec![]);
        let mut decisions = vec![];
        for pair in pairs {
            if placed.contains(&&pair.order.id) || sent.contains(&&pair.courier.id) {
                continue;
            }
            placed.push(&pair.order.id);
            sent.push(&pair.courier.id);
            decisions.push(self.offer(pair, now));
        }
        let left = open.iter().filter(|order| !placed.contains(&&order.id));
        let postponed = left.map(|order| {
            let until = now + self.policy.review;
            Decision::Postpone(Postponement { order: order.id.clone(), until, reason: PostponeReason::NobodyCan })
        });
        decisions.extend(postponed);
        Ok(decisions)
    }
}

impl Greedy {
    fn pair<'a>(
        &self,
        order: &'a OpenOrder,
        courier: &'a CourierState,
        travel: &dyn Travel,
        now: Time,
    ) -> Option<Pair<'a>> {
        let able = courier.skills.cover(order.needs) && courier.capacity >= order.load;
        if !able || order.past.iter().any(|past| past.courier == courier.id) {
            return None;
        }
        let stops = sequence(courier, &[order], travel, &self.policy.service, now);
        (stops[0].done_at <= courier.shift_end).then_some(Pair { order, courier, stops })
    }

    fn offer(&self, pair: Pair<'_>, now: Time) -> Decision {
        Decision::Offer(Offer {
            courier: pair.courier.id.clone(),
            orders: vec![pair.order.id.clone()],
            stops: pair.stops,
            depart_at: now,
            expires_at: now + self.policy.offer_expires,
            why: Explanation::default(),
        })
    }
}
