//! What is so on the simulated day, whether the dispatcher knows it or not: goods, rides and answers.

use std::collections::HashMap;

use sipstr_domain::geo::Point;
use sipstr_domain::money::Money;
use sipstr_domain::{CourierId, OrderId};

use super::day::{ROSTER_AHEAD, SimError};
use super::instance::{Instance, Whims};
use super::log::{DayLog, Node};
use super::trip::Drive;
use crate::acceptance::{AcceptanceModel, OfferFeatures};
use crate::cost::offer_features;
use crate::decision::{Broadcast, Decision, Explanation, Offer, Place};
use crate::route::sequence;
use crate::snapshot::{Answer, CourierState, OpenOrder, PastOffer, PendingOffer, ReadyEstimate, ShiftRecord, Snapshot};
use crate::time::Time;

/// Things that happen by themselves. The order of the variants is the order in which those of one instant happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    Free(usize),
    ShiftStart(usize),
    Placed(usize),
    Ready(usize),
    Answer(usize),
    Wake,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Unplaced,
    Open,
    Taken,
}

struct OrderNow {
    phase: Phase,
    pending: Option<PendingOffer>,
    past: Vec<PastOffer>,
}

struct CourierNow {
    at: Node,
    free_at: Time,
    /// When the plan says it will be free: what the dispatcher may know.
    free_said: Time,
    record: ShiftRecord,
}

/// An offer on its way to a courier's answer.
struct Open {
    offer: Offer,
    features: OfferFeatures,
    /// `None` where nobody ever answers.
    accepts: Option<bool>,
}

pub(super) struct World<'a> {
    instance: &'a Instance,
    orders: Vec<OrderNow>,
    couriers: Vec<CourierNow>,
    order_index: HashMap<OrderId, usize>,
    courier_index: HashMap<CourierId, usize>,
    offers: Vec<Open>,
    acceptance: AcceptanceModel,
    rng: fastrand::Rng,
    coming: Vec<(Time, Event)>,
    pub(super) log: DayLog,
}

impl<'a> World<'a> {
    pub(super) fn new(instance: &'a Instance, seed: u64) -> Self {
        let order = |_| OrderNow { phase: Phase::Unplaced, pending: None, past: vec![] };
        let courier = |(i, courier): (usize, &super::instance::Courier)| CourierNow {
            at: Node::Start(i),
            free_at: courier.on,
            free_said: courier.on,
            record: ShiftRecord {
                offers: 0,
                declines: 0,
                orders: 0,
                earned: instance.zero_pay(),
                idle_since: Some(courier.on),
            },
        };
        Self {
            instance,
            orders: instance.orders.iter().map(order).collect(),
            couriers: instance.couriers.iter().enumerate().map(courier).collect(),
            order_index: instance.orders.iter().enumerate().map(|(i, order)| (order.id.clone(), i)).collect(),
            courier_index: instance.couriers.iter().enumerate().map(|(i, courier)| (courier.id.clone(), i)).collect(),
            offers: vec![],
            acceptance: AcceptanceModel::default(),
            rng: fastrand::Rng::with_seed(seed),
            coming: vec![],
            log: DayLog::default(),
        }
    }

    /// What is bound to happen.
    pub(super) fn opening(&self) -> Vec<(Time, Event)> {
        let placed = self.instance.orders.iter().enumerate().map(|(i, order)| (order.placed_at, Event::Placed(i)));
        let starts = self.instance.couriers.iter().enumerate().map(|(i, courier)| (courier.on, Event::ShiftStart(i)));
        placed.chain(starts).collect()
    }

