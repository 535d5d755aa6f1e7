//! Bills that somebody could check with a pencil.

use jiff::civil::date;
use sipstr_domain::catalog::Category;
use sipstr_domain::money::{Currency, Rate};
use sipstr_domain::pricing::FeeKind;
use sipstr_domain::store::{DeliveryTerms, ServiceFee, SmallOrderFee};
use sipstr_pricing::{PriceView, spread};

use crate::ground::{TODAY, listing, priced, store, told};

#[test]
fn california_taxes_goods_and_their_deposit_and_not_the_delivery() {
    let store = store("us-ca", Currency::Usd, 86_250);
    let lines = [(listing(&store, Category::Beer, 1_299, 355, 6), 2)];
    let ten_off = spread("ten off".into(), 260, &[2_598]);
    let price = priced(&store, &lines, &[ten_off], 300, TODAY);
    assert_eq!((price.goods, price.discount, price.deposit), (2_598, 260, 60));
    assert_eq!(told(&price, &price.lines[0].taxes), [("us-ca.sales_tax", 2_398, 207)]);
    assert_eq!(price.total, 2_598 - 260 + 60 + 207 + 499 + 300);
    assert!(price.fees[0].taxes.is_empty());
    let view = PriceView::of(price, TODAY);
    assert_eq!(view.taxes[0].name, "Sales tax");
    assert!(view.lines[0].taxes[0].citation.contains("6051"));
}

#[test]
fn washington_taxes_spirits_by_price_and_litre_and_wine_like_everything() {
    let store = store("us-wa", Currency::Usd, 103_500);
    let lines =
        [(listing(&store, Category::Spirits, 3_000, 750, 1), 2), (listing(&store, Category::Wine, 2_000, 750, 1), 1)];
    let price = priced(&store, &lines, &[], 0, TODAY);
    // 20.5 % of 60.00, and 3.7708 a litre on 1.5 litres.
    let spirits = [("us-wa.spirits_sales_tax", 6_000, 1_230), ("us-wa.spirits_litre_tax", 1_500, 566)];
    assert_eq!(told(&price, &price.lines[0].taxes), spirits);
    // 10.35 % of 20.00 and of the delivery, rounded as one.
    assert_eq!(told(&price, &price.lines[1].taxes), [("us-wa.sales_tax", 2_000, 207)]);
    assert_eq!(told(&price, &price.fees[0].taxes), [("us-wa.sales_tax", 499, 52)]);
    assert_eq!(price.total, 8_000 + 1_230 + 566 + 207 + 499 + 52);
    let view = PriceView::of(price, TODAY);
    assert_eq!(view.lines[0].taxes[1].name, "Spirits litre tax");
    assert!(view.lines[0].taxes[0].citation.contains("82.08.150"));
}

#[test]
fn value_added_tax_is_within_the_price() {
    let store = store("gb-sct", Currency::Gbp, 0);
    let lines = [(listing(&store, Category::Spirits, 3_600, 700, 1), 1)];
    let price = priced(&store, &lines, &[], 0, TODAY);
    assert_eq!(told(&price, &price.lines[0].taxes), [("gb.vat", 3_000, 600)]);
    assert_eq!((price.tax, price.tax_included, price.total), (0, 683, 3_600 + 499));
}

#[test]
fn a_rate_holds_from_its_day_until_another() {
    let store = store("de", Currency::Eur, 0);
    let lines = [(listing(&store, Category::Wine, 1_190, 750, 1), 1)];
    let vat = |on| priced(&store, &lines, &[], 0, on).lines[0].taxes[0].amount;
    assert_eq!(vat(date(2020, 6, 30)), 190);
    assert_eq!(vat(date(2020, 7, 1)), 164); // 11.90 × 16 ÷ 116
    assert_eq!(vat(date(2020, 12, 31)), 164);
    assert_eq!(vat(date(2021, 1, 1)), 190);
}

#[test]
fn a_tax_may_be_on_a_tax() {
    let mut store = store("ca-qc", Currency::Cad, 0);
    store.delivery.fee = 0;
    let lines = [(listing(&store, Category::Wine, 10_000, 750, 1), 1)];
    let shares = |on| {
        let price = priced(&store, &lines, &[], 0, on);
        told(&price, &price.lines[0].taxes).iter().map(|(_, base, amount)| (*base, *amount)).collect::<Vec<_>>()
    };
    assert_eq!(shares(date(2012, 12, 31)), [(10_000, 500), (10_500, 998)]); // 9.5 % of 105.00 is 9.975
    assert_eq!(shares(date(2013, 1, 1)), [(10_000, 500), (10_000, 998)]); // 9.975 % of 100.00
}

#[test]
fn japan_has_two_rates_whole_yen_and_rounds_down() {
    let store = store("jp", Currency::Jpy, 0);
    let lines =
        [(listing(&store, Category::Beer, 299, 350, 1), 1), (listing(&store, Category::NonAlcoholic, 199, 350, 1), 1)];
    let price = priced(&store, &lines, &[], 0, TODAY);
    assert_eq!(price.lines[1].taxes[0].amount, 14); // 199 × 8 ÷ 108 is 14.7
    // 798 × 10 ÷ 110 is 72.5, on the beer and the delivery together.
    assert_eq!(price.lines[0].taxes[0].amount + price.fees[0].taxes[0].amount, 72);
    assert_eq!(price.total, 299 + 199 + 499);
}

#[test]
fn three_decimals_in_bahrain() {
    let store = store("bh", Currency::Bhd, 0);
    let lines = [(listing(&store, Category::Beer, 1_100, 330, 1), 1)];
    let price = priced(&store, &lines, &[], 0, TODAY);
    assert_eq!(told(&price, &price.lines[0].taxes), [("bh.vat", 1_000, 100)]);
    assert!(price.charges[0].amount == 1_100 && price.money().to_string() == "1.599 BHD");
}

#[test]
fn a_small_order_pays_for_being_small_and_service_is_taxed_in_california() {
    let mut store = store("us-ca", Currency::Usd, 100_000);
    store.delivery = DeliveryTerms {
        service_fee: Some(ServiceFee { rate: Rate::percent(5), least: 100, most: 500 }),
        small_order_fee: Some(SmallOrderFee { below: 1_500, fee: 200 }),
        ..store.delivery
    };
    let small = priced(&store, &[(listing(&store, Category::Wine, 1_000, 750, 1), 1)], &[], 0, TODAY);
    let fee = |kind| small.fees.iter().find(|fee| fee.kind == kind).map(|fee| (fee.amount, fee.tax));
    assert_eq!(fee(FeeKind::Service), Some((100, 10)));
    assert_eq!(fee(FeeKind::SmallOrder), Some((200, 20)));
    assert_eq!(fee(FeeKind::Delivery), Some((499, 0)));
    let large = priced(&store, &[(listing(&store, Category::Wine, 20_000, 750, 1), 1)], &[], 0, TODAY);
    assert_eq!((large.fee(FeeKind::Service), large.fee(FeeKind::SmallOrder)), (500, 0));
}
