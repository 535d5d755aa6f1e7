//! What holds for every snapshot, and what no snapshot can break.

use std::collections::{HashMap, HashSet};

use crate::town::{NOW, Streets, courier, order, policy};
use proptest::prelude::*;
use sipstr_dispatch::decision::Place;
use sipstr_dispatch::snapshot::{Answer, CourierState, OpenOrder, PastOffer, PendingOffer, Skills};
use sipstr_dispatch::time::Time;
use sipstr_dispatch::{Decision, Policy, Snapshot, decide};
use sipstr_domain::OrderId;
use sipstr_domain::geo::Point;

fn orders() -> impl Strategy<Value = Vec<OpenOrder>> {
    let one = (0..5_u8, -15.0..15.0, 0..3_600_i64, -1_200..1_800_i64, 1..16_u32, 0..4_u16, 0..8_u8, 0..8_u8);
    prop::collection::vec(one, 0..14).prop_map(|list| {
        let made = list.into_iter().enumerate().map(|(i, (store, door, age, ready, load, needs, asked, declined))| {
            let mut order = order(&i.to_string(), f64::from(store) * 3.0, door);
            order.placed_at = NOW - age;
            order.ready.at = NOW + ready;
            order.promised_by = order.placed_at + 2_400;
            (order.load, order.needs) = (load, Skills(needs));
            let of = |n: u8| courier(&n.to_string(), 0.0).id;
            if asked < 2 {
                order.pending = Some(PendingOffer { courier: of(asked), expires_at: NOW + 30 });
            }
            if declined < 5 {
                order.past.push(PastOffer { courier: of(declined), at: NOW - 120, answer: Answer::Declined });
            }
            order
        });
        made.collect()
    })
}