    /// What the last decisions set going.
    pub(super) fn coming(&mut self) -> impl Iterator<Item = (Time, Event)> + '_ {
        self.coming.drain(..)
    }

    pub(super) fn happen(&mut self, event: Event, now: Time) {
        match event {
            Event::Placed(order) => {
                self.orders[order].phase = Phase::Open;
                let ready = self.instance.orders[order].ready_at;
                if self.instance.whims.is_some() && ready > now {
                    self.coming.push((ready, Event::Ready(order)));
                }
            }
            Event::Free(courier) => {
                let courier = &mut self.couriers[courier];
                if courier.free_at == now {
                    courier.record.idle_since = Some(now);
                }
            }
            Event::Answer(offer) => self.answer(offer, now),
            Event::ShiftStart(_) | Event::Ready(_) | Event::Wake => {}
        }
    }

    pub(super) fn has_open_orders(&self) -> bool {
        self.orders.iter().any(|order| order.phase == Phase::Open)
    }

    pub(super) fn snapshot(&self, now: Time) -> Snapshot {
        let orders = self.orders.iter().enumerate().filter(|(_, order)| order.phase == Phase::Open);
        let on_roster =
            |(_, courier): &(usize, &super::instance::Courier)| courier.off >= now && courier.on <= now + ROSTER_AHEAD;
        Snapshot {
            orders: orders.map(|(i, order)| self.open_order(i, order, now)).collect(),
            couriers: self
                .instance
                .couriers
                .iter()
                .enumerate()
                .filter(on_roster)
                .map(|(i, _)| self.courier(i, now))
                .collect(),
            acceptance: self.acceptance.clone(),
        }
    }

    /// Every order and every courier, whenever they come.
    pub(super) fn rush(&self, now: Time) -> Snapshot {
        Snapshot {
            orders: self.orders.iter().enumerate().map(|(i, order)| self.open_order(i, order, now)).collect(),
            couriers: (0..self.couriers.len()).map(|i| self.courier(i, now)).collect(),
            acceptance: self.acceptance.clone(),
        }
    }

    fn open_order(&self, index: usize, state: &OrderNow, now: Time) -> OpenOrder {
        let order = &self.instance.orders[index];
        let ready = if order.ready_at <= now || self.instance.whims.is_none() {
            ReadyEstimate { at: order.ready_at, spread: 0 }
        } else {
            ReadyEstimate { at: order.ready_said.max(now + 60), spread: order.ready_spread }
        };
        OpenOrder {
            id: order.id.clone(),
            store: self.instance.stores[order.store].id.clone(),
            pickup: self.instance.stores[order.store].at,
            door: order.door,
            placed_at: order.placed_at,
            ready,
            promised_by: order.placed_at + self.instance.promise,
            load: order.load,
            needs: order.needs,
            pending: state.pending.clone(),
            past: state.past.clone(),
        }
    }

    fn courier(&self, index: usize, now: Time) -> CourierState {
        let (courier, state) = (&self.instance.couriers[index], &self.couriers[index]);
        let free_at = if state.free_at <= now { state.free_at } else { state.free_said.max(now + 60) };
        CourierState {
            id: courier.id.clone(),
            vehicle: courier.vehicle,
            next_free: self.place(state.at),
            next_free_at: if self.instance.whims.is_some() { free_at } else { state.free_at },
            shift_start: courier.on,
            shift_end: courier.off,
            skills: courier.skills,
            capacity: courier.capacity,
            record: state.record.clone(),
        }
    }

    fn place(&self, node: Node) -> Point {
        match node {
            Node::Start(courier) => self.instance.couriers[courier].start,
            Node::Store(store) => self.instance.stores[store].at,
            Node::Door(order) => self.instance.orders[order].door,
        }
    }

    pub(super) fn carry_out(&mut self, decision: &Decision, now: Time) -> Result<(), SimError> {
        match decision {
            Decision::Postpone(_) => Ok(()),
            Decision::Offer(offer) => self.offer(offer, now),
            Decision::Broadcast(broadcast) => self.broadcast(broadcast, now),
        }
    }

    fn index_of(&self, order: &OrderId) -> Result<usize, SimError> {
        let index = *self.order_index.get(order).ok_or(SimError::Nonsense("an order"))?;
        let state = &self.orders[index];
        if state.phase == Phase::Open && state.pending.is_none() {
            Ok(index)
        } else {
            Err(SimError::Nonsense("an order that is not open"))
        }
    }

    fn offer(&mut self, offer: &Offer, now: Time) -> Result<(), SimError> {
        let courier = *self.courier_index.get(&offer.courier).ok_or(SimError::Nonsense("a courier"))?;
        let orders = offer.orders.iter().map(|order| self.index_of(order)).collect::<Result<Vec<_>, _>>()?;
        self.log.offers += 1;
        self.couriers[courier].record.offers += 1;
        let Some(whims) = self.instance.whims else {
            self.take(courier, offer, now)?;
            return Ok(());
        };
        let features = offer_features(offer, &self.courier(courier, now), &self.instance.pay, now);
        let accepts = (self.rng.f64() >= whims.ignored).then(|| self.rng.f64() < likes(&whims, &features));
        for order in orders {
            self.orders[order].pending =
                Some(PendingOffer { courier: offer.courier.clone(), expires_at: offer.expires_at });
        }
        let answered = match accepts {
            Some(_) => now + 1 + (-(1.0 - self.rng.f64()).ln() * whims.answer_after) as i64,
            None => offer.expires_at,
        };
        self.coming.push((answered.min(offer.expires_at), Event::Answer(self.offers.len())));
        // Too slow is as good as never.
        let accepts = accepts.filter(|_| answered < offer.expires_at);
        self.offers.push(Open { offer: offer.clone(), features, accepts });
        Ok(())
    }

    fn answer(&mut self, index: usize, now: Time) {
        let Some(open) = self.offers.get(index) else { return };
        let (offer, features, accepts) = (open.offer.clone(), open.features, open.accepts);
        self.acceptance.learn(&features, accepts == Some(true));
        for order in &offer.orders {
            self.orders[self.order_index[order]].pending = None;
        }
        let courier = self.courier_index[&offer.courier];
        if accepts == Some(true) && self.take(courier, &offer, now).is_ok() {
            return;
        }
        let answer = if accepts.is_some() { Answer::Declined } else { Answer::TimedOut };
        self.log.declines += 1;
        self.couriers[courier].record.declines += 1;
        for order in &offer.orders {
            let past = PastOffer { courier: offer.courier.clone(), at: now, answer };
            self.orders[self.order_index[order]].past.push(past);
        }
    }

    /// Everybody asked answers for himself; the best of those who would have it has it.
    fn broadcast(&mut self, broadcast: &Broadcast, now: Time) -> Result<(), SimError> {
        let order = self.index_of(&broadcast.order)?;
        self.log.broadcasts += 1;
        let Some(whims) = self.instance.whims else {
            return Err(SimError::Nonsense("a broadcast where nobody declines"));
        };
        for id in &broadcast.couriers {
            let courier = *self.courier_index.get(id).ok_or(SimError::Nonsense("a courier"))?;
            let offer = self.plain_offer(courier, order, broadcast.expires_at, now);
            let features = offer_features(&offer, &self.courier(courier, now), &self.instance.pay, now);
            let takes = self.rng.f64() < likes(&whims, &features) * (1.0 - whims.ignored);
            self.acceptance.learn(&features, takes);
            if takes && self.take(courier, &offer, now).is_ok() {
                return Ok(());
            }
        }
        for id in &broadcast.couriers {
            let past = PastOffer { courier: id.clone(), at: now, answer: Answer::Declined };
            self.orders[order].past.push(past);
        }
        Ok(())
    }

    /// What a broadcast asks of each: one order, straight to its door.
    fn plain_offer(&self, courier: usize, order: usize, expires_at: Time, now: Time) -> Offer {
        let (state, open) = (self.courier(courier, now), self.open_order(order, &self.orders[order], now));
        let stops = sequence(&state, &[&open], self.instance.travel.as_ref(), &self.instance.service, now);
        Offer {
            courier: state.id,
            orders: vec![open.id],
            stops,
            depart_at: now,
            expires_at,
            why: Explanation::default(),
        }
    }

    /// The courier does it all, as long as rides and counters take. Who would fetch something after the shift, because a ride takes
    /// longer than was said, goes home instead.
    fn take(&mut self, courier: usize, offer: &Offer, now: Time) -> Result<(), SimError> {
        let depart = self.couriers[courier].free_at.max(now);
        let mut drive = Drive::new(self.instance, &mut self.rng, courier, self.couriers[courier].at, depart);
        for stop in &offer.stops {
            match &stop.at {
                Place::Store { orders, .. } => {
                    let orders: Vec<usize> =
                        orders.iter().filter_map(|order| self.order_index.get(order).copied()).collect();
                    drive.fetch(&orders);
                }
                Place::Door { order } => {
                    let order = *self.order_index.get(order).ok_or(SimError::Nonsense("an order"))?;
                    drive.bring(order, stop.done_at);
                }
            }
        }
        let trip = drive.finish(now);
        if trip.pickups.iter().any(|pickup| pickup.at > self.instance.couriers[courier].off) {
            return Err(SimError::Nonsense("a pickup after the shift"));
        }
        for drop in &trip.drops {
            self.orders[drop.order].phase = Phase::Taken;
        }
        let state = &mut self.couriers[courier];
        state.at = trip.drops.last().map_or(state.at, |drop| Node::Door(drop.order));
        state.free_at = trip.end;
        let said = offer.stops.last().map_or(now, |stop| stop.done_at + self.instance.service.after_drop);
        state.free_said = said.max(now);
        state.record.idle_since = None;
        state.record.orders += trip.drops.len() as u32;
        let pay = self.instance.pay;
        state.record.earned = Money::new(pay.per_order * i64::from(state.record.orders), pay.currency);
        self.coming.push((trip.end, Event::Free(courier)));
        self.log.trips.push(trip);
        Ok(())
    }
}

/// The hidden truth about couriers: how likely one is to accept.
fn likes(whims: &Whims, offer: &OfferFeatures) -> f64 {
    let [base, far, late, more] = whims.accept;
    let odds = base + far * offer.to_store + late * offer.overtime + more * offer.bundled;
    1.0 / (1.0 + (-odds).exp())
}
