//! What a store asks over time: a listing is added once, changed by one at a time, and its history says what was asked when.

use jiff::{SignedDuration, Timestamp, ToSpan};
use sipstr_domain::UserId;
use sipstr_domain::catalog::Listing;
use sipstr_domain::terms::{Amendment, PriceCause, PriceSchedule, Schedules};
use sipstr_storage::catalog::{Catalog, Listed, Sort};
use sipstr_testkit::{listing, store_somewhere};

use crate::ground::Ground;

fn catalog(ground: &Ground) -> Catalog {
    Catalog::new(ground.db.clone(), ground.table("catalog"))
}

fn morning() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

/// A listing at 10.00 since 40 days before the morning.
async fn long_sold(catalog: &Catalog) -> Listing {
    let since = morning() - SignedDuration::from_hours(40 * 24);
    let mut listing = listing(&store_somewhere(), 0);
    listing.price.amount = 1_000;
    listing.terms.settled_at = Some(since);
    let first = listing.set_by(&UserId::new(), since);
    assert_eq!(catalog.add(&listing, &[first], None).await.unwrap(), Listed::Yes);
    listing
}

fn asked(amount: i64, schedules: Vec<PriceSchedule>, now: Timestamp) -> Amendment {
    Amendment { amount, offered: true, schedules: Schedules::new(schedules, now).unwrap() }
}

fn for_an_hour(amount: i64, from: Timestamp) -> PriceSchedule {
    PriceSchedule { amount, from, until: from + 1.hour(), label: None }
}

async fn history(catalog: &Catalog, listing: &Listing) -> Vec<(Timestamp, i64, PriceCause)> {
    let page = catalog.history((&listing.store_id, &listing.product.id), 100, None).await.unwrap();
    page.items.into_iter().map(|change| (change.at, change.amount, change.cause)).collect()
}

#[tokio::test]
async fn a_product_is_taken_into_an_assortment_once() {
    let ground = Ground::new().await;
    let catalog = catalog(&ground);
    let listing = long_sold(&catalog).await;
    let again = Listing { price: sipstr_domain::Money::new(1, listing.price.currency), ..listing.clone() };
    let added = catalog.add(&again, &[again.loaded(morning())], None).await.unwrap();
    assert_eq!(added, Listed::Before);
    assert_eq!(catalog.get_now(&listing.store_id, &listing.product.id).await.unwrap(), Some(listing.clone()));
    assert_eq!(history(&catalog, &listing).await.len(), 1, "the second try left no trace");
}

#[tokio::test]
async fn of_two_managers_at_once_one_is_told_that_it_changed() {
    let ground = Ground::new().await;
    let catalog = catalog(&ground);
    let (before, now) = (long_sold(&catalog).await, morning());
    let amended = |amount| {
        let mut after = before.clone();
        let changes = after.amend(asked(amount, vec![], now), &UserId::new(), now);
        (after, changes)
    };
    let ((one, first), (other, second)) = (amended(1_100), amended(1_200));
    let won = catalog.change(&before, one, &first, now).await.unwrap().expect("the first one");
    assert_eq!((won.price.amount, won.terms.version), (1_100, before.terms.version + 1));
    assert_eq!(catalog.change(&before, other, &second, now).await.unwrap(), None);
    let expected = [(now, 1_100), (before.terms.settled_at.unwrap(), 1_000)];
    let noted: Vec<_> = history(&catalog, &before).await.into_iter().map(|(at, amount, _)| (at, amount)).collect();
    assert_eq!(noted, expected);
}

