//! What is decided in a small town, told case by case.

use crate::town::{NOW, Streets, courier, decided, offers, order, policy, postponed};
use sipstr_dispatch::decision::PostponeReason;
use sipstr_dispatch::snapshot::{Answer, PastOffer, PendingOffer, Skills};
use sipstr_dispatch::{AcceptanceModel, Decision, DispatchError, Snapshot, decide};
use sipstr_domain::geo::Point;
use sipstr_domain::money::{Currency, Money};

#[test]
fn the_nearest_courier_is_asked_and_the_offer_says_who_else_could_have_been() {
    let (near, far) = (courier("near", 1.0), courier("far", 9.0));
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![far.clone(), near.clone()], &policy());
    let [offer] = offers(&decisions)[..] else { panic!("{decisions:?}") };
    assert_eq!(offer.courier, near.id);
    let runner_up = offer.why.runner_up.as_ref().unwrap();
    assert_eq!(runner_up.courier, far.id);
    assert!(offer.why.terms.total() < runner_up.cost);
    // One minute there, two to fetch, two to leave, five to the door, two until the hand-over.
    assert_eq!(offer.stops.last().unwrap().done_at.minutes_since(NOW).round(), 12.0);
    assert_eq!(offer.why.terms.click_to_door.round(), 12.0);
}

#[test]
fn who_need_not_leave_yet_is_not_sent_yet() {
    let mut slow = order("slow", 0.0, 5.0);
    slow.ready.at = NOW + 20 * 60;
    let decisions = decided(vec![slow.clone()], vec![courier("bo", 3.0)], &policy());
    let [waits] = postponed(&decisions)[..] else { panic!("{decisions:?}") };
    assert!(matches!(waits.reason, PostponeReason::NotReadyYet { .. }));
    // The next look is at the latest after a minute, whatever happens.
    assert_eq!(waits.until, NOW + 60);
    // A store that errs by some minutes is visited some minutes early.
    let mut certain = policy();
    certain.review = 3_600;
    let until = |spread| {
        let mut order = slow.clone();
        order.ready.spread = spread;
        postponed(&decided(vec![order], vec![courier("bo", 3.0)], &certain))[0].until
    };
    assert_eq!(until(0) - until(120), 120);
}

#[test]
fn two_orders_of_one_store_to_one_street_ride_together_where_couriers_are_short() {
    let orders = vec![order("a", 0.0, 8.0), order("b", 0.0, 8.2)];
    let decisions = decided(orders.clone(), vec![courier("bo", 1.0)], &policy());
    let [offer] = offers(&decisions)[..] else { panic!("{decisions:?}") };
    assert_eq!(offer.orders.len(), 2);
    assert_eq!(offer.stops.len(), 3);
    // With one order a trip the other has to wait.
    let mut single = policy();
    single.max_bundle = 1;
    let decisions = decided(orders, vec![courier("bo", 1.0)], &single);
    assert_eq!((offers(&decisions).len(), postponed(&decisions).len()), (1, 1));
}

#[test]
fn stores_across_the_street_share_a_trip_only_where_the_policy_says_so() {
    let orders = vec![order("a", 0.0, 9.0), order("b", 0.5, 9.2)];
    let shared = |nearby| {
        let mut policy = policy();
        policy.nearby_stores = nearby;
        offers(&decided(orders.clone(), vec![courier("bo", -1.0)], &policy))[0].stops.len()
    };
    assert_eq!(shared(0), 2);
    assert_eq!(shared(60), 4);
}

#[test]
fn what_does_not_fit_into_the_bag_is_not_bundled() {
    let mut orders = vec![order("a", 0.0, 8.0), order("b", 0.0, 8.2)];
    orders.iter_mut().for_each(|order| order.load = 15);
    let decisions = decided(orders, vec![courier("bo", 1.0)], &policy());
    assert_eq!(offers(&decisions)[0].orders.len(), 1);
}

#[test]
fn alcohol_goes_only_with_those_who_are_licensed_for_it() {
    let mut unlicensed = courier("near", 0.0);
    unlicensed.skills = Skills::HEAVY_GOODS;
    let licensed = courier("far", 9.0);
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![unlicensed.clone(), licensed.clone()], &policy());
    assert_eq!(offers(&decisions)[0].courier, licensed.id);
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![unlicensed], &policy());
    assert_eq!(postponed(&decisions)[0].reason, PostponeReason::NobodyCan);
}

