//! Which promotions a basket gets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::time;
use proptest::prelude::*;
use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::money::{Currency, Rate};
use sipstr_domain::payment::Provider;
use sipstr_domain::promotion::{
    Benefit, Entry, NotApplicable, Occasion, PromoCode, Promotion, Rules, Standing, UNLIMITED,
};
use sipstr_domain::store::{OpeningHours, Store};
use sipstr_pricing::{Candidate, Promoted, promote};

use crate::ground::{listing, store};

fn code(text: &str) -> PromoCode {
    PromoCode::try_from(text.to_owned()).unwrap()
}

fn promotion(name: &str, benefit: Benefit) -> Promotion {
    Promotion {
        code: code(name),
        version: 1,
        title: "A promotion".into(),
        entry: Entry::Code,
        benefit,
        rules: Rules::default(),
        store_id: None,
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: Timestamp::MAX,
        lane: 0,
        exclusive: false,
        limit: UNLIMITED,
        used: 0,
        per_customer: None,
        budget: None,
        budget_left: None,
    }
}

fn percent(name: &str, percent: u32) -> Promotion {
    promotion(name, Benefit::PercentOffItems { rate: Rate::percent(percent) })
}

/// Friday noon, in a place where UTC is the time.
fn judged(store: &Store, lines: &[(Listing, u32)], promotions: &[Promotion], standing: &Standing) -> Promoted {
    let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    let local = store.local(now).unwrap();
    let occasion = Occasion {
        store,
        now,
        local: Some(&local),
        goods: lines.iter().map(|(listing, n)| listing.price.amount * i64::from(*n)).sum(),
        first_order: false,
        provider: Provider::Stripe,
    };
    let candidates: Vec<Candidate<'_>> =
        promotions.iter().map(|promotion| Candidate { promotion, standing: standing.clone(), unique: None }).collect();
    promote((lines, &[]), &candidates, &occasion, |_| Ok(()))
}

fn basket() -> (Store, Vec<(Listing, u32)>) {
    let store = store("us-ca", Currency::Usd, 86_250);
    let lines = vec![
        (listing(&store, Category::Beer, 1_000, 355, 6), 3),
        (listing(&store, Category::Wine, 2_000, 750, 1), 1),
        (listing(&store, Category::Spirits, 5_000, 750, 1), 1),
    ];
    (store, lines)
}

fn offs(promotions: &[Promotion]) -> Vec<(String, i64)> {
    let (store, lines) = basket();
    let promoted = judged(&store, &lines, promotions, &Standing::default());
    promoted.uses.into_iter().map(|used| (used.code.into(), used.off)).collect()
}

fn reason(promotion: Promotion) -> NotApplicable {
    let (store, lines) = basket();
    let code = promotion.code.clone();
    judged(&store, &lines, &[promotion], &Standing::default()).refused.remove(&code).expect("it gives nothing")
}

#[test]
fn every_benefit_takes_off_what_it_says() {
    let of = |benefit| offs(&[promotion("ONE", benefit)])[0].1;
    let wine = |benefit| {
        let rules = Rules { categories: vec![Category::Wine], ..Rules::default() };
        offs(&[Promotion { rules, ..promotion("ONE", benefit) }])[0].1
    };
    assert_eq!(of(Benefit::PercentOffItems { rate: Rate::percent(10) }), 1_000);
    assert_eq!(wine(Benefit::PercentOffItems { rate: Rate::percent(10) }), 200);
    assert_eq!(wine(Benefit::PercentOffOrder { rate: Rate::percent(10) }), 1_000);
    assert_eq!(wine(Benefit::AmountOffItems { amount: 9_999 }), 2_000, "at most their value");
    assert_eq!(wine(Benefit::AmountOffOrder { amount: 2_500 }), 2_500);
    assert_eq!(of(Benefit::FixedPrice { price: 1_500 }), 500 + 3_500);
    // Of five bottles, three and two: the two cheapest of five are free.
    assert_eq!(of(Benefit::BuyGet { buy: 3, get: 2 }), 2_000);
    assert_eq!(of(Benefit::FreeDelivery), 499);
    assert_eq!(of(Benefit::PercentOffDelivery { rate: Rate::percent(50) }), 250);
    let (store, lines) = basket();
    let gift = promotion("GIFT", Benefit::Gift { product_id: lines[0].0.product.id.clone() });
    assert_eq!(judged(&store, &lines, &[gift], &Standing::default()).uses[0].off, 1_000, "one of three");
}

