use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::catalog::{Catalogued, Category, Container, Product};
use crate::{ProductId, StoreId};

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn hours(count: i64) -> Timestamp {
    noon() + count.hours()
}

fn days(count: i64) -> Timestamp {
    hours(24 * count)
}

fn schedule(amount: i64, from: Timestamp, until: Timestamp) -> PriceSchedule {
    PriceSchedule { amount, from, until, label: None }
}

fn listing(amount: i64) -> Listing {
    let product = Product {
        id: ProductId::new(),
        name: "Pale Ale".into(),
        maker: "Brewery".into(),
        category: Category::Beer,
        style: "Pale Ale".into(),
        abv_basis_points: 500,
        volume_ml: 355,
        pack: 6,
        container: Container::Can,
        country: None,
        region: None,
        description: String::new(),
        catalogued: Catalogued::default(),
    };
    let price = Money::new(amount, Currency::Usd);
    Listing { store_id: StoreId::new(), product, price, terms: Terms::default(), withdrawn: false }
}

fn scheduled(amount: i64, given: Vec<PriceSchedule>) -> Listing {
    let mut listing = listing(amount);
    listing.terms.settled_at = Some(noon());
    listing.terms.schedules = Schedules::new(given, noon()).unwrap();
    listing
}

#[test]
fn a_price_for_a_while_begins_and_ends_to_the_instant() {
    let listing = scheduled(1_000, vec![schedule(800, hours(1), hours(3))]);
    let at = |when: Timestamp| listing.price_at(when).amount;
    assert_eq!([at(hours(0)), at(hours(1)), at(hours(2)), at(hours(3))], [1_000, 800, 800, 1_000]);
    assert_eq!(at(hours(3) - 1.nanoseconds()), 800);
    assert_eq!(listing.next_edge(), Some(hours(1)));
}

#[test]
fn schedules_that_cannot_hold_together_are_refused_with_their_place() {
    let fault = |given: Vec<PriceSchedule>| Schedules::new(given, noon()).unwrap_err();
    let overlapping = vec![schedule(800, hours(4), hours(6)), schedule(900, hours(1), hours(5))];
    assert_eq!((fault(overlapping).place, true), (0, true), "the later one is named");
    assert_eq!(fault(vec![schedule(800, hours(1), hours(1))]).fault.0, "must end after it begins");
    assert_eq!(fault(vec![schedule(800, hours(-2), hours(0))]).fault.0, "is over already");
    assert_eq!(fault(vec![schedule(800, days(367), days(368))]).fault.0, "begins more than a year from now");
    for amount in [0, -1, HIGHEST_PRICE + 1, i64::MAX, i64::MIN] {
        assert!(Schedules::new(vec![schedule(amount, hours(1), hours(2))], noon()).is_err(), "{amount}");
    }
    let many = (0..21).map(|n| schedule(800, hours(n), hours(n + 1))).collect();
    assert_eq!(fault(many).place, MOST_SCHEDULES);
    let neighbours = vec![schedule(800, hours(1), hours(2)), schedule(700, hours(2), hours(3))];
    assert!(Schedules::new(neighbours, noon()).is_ok(), "one may begin where another ends");
    let unnamed = PriceSchedule { label: Some(" ".into()), ..schedule(800, hours(1), hours(2)) };
    assert!(Schedules::new(vec![unnamed], noon()).is_err());
}

#[test]
fn what_schedules_did_is_noted_once_and_with_its_own_time() {
    let mut listing = scheduled(1_000, vec![schedule(800, hours(1), hours(2)), schedule(700, hours(2), hours(3))]);
    let noted: Vec<_> = listing.settle(hours(9)).into_iter().map(|c| (c.at, c.amount, c.cause)).collect();
    let (began, ended) = (PriceCause::ScheduleBegan, PriceCause::ScheduleEnded);
    assert_eq!(noted, [(hours(1), 800, began), (hours(2), 700, began), (hours(3), 1_000, ended)]);
    assert_eq!(listing.settle(hours(10)), []);
    assert!(listing.terms.schedules.is_empty());
}

#[test]
fn a_changed_price_is_noted_with_who_changed_it() {
    let (mut listing, manager) = (listing(1_000), UserId::new());
    let amendment = Amendment { amount: 1_200, offered: true, schedules: Schedules::default() };
    let changes = listing.amend(amendment.clone(), &manager, hours(1));
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].amount, changes[0].cause, changes[0].actor.as_ref()),
        (1_200, PriceCause::Set, Some(&manager))
    );
    assert_eq!(listing.amend(amendment, &manager, hours(2)), [], "the same price again is no change of it");
    assert_eq!(listing.terms.version, 2);
}

#[test]
fn nobody_was_asked_a_price_in_hindsight() {
    let mut listing = listing(1_000);
    let amend = |listing: &mut Listing, given: Vec<PriceSchedule>, now| {
        let schedules = Schedules::new(given, now).unwrap();
        listing.amend(Amendment { amount: 1_000, offered: true, schedules }, &UserId::new(), now)
    };
    let changes = amend(&mut listing, vec![schedule(800, days(-10), days(1))], noon());
    assert_eq!((changes[0].at, changes[0].amount), (noon(), 800));
    let kept: Vec<PriceSchedule> = listing.terms.schedules.iter().cloned().collect();
    assert_eq!(kept[0].from, noon());
    assert_eq!(amend(&mut listing, kept.clone(), hours(2)), [], "one that is kept stays as it was");
    assert_eq!(listing.terms.schedules.iter().next(), Some(&kept[0]));
}