#[test]
fn nobody_is_sent_for_what_would_be_fetched_after_the_shift() {
    let mut ending = courier("ending", 5.0);
    ending.shift_end = NOW + 6 * 60;
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![ending.clone()], &policy());
    assert_eq!(postponed(&decisions)[0].reason, PostponeReason::NobodyCan);
    ending.shift_end = NOW + 8 * 60;
    assert_eq!(offers(&decided(vec![order("a", 0.0, 5.0)], vec![ending], &policy())).len(), 1);
}

#[test]
fn a_courier_who_is_nearly_done_is_waited_for() {
    let far = courier("far", 30.0);
    let mut nearly = courier("nearly", 0.0);
    nearly.next_free_at = NOW + 120;
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![far, nearly.clone()], &policy());
    let [waits] = postponed(&decisions)[..] else { panic!("{decisions:?}") };
    assert_eq!(waits.reason, PostponeReason::CourierBusy { courier: nearly.id.clone() });
    // Where couriers take their next assignment under way, it is offered as soon as it is time.
    nearly.next_free_at = NOW + 30;
    let mut policy = policy();
    (policy.offer_under_way, policy.offer_lead) = (true, 60);
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![nearly.clone()], &policy);
    assert_eq!(offers(&decisions)[0].courier, nearly.id);
    assert_eq!(offers(&decisions)[0].depart_at, nearly.next_free_at);
}

#[test]
fn after_a_decline_the_next_one_is_asked_and_after_a_while_the_first_again() {
    let (near, far) = (courier("near", 1.0), courier("far", 9.0));
    let ask = |past: Vec<PastOffer>| {
        let mut order = order("a", 0.0, 5.0);
        order.past = past;
        let decisions = decided(vec![order], vec![near.clone(), far.clone()], &policy());
        offers(&decisions)[0].courier.clone()
    };
    let declined = |ago| PastOffer { courier: near.id.clone(), at: NOW - ago, answer: Answer::Declined };
    assert_eq!(ask(vec![]), near.id);
    assert_eq!(ask(vec![declined(30)]), far.id);
    assert_eq!(ask(vec![declined(3_000)]), near.id);
}

#[test]
fn an_offer_is_waited_for_until_it_expires() {
    let near = courier("near", 1.0);
    let mut asked = order("a", 0.0, 5.0);
    asked.pending = Some(PendingOffer { courier: near.id.clone(), expires_at: NOW + 20 });
    // Whoever has an offer before him gets no second one.
    let decisions = decided(vec![asked.clone(), order("b", 0.0, 6.0)], vec![near.clone()], &policy());
    assert!(offers(&decisions).is_empty());
    let reasons: Vec<_> = postponed(&decisions).iter().map(|postponed| postponed.reason.clone()).collect();
    assert_eq!(reasons, [PostponeReason::OfferPending { courier: near.id.clone() }, PostponeReason::NobodyCan]);
    // A time-out that nobody has written down yet is one all the same: the next one is asked.
    asked.pending = Some(PendingOffer { courier: near.id.clone(), expires_at: NOW });
    let far = courier("far", 9.0);
    let decisions = decided(vec![asked], vec![near, far.clone()], &policy());
    assert_eq!(offers(&decisions)[0].courier, far.id);
}

#[test]
fn what_many_declined_is_offered_to_everybody_near() {
    let mut unloved = order("a", 0.0, 5.0);
    for name in ["w", "x", "y", "z"] {
        let courier = courier(name, 0.0).id;
        unloved.past.push(PastOffer { courier, at: NOW - 60, answer: Answer::TimedOut });
    }
    let couriers = vec![courier("far", 9.0), courier("near", 1.0), courier("z", 0.0)];
    let decisions = decided(vec![unloved.clone()], couriers, &policy());
    let [Decision::Broadcast(broadcast)] = &decisions[..] else { panic!("{decisions:?}") };
    assert_eq!(broadcast.order, unloved.id);
    assert_eq!(broadcast.couriers, [courier("near", 0.0).id, courier("far", 0.0).id]);
    assert_eq!(broadcast.declined, 4);
}