#[test]
fn lanes_follow_each_other_and_of_a_lane_the_best_counts() {
    let later = Promotion { lane: 1, ..percent("LATER", 10) };
    let got = offs(&[percent("SMALL", 10), later.clone(), percent("LARGE", 20)]);
    assert_eq!(got, [("LARGE".to_owned(), 2_000), ("LATER".to_owned(), 800)], "ten per cent of what is left");
    let (store, lines) = basket();
    let promoted = judged(&store, &lines, &[percent("SMALL", 10), percent("LARGE", 20)], &Standing::default());
    assert_eq!(promoted.refused[&code("SMALL")], NotApplicable::Outdone { better: code("LARGE") });
}

#[test]
fn one_that_stands_alone_is_weighed_against_all_the_others_together() {
    let later = Promotion { lane: 1, ..percent("LATER", 10) };
    let alone = |off| Promotion { exclusive: true, ..percent("ALONE", off) };
    assert_eq!(offs(&[percent("TEN", 10), later.clone(), alone(18)]).len(), 2);
    assert_eq!(offs(&[percent("TEN", 10), later, alone(20)]), [("ALONE".to_owned(), 2_000)]);
}

#[test]
fn every_reason_is_told() {
    let with = |change: &dyn Fn(&mut Promotion)| {
        let mut promotion = percent("ONE", 10);
        change(&mut promotion);
        reason(promotion)
    };
    let noon = OpeningHours { weekday: 5, opens: time(17, 0, 0, 0), closes: time(19, 0, 0, 0) };
    assert_eq!(with(&|p| p.starts_at = Timestamp::MAX), NotApplicable::NotYet);
    assert_eq!(with(&|p| p.ends_at = Timestamp::UNIX_EPOCH), NotApplicable::Expired);
    assert_eq!(with(&|p| (p.limit, p.used) = (1, 1)), NotApplicable::UsedUp);
    assert_eq!(with(&|p| p.rules.windows = vec![noon.clone()]), NotApplicable::OutsideWindow);
    assert_eq!(with(&|p| p.rules.first_order = true), NotApplicable::NotFirstOrder);
    assert_eq!(with(&|p| p.rules.groups = vec!["vip".to_owned().try_into().unwrap()]), NotApplicable::NotInGroup);
    assert_eq!(with(&|p| p.rules.minimum_basket = 10_001), NotApplicable::BasketTooSmall { minimum: 10_001 });
    assert_eq!(with(&|p| p.rules.currency = Some(Currency::Jpy)), NotApplicable::OtherCurrency);
    assert_eq!(with(&|p| p.rules.categories = vec![Category::Cider]), NotApplicable::NothingMatches);
    assert_eq!(with(&|p| (p.budget, p.budget_left) = (Some(5_000), Some(999))), NotApplicable::BudgetSpent);
    assert_eq!(with(&|p| p.store_id = Some(sipstr_domain::StoreId::new())), NotApplicable::OtherStore);
    let (store, lines) = basket();
    let once = Promotion { per_customer: Some(1), ..percent("ONE", 10) };
    let used = Standing { used: 1, ..Standing::default() };
    assert_eq!(judged(&store, &lines, &[once], &used).refused[&code("ONE")], NotApplicable::UsedByYou);
    let spent = Standing { code_used: true, ..Standing::default() };
    assert_eq!(judged(&store, &lines, &[percent("ONE", 10)], &spent).refused[&code("ONE")], NotApplicable::UsedUp);
}