#[tokio::test]
async fn a_schedule_is_due_when_it_begins_and_when_it_ends_and_is_noted_once() {
    let ground = Ground::new().await;
    let catalog = catalog(&ground);
    let (before, now) = (long_sold(&catalog).await, morning());
    let noon = now + 4.hours();
    let mut after = before.clone();
    let changes = after.amend(asked(1_000, vec![for_an_hour(800, noon)], now), &UserId::new(), now);
    assert_eq!(changes, []);
    let scheduled = catalog.change(&before, after, &changes, now).await.unwrap().unwrap();
    let id = (before.store_id.clone(), before.product.id.clone());
    assert_eq!(catalog.due(noon - 1.second(), 10).await.unwrap(), []);
    assert_eq!(catalog.due(noon, 10).await.unwrap(), std::slice::from_ref(&id));

    // Two sweeps at once: both note the same, and one of them is told that it changed.
    let late = noon + 40.seconds();
    let mut settled = scheduled.clone();
    let noted = settled.settle(late);
    let one = catalog.change(&scheduled, settled.clone(), &noted, late).await.unwrap().expect("the first sweep");
    assert_eq!(catalog.change(&scheduled, settled, &noted, late).await.unwrap(), None);
    assert_eq!(one.terms.reduction.as_ref().unwrap().lowest_before, Some(1_000));
    assert_eq!(one.asked_at(late).regular.unwrap().amount, 1_000);
    assert_eq!(catalog.due(late, 10).await.unwrap(), []);

    let evening = noon + 6.hours();
    assert_eq!(catalog.due(evening, 10).await.unwrap(), [id]);
    let mut over = one.clone();
    let noted = over.settle(evening);
    catalog.change(&one, over, &noted, evening).await.unwrap().expect("the sweep after it");
    assert_eq!(catalog.due(evening, 10).await.unwrap(), []);
    let first = before.terms.settled_at.unwrap();
    let expected = [
        (noon + 1.hour(), 1_000, PriceCause::ScheduleEnded),
        (noon, 800, PriceCause::ScheduleBegan),
        (first, 1_000, PriceCause::Set),
    ];
    assert_eq!(history(&catalog, &before).await, expected);
}

#[tokio::test]
async fn the_lowest_price_is_found_in_a_long_history() {
    let ground = Ground::new().await;
    let catalog = catalog(&ground);
    let mut listing = long_sold(&catalog).await;
    // A price a quarter of an hour for two days, the lowest in the middle: more than a page of the history.
    let begin = morning() - SignedDuration::from_hours(10 * 24);
    for quarter in 0..120_i64 {
        let now = begin + SignedDuration::from_mins(15 * quarter);
        let amount = if quarter == 20 { 700 } else { 1_000 + quarter };
        let before = listing.clone();
        let changes = listing.amend(asked(amount, vec![], now), &UserId::new(), now);
        listing = catalog.change(&before, listing, &changes, now).await.unwrap().unwrap();
    }
    let before = listing.clone();
    let changes = listing.amend(asked(1_119, vec![for_an_hour(800, morning())], morning()), &UserId::new(), morning());
    let reduced = catalog.change(&before, listing, &changes, morning()).await.unwrap().unwrap();
    assert_eq!(reduced.terms.reduction.unwrap().lowest_before, Some(700));
}

#[tokio::test]
async fn what_is_not_offered_is_in_no_list_and_comes_back() {
    let ground = Ground::new().await;
    let catalog = catalog(&ground);
    let before = long_sold(&catalog).await;
    let listed = || async { catalog.list(&before.store_id, None, Sort::Name, 10, None).await.unwrap().items.len() };
    assert_eq!(listed().await, 1);
    let mut hidden = before.clone();
    let amendment = Amendment { offered: false, ..asked(1_000, vec![], morning()) };
    hidden.amend(amendment, &UserId::new(), morning());
    let hidden = catalog.change(&before, hidden, &[], morning()).await.unwrap().unwrap();
    assert_eq!(listed().await, 0);
    assert_eq!(catalog.all(&before.store_id, 10, None).await.unwrap().items, std::slice::from_ref(&hidden));
    let mut shown = hidden.clone();
    shown.amend(asked(1_000, vec![], morning()), &UserId::new(), morning());
    let shown = catalog.change(&hidden, shown, &[], morning()).await.unwrap().unwrap();
    assert_eq!(listed().await, 1);
    assert!(!catalog.remove(&hidden).await.unwrap(), "an older version removes nothing");
    assert!(catalog.remove(&shown).await.unwrap());
    assert_eq!(catalog.get_now(&before.store_id, &before.product.id).await.unwrap(), None);
}
