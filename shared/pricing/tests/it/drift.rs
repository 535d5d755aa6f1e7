//! Ten thousand carts: the parts sum to the total, and so do the refunds, in whatever order they come.

use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::money::{Currency, Rate};
use sipstr_domain::pricing::{Price, PricedLine, TaxShare, added};
use sipstr_domain::store::{ServiceFee, SmallOrderFee, Store};
use sipstr_pricing::{Reduction, spread};

use crate::ground::{TODAY, listing, priced, store};

const PLACES: &[(&str, Currency)] = &[
    ("us-ca", Currency::Usd),
    ("us-wa", Currency::Usd),
    ("us-mi", Currency::Usd),
    ("gb-sct", Currency::Gbp),
    ("de", Currency::Eur),
    ("jp", Currency::Jpy),
    ("bh", Currency::Bhd),
    ("ca-qc", Currency::Cad),
    ("ca-bc", Currency::Cad),
    ("xx", Currency::Usd),
];

const CATEGORIES: &[Category] =
    &[Category::Beer, Category::Wine, Category::Spirits, Category::ReadyToDrink, Category::NonAlcoholic];

fn some_store(random: &mut fastrand::Rng) -> Store {
    let (place, currency) = PLACES[random.usize(..PLACES.len())];
    let mut store = store(place, currency, random.u32(0..150_000));
    store.delivery.fee = random.i64(0..2_000);
    store.delivery.service_fee =
        random.bool().then(|| ServiceFee { rate: Rate(random.u32(0..200_000)), least: 50, most: 900 });
    store.delivery.small_order_fee =
        random.bool().then(|| SmallOrderFee { below: random.i64(0..9_000), fee: random.i64(1..500) });
    store
}

fn some_lines(store: &Store, random: &mut fastrand::Rng) -> Vec<(Listing, u32)> {
    let line = |random: &mut fastrand::Rng| {
        let category = CATEGORIES[random.usize(..CATEGORIES.len())];
        let (price, volume) = (random.i64(1..50_000), random.u32(50..3_000));
        (listing(store, category, price, volume, random.u16(1..25)), random.u32(1..30))
    };
    (0..random.usize(1..12)).map(|_| line(random)).collect()
}

fn some_reductions(store: &Store, lines: &[(Listing, u32)], random: &mut fastrand::Rng) -> Vec<Reduction> {
    let goods: Vec<i64> = lines.iter().map(|(listing, n)| listing.price.amount * i64::from(*n)).collect();
    let whole: i64 = goods.iter().sum();
    match random.u8(0..3) {
        0 => vec![],
        1 => vec![spread("some off".into(), random.i64(0..=whole), &goods)],
        _ => {
            vec![Reduction { label: "free delivery".into(), lines: vec![0; lines.len()], delivery: store.delivery.fee }]
        }
    }
}

#[test]
fn ten_thousand_carts_and_not_a_unit_astray() {
    let mut random = fastrand::Rng::with_seed(20_261_127);
    for cart in 0..10_000 {
        let store = some_store(&mut random);
        let lines = some_lines(&store, &mut random);
        let reductions = some_reductions(&store, &lines, &mut random);
        let tip = random.i64(0..3_000);
        let price = priced(&store, &lines, &reductions, tip, TODAY);
        sums_hold(&price, cart);
        for line in &price.lines {
            refunds_hold(&price, line, &mut random, cart);
        }
    }
}

fn sums_hold(price: &Price, cart: usize) {
    let place = (cart, price.currency);
    let fees: i64 = price.fees.iter().map(|fee| fee.amount).sum();
    assert_eq!(price.goods - price.discount + price.deposit + fees + price.tax + price.tip, price.total, "{place:?}");
    assert_eq!(price.charges.iter().map(|row| row.amount).sum::<i64>(), price.total, "{place:?}");
    let of_lines: i64 = price.lines.iter().map(|line| line.total).sum();
    let of_fees: i64 = price.fees.iter().map(|fee| fee.total).sum();
    assert_eq!(of_lines + of_fees + price.tip, price.total, "{place:?}");
    let all: Vec<TaxShare> =
        price.lines.iter().flat_map(|l| &l.taxes).chain(price.fees.iter().flat_map(|f| &f.taxes)).copied().collect();
    assert_eq!(added(&all, &price.terms), price.tax, "{place:?}");
    assert_eq!(all.iter().map(|share| share.amount).sum::<i64>(), price.tax + price.tax_included, "{place:?}");
    for line in &price.lines {
        assert!(line.discount >= 0 && line.discount <= line.goods && line.tax >= 0, "{place:?} {line:?}");
        assert_eq!(line.total, line.goods - line.discount + line.deposit + line.tax);
        assert_eq!(line.tax, added(&line.taxes, &price.terms));
    }
}

/// Pays a line back in random steps: every amount of the parts adds up to the line's.
fn refunds_hold(price: &Price, line: &PricedLine, random: &mut fastrand::Rng, cart: usize) {
    let (mut back, mut sums, mut shares) = (0, [0_i64; 5], vec![0_i64; line.taxes.len()]);
    while back < line.quantity {
        let until = random.u32(back + 1..=line.quantity);
        let part = line.part(&price.terms, back, until);
        assert!(part.total >= 0 && part.discount <= part.goods, "{cart}: {part:?}");
        assert_eq!(part.total, part.goods - part.discount + part.deposit + part.tax);
        let amounts = [part.goods, part.discount, part.deposit, part.tax, part.total];
        sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
        shares.iter_mut().zip(&part.taxes).for_each(|(sum, share)| *sum += share.amount);
        back = until;
    }
    assert_eq!(sums, [line.goods, line.discount, line.deposit, line.tax, line.total], "{cart}");
    assert_eq!(shares, line.taxes.iter().map(|share| share.amount).collect::<Vec<_>>(), "{cart}");
}