#[test]
fn the_name_of_a_campaign_is_no_code_of_it_and_a_budget_is_counted() {
    let campaign = Promotion { entry: Entry::Campaign { codes: 10 }, ..percent("MANY", 10) };
    assert_eq!(reason(campaign), NotApplicable::Unknown);
    let used = Promotion { budget: Some(5_000), ..percent("ONE", 10) }.used_for(500, None);
    assert!(used.counted && used.budgeted);
    assert!(!percent("ONE", 10).used_for(500, None).counted, "without a limit there is no counter");
}

fn any_benefit() -> impl Strategy<Value = Benefit> {
    prop_oneof![
        (1_u32..=1_000_000).prop_map(|rate| Benefit::PercentOffItems { rate: Rate(rate) }),
        (1_i64..20_000).prop_map(|amount| Benefit::AmountOffOrder { amount }),
        (0_i64..3_000).prop_map(|price| Benefit::FixedPrice { price }),
        (1_u32..4, 1_u32..3).prop_map(|(buy, get)| Benefit::BuyGet { buy, get }),
        (1_u32..=1_000_000).prop_map(|rate| Benefit::PercentOffDelivery { rate: Rate(rate) }),
        Just(Benefit::FreeDelivery),
    ]
}

prop_compose! {
    fn any_promotion(name: u8)(
        benefit in any_benefit(), lane in 0_u8..3, exclusive in prop::bool::weighted(0.2), wine in any::<bool>(),
    ) -> Promotion {
        let categories = if wine { vec![Category::Wine] } else { vec![] };
        let rules = Rules { categories, ..Rules::default() };
        Promotion { lane, exclusive, rules, ..promotion(&format!("CODE{name}"), benefit) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_answer_depends_on_the_basket_and_not_on_its_order(
        goods in prop::collection::vec((1_i64..9_000, 1_u32..7, any::<bool>()), 1..8),
        promotions in (any_promotion(0), any_promotion(1), any_promotion(2), any_promotion(3)),
        turn in 0_usize..8,
    ) {
        let store = store("us-ca", Currency::Usd, 0);
        let kind = |wine| if wine { Category::Wine } else { Category::Beer };
        let mut lines: Vec<_> =
            goods.into_iter().map(|(price, n, wine)| (listing(&store, kind(wine), price, 750, 1), n)).collect();
        let mut promotions = vec![promotions.0, promotions.1, promotions.2, promotions.3];
        let by_product = |lines: &[(Listing, u32)], promoted: &Promoted| -> BTreeMap<String, i64> {
            let off = |i: usize| promoted.reductions.iter().map(|reduction| reduction.lines[i]).sum::<i64>();
            lines.iter().enumerate().map(|(i, (listing, _))| (listing.product.id.to_string(), off(i))).collect()
        };
        let first = judged(&store, &lines, &promotions, &Standing::default());
        let before = by_product(&lines, &first);
        for (listing, n) in &lines {
            let off = before[listing.product.id.as_str()];
            prop_assert!(off >= 0 && off <= listing.price.amount * i64::from(*n));
        }
        prop_assert!(first.reductions.iter().map(|r| r.delivery).sum::<i64>() <= store.delivery.fee);
        prop_assert_eq!(first.uses.len() + first.refused.len(), promotions.len(), "each is given or told why not");
        let places = lines.len();
        lines.rotate_left(turn % places);
        lines.reverse();
        promotions.rotate_left(turn % 4);
        let second = judged(&store, &lines, &promotions, &Standing::default());
        prop_assert_eq!(&first.uses, &second.uses);
        prop_assert_eq!(&first.refused, &second.refused);
        prop_assert_eq!(before, by_product(&lines, &second));
    }
}
