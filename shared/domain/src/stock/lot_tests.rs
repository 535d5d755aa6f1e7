use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 28);

fn lot(number: &str, days: i64, remaining: u32) -> Lot {
    let (store, product) = (StoreId::derive(&["store"]), ProductId::derive(&["ale"]));
    let best_before = TODAY.saturating_add(Span::new().days(days));
    let number = LotNumber::try_from(number.to_owned()).unwrap();
    Lot::new(store, product, number, best_before, Timestamp::UNIX_EPOCH).received(remaining)
}

fn taken(lots: &[Lot], quantity: u32, left: Left) -> (Vec<(String, u32)>, u32) {
    let attribution = attribute(lots, quantity, left);
    let named = |take: &LotTake| {
        let lot = lots.iter().find(|lot| lot.id == take.lot).unwrap();
        (lot.number.as_str().to_owned(), take.quantity)
    };
    (attribution.takes.iter().map(named).collect(), attribution.without)
}

fn of(number: &str, quantity: u32) -> (String, u32) {
    (number.to_owned(), quantity)
}

#[test]
fn what_ends_first_leaves_first_and_what_no_lot_holds_was_without_one() {
    let lots = [lot("C", 30, 5), lot("A", 3, 2), lot("B", 3, 2), lot("EMPTY", 1, 0)];
    assert_eq!(taken(&lots, 3, Left::Sold(TODAY)), (vec![of("A", 2), of("B", 1)], 0));
    assert_eq!(taken(&lots, 12, Left::Sold(TODAY)), (vec![of("A", 2), of("B", 2), of("C", 5)], 3));
    assert_eq!(taken(&[], 2, Left::Lost), (vec![], 2));
}

#[test]
fn what_has_ended_is_sold_last_and_lost_first() {
    let lots = [lot("LATER", 30, 5), lot("ENDED", -1, 2), lot("TODAY", 0, 1)];
    assert_eq!(taken(&lots, 3, Left::Sold(TODAY)), (vec![of("TODAY", 1), of("LATER", 2)], 0));
    assert_eq!(taken(&lots, 7, Left::Sold(TODAY)), (vec![of("TODAY", 1), of("LATER", 5), of("ENDED", 1)], 0));
    assert_eq!(taken(&lots, 3, Left::Lost), (vec![of("ENDED", 2), of("TODAY", 1)], 0));
}

#[test]
fn numbers_are_what_gs1_allows() {
    let number = |text: &str| LotNumber::try_from(text.to_owned()).is_ok();
    assert!(number("L2640-B") && number("a/b:1") && number("12345678901234567890"));
    assert!(
        !number("") && !number("123456789012345678901") && !number("two words") && !number("Grün") && !number("a#b")
    );
}

#[test]
fn goods_that_have_ended_or_end_in_another_age_are_not_taken_in() {
    assert_eq!(check_best_before(TODAY, TODAY), Ok(()));
    assert_eq!(check_best_before(TODAY.yesterday().unwrap(), TODAY), Err(BadBestBefore::Ended));
    assert_eq!(check_best_before(date(2036, 11, 28), TODAY), Ok(()));
    assert_eq!(check_best_before(date(2036, 11, 29), TODAY), Err(BadBestBefore::TooFar));
    assert_eq!(check_best_before(date(2026, 12, 1), Date::MAX), Err(BadBestBefore::Ended));
}

#[test]
fn of_another_date_the_store_is_told_anew() {
    let told = lot("A", 3, 2).told();
    assert!(told.corrected(told.best_before, 1).told);
    assert!(!told.corrected(TODAY, 2).told);
}

fn lots() -> impl Strategy<Value = Vec<Lot>> {
    prop::collection::vec((-5_i64..40, 0_u32..9), 0..12).prop_map(|figures| {
        let named = figures.into_iter().enumerate();
        named.map(|(number, (days, remaining))| lot(&format!("L{number}"), days, remaining)).collect()
    })
}

fn after(lots: &[Lot], steps: Vec<(Lot, Lot)>) -> Vec<Lot> {
    let changed = |lot: &Lot| steps.iter().find(|(before, _)| before.id == lot.id).map(|(_, after)| after.clone());
    lots.iter().map(|lot| changed(lot).unwrap_or_else(|| lot.clone())).collect()
}

proptest! {
    #[test]
    fn everything_that_left_is_attributed_once_and_no_lot_gives_what_it_has_not(
        lots in lots(), quantity in 0_u32..80, lost in any::<bool>(),
    ) {
        let left = if lost { Left::Lost } else { Left::Sold(TODAY) };
        let attribution = attribute(&lots, quantity, left);
        let named: u32 = attribution.takes.iter().map(|take| take.quantity).sum();
        prop_assert_eq!(named + attribution.without, quantity);
        prop_assert_eq!(i64::from(named), in_lots(&lots).min(i64::from(quantity)));
        for take in &attribution.takes {
            prop_assert!(take.quantity > 0 && lots.iter().any(|lot| lot.id == take.lot && take.quantity <= lot.remaining));
        }
        // All but the last one are empty: nothing later was touched before.
        let order = in_order(lots.clone(), left);
        for (place, take) in attribution.takes.iter().enumerate() {
            prop_assert_eq!(&order[place].id, &take.lot);
            prop_assert!(place + 1 == attribution.takes.len() || order[place].remaining == take.quantity);
        }
    }

    #[test]
    fn the_same_lots_in_another_order_give_the_same(lots in lots(), quantity in 0_u32..80, turn in 0_usize..12) {
        let mut turned = lots.clone();
        turned.rotate_left(turn % lots.len().max(1));
        turned.reverse();
        prop_assert_eq!(attribute(&turned, quantity, Left::Sold(TODAY)), attribute(&lots, quantity, Left::Sold(TODAY)));
    }

    #[test]
    fn what_comes_back_goes_to_the_lot_that_it_was_taken_from(lots in lots(), quantity in 0_u32..80) {
        let attribution = attribute(&lots, quantity, Left::Sold(TODAY));
        let less = after(&lots, moved(&lots, &attribution, false));
        prop_assert!(in_lots(&less) == in_lots(&lots) - i64::from(quantity - attribution.without));
        let again = after(&less, moved(&less, &attribution, true));
        let remaining = |lots: &[Lot]| lots.iter().map(|lot| lot.remaining).collect::<Vec<_>>();
        prop_assert_eq!(remaining(&again), remaining(&lots));
    }

    #[test]
    fn lots_never_hold_more_than_is_on_hand(
        steps in prop::collection::vec((0_u8..4, 0_u32..9, 0_i64..40), 0..40),
    ) {
        let (mut on_hand, mut lots) = (0_i64, Vec::<Lot>::new());
        for (number, (kind, quantity, days)) in steps.into_iter().enumerate() {
            match kind {
                0 => {
                    on_hand += i64::from(quantity);
                    lots.push(lot(&format!("L{number}"), days, quantity));
                }
                1 => on_hand += i64::from(quantity),
                _ => {
                    let quantity = quantity.min(u32::try_from(on_hand).unwrap());
                    let left = if kind == 2 { Left::Lost } else { Left::Sold(TODAY) };
                    on_hand -= i64::from(quantity);
                    let attribution = attribute(&lots, quantity, left);
                    lots = after(&lots, moved(&lots, &attribution, false));
                }
            }
            prop_assert!(in_lots(&lots) <= on_hand);
            prop_assert_eq!(without_lot(on_hand, &lots), on_hand - in_lots(&lots));
        }
    }
}