#[test]
fn the_lowest_price_is_that_of_the_thirty_days_before() {
    let change = |at, amount| PriceChange { at, amount, currency: Currency::Usd, cause: PriceCause::Set, actor: None };
    let history = [change(days(-100), 500), change(days(-60), 900), change(days(-20), 1_100), change(days(0), 700)];
    assert_eq!(
        lowest_before(&history, noon()),
        Some(900),
        "what held when the days began counts, what came before not"
    );
    assert_eq!(lowest_before(&history, days(15)), Some(700));
    assert_eq!(lowest_before(&history[3..], noon()), None, "a product that is new has none");
    assert_eq!(lowest_before(&history, days(-60) + 30.hours()), Some(500));
}

#[test]
fn a_reduction_is_told_of_only_with_what_was_asked_before() {
    let mut listing = scheduled(1_000, vec![schedule(800, hours(1), hours(3))]);
    assert_eq!(listing.unexplained_reduction(hours(0)), None);
    assert_eq!(listing.unexplained_reduction(hours(1)), Some(hours(1)));
    assert_eq!(listing.asked_at(hours(1)).regular, None);
    listing.settle(hours(1));
    listing.terms.reduction = Some(Reduction { since: hours(1), lowest_before: Some(950) });
    let asked = listing.asked_at(hours(2));
    let amounts = [Some(asked.price), asked.regular, asked.lowest_before].map(|money| money.unwrap().amount);
    assert_eq!((amounts, asked.until), ([800, 1_000, 950], Some(hours(3))));
    assert_eq!(listing.unexplained_reduction(hours(2)), None);
    listing.settle(hours(3));
    assert_eq!((listing.terms.reduction.clone(), listing.asked_at(hours(3)).lowest_before), (None, None));
}

#[test]
fn a_dearer_while_is_no_reduction() {
    let listing = scheduled(1_000, vec![schedule(1_300, hours(1), hours(3))]);
    assert_eq!(listing.unexplained_reduction(hours(2)), None);
    assert_eq!(listing.asked_at(hours(2)).price.amount, 1_300);
}

#[test]
fn a_price_of_a_file_changes_nothing_but_the_price_and_whether_it_is_offered() {
    let mut listing = scheduled(1_000, vec![schedule(800, hours(1), hours(3)), schedule(900, hours(6), hours(7))]);
    let kept = listing.terms.schedules.clone();
    let changes = listing.restate(1_200, false, &UserId::new(), noon());
    assert_eq!(changes.iter().map(|change| change.amount).collect::<Vec<_>>(), [1_200]);
    assert_eq!((listing.price.amount, listing.terms.offered, listing.terms.version), (1_200, false, 1));
    assert_eq!(listing.terms.schedules, kept);
    // While a schedule holds, nobody is asked another price; what is over goes.
    assert_eq!(listing.restate(1_300, true, &UserId::new(), hours(2)).len(), 1, "that the schedule began");
    assert_eq!(listing.restate(1_400, true, &UserId::new(), hours(3)).last().unwrap().amount, 1_400);
    assert_eq!(listing.terms.schedules.iter().count(), 1);
}

prop_compose! {
    /// Schedules that follow each other with or without gaps.
    fn some_schedules()(parts in prop::collection::vec((0i64..5, 1i64..5, 1i64..2_000), 0..8)) -> Vec<PriceSchedule> {
        let mut at = 0;
        let one = |(gap, length, amount): (i64, i64, i64)| {
            let from = at + gap;
            at = from + length;
            schedule(amount, hours(from), hours(at))
        };
        parts.into_iter().map(one).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// However often and late it is settled, the history says at every hour what was asked at that hour.
    #[test]
    fn the_history_says_what_was_asked(given in some_schedules(), looks in prop::collection::vec(1i64..60, 1..6)) {
        let asked = scheduled(1_000, given.clone());
        let mut listing = asked.clone();
        let first = listing.price_at(noon()).amount;
        let mut history = vec![(noon(), first)];
        let mut looks = looks;
        looks.sort_unstable();
        for look in &looks {
            history.extend(listing.settle(hours(*look)).into_iter().map(|change| (change.at, change.amount)));
        }
        prop_assert!(history.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1));
        for hour in 0..=*looks.last().unwrap() {
            let said = history.iter().rev().find(|(at, _)| *at <= hours(hour)).unwrap().1;
            prop_assert_eq!(said, asked.price_at(hours(hour)).amount, "hour {}", hour);
        }
    }

    #[test]
    fn the_order_in_which_schedules_are_given_is_no_matter(given in some_schedules(), turn in 0usize..8) {
        let mut turned = given.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(Schedules::new(given, noon()), Schedules::new(turned, noon()));
    }
}