fn couriers() -> impl Strategy<Value = Vec<CourierState>> {
    let one = (-15.0..15.0, -600..1_200_i64, -3_600..1_800_i64, 0..7_200_i64, 0..4_u16, 4..30_u32);
    prop::collection::vec(one, 0..8).prop_map(|list| {
        let made = list.into_iter().enumerate().map(|(i, (at, free, start, length, skills, capacity))| {
            let mut courier = courier(&i.to_string(), at);
            courier.next_free_at = NOW + free;
            (courier.shift_start, courier.shift_end) = (NOW + start, NOW + start + length);
            (courier.skills, courier.capacity) = (Skills(skills), capacity);
            courier
        });
        made.collect()
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    (1..=4_usize, prop::sample::select(vec![0, 240]), any::<bool>(), 0..120_i64, 0.0..5.0, 1..6_usize, 1..4_u32)
        .prop_map(|(max_bundle, nearby_stores, offer_under_way, offer_lead, decline, candidates, broadcast_after)| {
            let mut policy = policy();
            (policy.max_bundle, policy.nearby_stores, policy.candidates) = (max_bundle, nearby_stores, candidates);
            (policy.offer_under_way, policy.offer_lead) = (offer_under_way, offer_lead);
            policy.weights.decline = decline;
            (policy.rounds, policy.broadcast_after) = (20, broadcast_after);
            policy
        })
}

/// The orders that a decision is about.
fn about(decision: &Decision) -> Vec<OrderId> {
    match decision {
        Decision::Offer(offer) => offer.orders.clone(),
        Decision::Broadcast(broadcast) => vec![broadcast.order.clone()],
        Decision::Postpone(postponed) => vec![postponed.order.clone()],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_order_is_decided_once_and_every_courier_asked_at_most_once(
        orders in orders(), couriers in couriers(), policy in policies()
    ) {
        let snapshot = Snapshot { orders, couriers, ..Snapshot::default() };
        let decisions = decide(&snapshot, &policy, &Streets, NOW).unwrap();
        let mut told: Vec<OrderId> = decisions.iter().flat_map(about).collect();
        let mut open: Vec<OrderId> = snapshot.orders.iter().map(|order| order.id.clone()).collect();
        told.sort();
        open.sort();
        prop_assert_eq!(told, open);
        let pending = snapshot.orders.iter().filter_map(|order| order.pending.as_ref());
        let mut asked: HashSet<_> = pending.map(|pending| pending.courier.clone()).collect();
        for decision in &decisions {
            if let Decision::Offer(offer) = decision {
                prop_assert!(asked.insert(offer.courier.clone()), "{} has two offers", offer.courier);
            }
        }
        // Who has an offer before him is not asked by a broadcast beside it.
        for decision in &decisions {
            if let Decision::Broadcast(broadcast) = decision {
                prop_assert!(!broadcast.couriers.is_empty());
                prop_assert!(broadcast.couriers.iter().all(|courier| !asked.contains(courier)));
            }
        }
    }

    #[test]
    fn an_offer_can_be_carried_out_by_whom_it_is_made_to(
        orders in orders(), couriers in couriers(), policy in policies()
    ) {
        let snapshot = Snapshot { orders, couriers, ..Snapshot::default() };
        let by_id: HashMap<_, _> = snapshot.orders.iter().map(|order| (&order.id, order)).collect();
        for decision in decide(&snapshot, &policy, &Streets, NOW).unwrap() {
            let Decision::Offer(offer) = decision else { continue };
            let courier = snapshot.couriers.iter().find(|courier| courier.id == offer.courier).unwrap();
            let carried: Vec<&OpenOrder> = offer.orders.iter().map(|order| by_id[order]).collect();
            prop_assert!(carried.len() <= policy.max_bundle);
            prop_assert!(carried.iter().map(|order| order.load).sum::<u32>() <= courier.capacity);
            prop_assert!(courier.shift_start <= NOW && offer.depart_at >= courier.next_free_at);
            for order in &carried {
                prop_assert!(courier.skills.cover(order.needs));
                prop_assert!(order.past.iter().all(|past| past.courier != courier.id));
            }
            let (mut clock, mut fetched) = (offer.depart_at, HashSet::new());
            for stop in &offer.stops {
                prop_assert!(clock <= stop.arrive_at && stop.arrive_at < stop.done_at);
                clock = stop.done_at;
                match &stop.at {
                    Place::Store { orders, .. } => {
                        prop_assert!(stop.done_at <= courier.shift_end);
                        prop_assert!(orders.iter().all(|order| by_id[order].ready.at <= stop.done_at));
                        fetched.extend(orders.iter().cloned());
                    }
                    Place::Door { order } => prop_assert!(fetched.remove(order)),
                }
            }
            prop_assert!(fetched.is_empty());
        }
    }

    #[test]
    fn the_same_snapshot_leads_to_the_same_decisions(orders in orders(), couriers in couriers(), policy in policies()) {
        let snapshot = Snapshot { orders, couriers, ..Snapshot::default() };
        let once = decide(&snapshot, &policy, &Streets, NOW).unwrap();
        prop_assert_eq!(once, decide(&snapshot, &policy, &Streets, NOW).unwrap());
    }

    /// Any number in any field: an answer or a typed error, never a panic.
    #[test]
    fn hostile_input_is_answered(
        places in prop::collection::vec((any::<f64>(), any::<f64>()), 6),
        sane in prop::collection::vec(any::<bool>(), 8),
        times in prop::collection::vec(any::<i64>(), 12),
        numbers in prop::collection::vec(any::<u32>(), 6),
        money in prop::collection::vec(any::<i64>(), 3),
        weights in prop::collection::vec(any::<f64>(), 7),
        now in any::<i64>(),
    ) {
        let now = if sane[0] { NOW } else { Time(now) };
        let time = |i: usize, fallback: Time| if sane[1] { fallback } else { Time(times[i]) };
        let place = |i: usize, fallback: Point| {
            if sane[2] { fallback } else { Point { lat: places[i].0, lng: places[i].1 } }
        };
        let mut a = order("a", 0.0, 5.0);
        (a.pickup, a.door) = (place(0, a.pickup), place(1, a.door));
        (a.placed_at, a.ready.at, a.promised_by) = (time(0, now), time(1, now), time(2, now));
        if !sane[3] {
            (a.ready.spread, a.load, a.needs) = (times[3], numbers[0], Skills(numbers[1] as u16));
            a.past.push(PastOffer { courier: courier("bo", 0.0).id, at: Time(times[4]), answer: Answer::TimedOut });
            a.pending = Some(PendingOffer { courier: courier("x", 0.0).id, expires_at: Time(times[5]) });
        }
        let b = OpenOrder { id: order("b", 0.0, 0.0).id, ..a.clone() };
        let mut bo = courier("bo", 1.0);
        bo.next_free = place(2, bo.next_free);
        bo.next_free_at = time(6, now);
        (bo.shift_start, bo.shift_end) = (time(7, now), time(8, now + 7_200));
        if !sane[4] {
            (bo.record.offers, bo.record.declines, bo.record.orders) = (numbers[2], numbers[3], numbers[4]);
            (bo.record.earned.amount, bo.capacity) = (money[0], numbers[5]);
            bo.record.idle_since = Some(Time(times[9]));
        }
        let mut policy = policy();
        if !sane[5] {
            (policy.pay.per_order, policy.pay.guaranteed_per_hour) = (money[1], money[2]);
            policy.weights.undelivered = weights[0];
            policy.weights.fairness = weights[1].abs();
            policy.weights.decline = weights[2].abs();
        }
        let mut snapshot = Snapshot { orders: vec![a, b], couriers: vec![bo], ..Snapshot::default() };
        if !sane[6] {
            snapshot.acceptance.weights.copy_from_slice(&weights);
        }
        if sane[7] {
            policy.rounds = 3;
        }
        let _ = decide(&snapshot, &policy, &Streets, now);
    }
}