#[test]
fn between_equals_goes_who_has_earned_less_or_waited_longer() {
    let (mut a, mut b) = (courier("a", 1.0), courier("b", 1.0));
    a.record.earned = Money::new(3_000, Currency::Usd);
    a.record.orders = 3;
    let chosen = |a: &_, b: &_| {
        let decisions = decided(vec![order("x", 0.0, 5.0)], vec![Clone::clone(a), Clone::clone(b)], &policy());
        offers(&decisions)[0].courier.clone()
    };
    assert_eq!(chosen(&a, &b), b.id);
    b.record = a.record.clone();
    a.record.idle_since = Some(NOW - 2_400);
    assert_eq!(chosen(&a, &b), a.id);
}

#[test]
fn who_declines_much_is_asked_when_the_others_are_far() {
    let (mut fussy, keen) = (courier("fussy", 1.0), courier("keen", 2.0));
    (fussy.record.offers, fussy.record.declines) = (20, 18);
    let mut policy = policy();
    policy.weights.decline = 10.0;
    let acceptance = AcceptanceModel { weights: [3.0, 0.0, 0.0, 0.0, 0.0, -5.0, 0.0], ..AcceptanceModel::default() };
    let snapshot =
        Snapshot { orders: vec![order("a", 0.0, 5.0)], couriers: vec![fussy.clone(), keen.clone()], acceptance };
    let decisions = decide(&snapshot, &policy, &Streets, NOW).unwrap();
    assert_eq!(offers(&decisions)[0].courier, keen.id);
    assert!(offers(&decisions)[0].why.acceptance > 0.9);
    policy.weights.decline = 0.0;
    let decisions = decide(&snapshot, &policy, &Streets, NOW).unwrap();
    assert_eq!(offers(&decisions)[0].courier, fussy.id);
}

#[test]
fn an_empty_town_has_nothing_to_decide_and_an_empty_fleet_nobody_to_send() {
    assert_eq!(decided(vec![], vec![courier("bo", 1.0)], &policy()), []);
    assert_eq!(decided(vec![], vec![], &policy()), []);
    let decisions = decided(vec![order("a", 0.0, 5.0)], vec![], &policy());
    assert_eq!(postponed(&decisions)[0].reason, PostponeReason::NobodyCan);
}

#[test]
fn what_cannot_be_so_is_refused_by_name() {
    let refused = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot =
            Snapshot { orders: vec![order("a", 0.0, 5.0)], couriers: vec![courier("bo", 1.0)], ..Snapshot::default() };
        change(&mut snapshot);
        decide(&snapshot, &policy(), &Streets, NOW).unwrap_err()
    };
    let (a, bo) = (order("a", 0.0, 0.0).id, courier("bo", 0.0).id);
    let nowhere = Point { lat: f64::NAN, lng: 0.0 };
    let error = refused(&|snapshot| snapshot.orders[0].door = nowhere);
    assert_eq!(error, DispatchError::OrderPlace { order: a.clone(), of: "door" });
    assert_eq!(refused(&|snapshot| snapshot.couriers[0].next_free = nowhere), DispatchError::CourierPlace(bo.clone()));
    let error = refused(&|snapshot| snapshot.orders[0].ready.at.0 = i64::MIN);
    assert_eq!(error, DispatchError::OrderTime { order: a.clone(), of: "ready time" });
    let error = refused(&|snapshot| snapshot.couriers[0].shift_end.0 = i64::MAX);
    assert_eq!(error, DispatchError::CourierTime { courier: bo.clone(), of: "shift's end" });
    assert_eq!(refused(&|snapshot| snapshot.orders.push(order("a", 1.0, 1.0))), DispatchError::OrderTwice(a));
    let error = refused(&|snapshot| snapshot.couriers.push(courier("bo", 1.0)));
    assert_eq!(error, DispatchError::CourierTwice(bo.clone()));
    let error = refused(&|snapshot| snapshot.couriers[0].record.earned = Money::new(0, Currency::Eur));
    assert_eq!(error, DispatchError::Currency { courier: bo });
    assert_eq!(refused(&|snapshot| snapshot.acceptance.weights[0] = f64::NAN), DispatchError::Model);
    let mut broken = policy();
    broken.weights.lateness = f64::INFINITY;
    let error = decide(&Snapshot::default(), &broken, &Streets, NOW).unwrap_err();
    assert_eq!(error, DispatchError::Policy("lateness weight"));
}
