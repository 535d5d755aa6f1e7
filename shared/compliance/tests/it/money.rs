//! What the law does to prices: floors, promotions, deposits, taxes; and the duties that come with a sale.

use crate::ground::{line, local, placing, product, store};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use sipstr_compliance::rule::{Conduct, Fact, Occasion};
use sipstr_compliance::{
    Base, Book, Kind, Law, Line, Offer, What, deposit, deposit_terms, duties, floor, may_change, substitute, taxes,
};
use sipstr_domain::catalog::{Category, Container};
use sipstr_domain::money::Rate;
use sipstr_domain::{Currency, Money};

const DAY: jiff::civil::Date = date(2027, 3, 10);

fn law(key: &str) -> Law<'static> {
    Law::on(Book::builtin(), key, None, DAY).unwrap()
}

#[test]
fn a_unit_of_alcohol_costs_65_pence_in_scotland() {
    let least = |category, abv, ml, pack| {
        let line = Line::new(&product(category, abv, ml, pack, Container::Glass), 1, 0, 0);
        floor(&law("gb-sct"), &line, DAY).map(|floor| floor.to_string())
    };
    assert_eq!(least(Category::Spirits, 4_000, 700, 1).as_deref(), Some("18.20 GBP"), "28 units");
    assert_eq!(
        least(Category::Wine, 1_250, 750, 1).as_deref(),
        Some("6.10 GBP"),
        "9.375 units are 6.09375, rounded up"
    );
    assert_eq!(least(Category::Beer, 500, 440, 4).as_deref(), Some("5.72 GBP"), "8.8 units");
    assert_eq!(least(Category::NonAlcoholic, 0, 440, 4), None);
    let beer = Line::new(&product(Category::Beer, 500, 440, 1, Container::Can), 1, 0, 0);
    assert_eq!(floor(&law("us-ca"), &beer, DAY), None);
    assert_eq!(
        floor(&law("gb-sct"), &beer, date(2024, 9, 29)),
        Some(Money::new(110, Currency::Gbp)),
        "50 pence until 29 September 2024"
    );
    assert_eq!(floor(&law("gb-sct"), &beer, date(2024, 9, 30)), Some(Money::new(143, Currency::Gbp)));
}

#[test]
fn no_discount_goes_below_the_floor() {
    let store = store("gb-sct", "Europe/London", Currency::Gbp);
    let at = |discount| {
        let whisky = product(Category::Spirits, 4_000, 700, 1, Container::Glass);
        let lines = [Line::new(&whisky, 2, 2_000, discount)];
        placing(&store, &lines, local(&store, "2027-03-10T18:00+00:00")).decide().err().map(|refused| refused.code)
    };
    assert_eq!(at(360), None);
    assert_eq!(at(361), Some("below_minimum_price"));
    assert_eq!(at(i64::MAX), Some("below_minimum_price"));
}

#[test]
fn scotland_has_no_discount_for_quantity_and_massachusetts_no_coupons() {
    let lawful = |key: &str, offer: Offer, category| {
        let store = store(key, "Europe/London", Currency::Gbp);
        offer.lawful(&law(key), &store, &[Kind::of(category)], DAY).err().map(|refused| refused.rule)
    };
    let basket = Offer { by_code: true, off_goods: true, by_quantity: true };
    assert_eq!(lawful("gb-sct", basket, Category::Beer).as_deref(), Some("gb-sct.quantity_discount"));
    assert_eq!(lawful("gb-sct", Offer { by_quantity: false, ..basket }, Category::Beer), None);
    assert_eq!(lawful("gb-sct", basket, Category::NonAlcoholic), None, "lemonade may be cheaper by the dozen");
    assert_eq!(lawful("us-ma", basket, Category::Wine).as_deref(), Some("us-ma.coupons"));
    assert_eq!(lawful("us-ca", basket, Category::Wine), None);
}

#[test]
fn a_price_in_scotland_stands_for_72_hours() {
    let changed: Timestamp = "2027-03-10T10:00:00Z".parse().unwrap();
    let after = |span: jiff::Span| may_change(&law("gb-sct"), Kind::of(Category::Beer), changed, changed + span, DAY);
    assert_eq!(after(72.hours().minutes(-1)).unwrap_err().code, "price_held");
    assert!(after(72.hours()).is_ok());
    assert!(may_change(&law("us-ca"), Kind::of(Category::Beer), changed, changed, DAY).is_ok());
    assert!(may_change(&law("gb-sct"), Kind::of(Category::NonAlcoholic), changed, changed, DAY).is_ok());
}

#[test]
fn deposits_follow_size_and_kind() {
    let on = |key: &str, category, container, ml, pack| {
        deposit(&law(key), &product(category, 500, ml, pack, container), DAY).map(|deposit| deposit.amount)
    };
    use Category::*;
    use Container::*;
    for (container, category, ml, pack, expected) in [
        (Can, Beer, 355, 6, 30),
        (Can, Beer, 709, 1, 5),
        (Can, Beer, 710, 1, 10),
        (Glass, Wine, 750, 1, 10),
        (Carton, Wine, 500, 1, 25),
        (Carton, Spirits, 1_000, 2, 50),
        (Carton, Beer, 500, 1, 5),
        (Keg, Beer, 19_500, 1, 0),
        (Plastic, NonAlcoholic, 500, 1, 5),
    ] {
        assert_eq!(on("us-ca", category, container, ml, pack), Some(expected), "{container:?} {category} {ml}");
    }
    assert_eq!(on("us-vt", Spirits, Glass, 750, 1), Some(15));
    assert_eq!(on("us-vt", Beer, Can, 355, 12), Some(60));
    assert_eq!(on("us-vt", Wine, Glass, 750, 1), None);
    assert_eq!(on("us-mi", Beer, Can, 355, 6), Some(60));
    assert_eq!(on("us-mi", Wine, Glass, 750, 1), None);
    assert_eq!(on("us-mi", Beer, Keg, 19_500, 1), None);
    assert_eq!(on("us-ny", Beer, Glass, 355, 6), Some(30));
    assert_eq!(on("us-tx", Beer, Can, 355, 6), None);
    let terms = deposit_terms(&law("us-ca"), DAY).unwrap();
    assert_eq!((terms.rule, terms.taxable), ("us-ca.crv", true));
    assert_eq!(deposit_terms(&law("us-tx"), DAY), None);
}

#[test]
fn washington_taxes_spirits_by_price_and_by_litre() {
    let law = law("us-wa");
    let whisky = product(Category::Spirits, 4_000, 750, 1, Container::Glass);
    let found = taxes(&law, (&whisky).into(), DAY);
    assert_eq!(found.no_sales_tax, Some("us-wa.spirits_no_sales_tax"));
    let bases: Vec<Base> = found.taxes.iter().map(|tax| tax.base).collect();
    assert_eq!(bases, [Base::Price(Rate(205_000)), Base::Litre { hundredths: 37_708 }]);
    // Two bottles for 40 dollars: 20.5 % are 8.20, a litre and a half at 3.7708 are 5.6562.
    let amounts: Vec<i64> = found.taxes.iter().map(|tax| tax.on(&whisky, 2, 4_000)).collect();
    assert_eq!(amounts, [820, 566]);

    let port = |abv| taxes(&law, Kind { category: Category::Wine, abv_basis_points: Some(abv) }, DAY).taxes.len();
    assert_eq!((port(2_400), port(2_401)), (0, 2));
    let beer = taxes(&law, Kind::of(Category::Beer), DAY);
    assert_eq!((beer.taxes.len(), beer.no_sales_tax), (0, None));
}

#[test]
fn a_tax_of_absurd_size_is_bounded() {
    let law = law("us-wa");
    let lake = product(Category::Spirits, 4_000, u32::MAX, u16::MAX, Container::Glass);
    for tax in taxes(&law, (&lake).into(), DAY).taxes {
        assert!(tax.on(&lake, u32::MAX, i64::MAX) > 0);
        assert!(tax.on(&lake, 0, i64::MIN) <= 0);
    }
}

#[test]
fn what_an_id_reveals_is_kept_where_a_law_says_so_and_no_longer() {
    let kept = |key: &str| {
        let law = law(key);
        duties(&law, &[line(Category::Beer).kind], DAY)
    };
    let california = kept("us-ca");
    assert!(california.iter().all(|duty| !matches!(duty.what, What::Keep { .. })), "nothing of an ID");
    assert_eq!(california[0].what, What::Conduct(Conduct::LicenseeAnswers));

    let georgia = kept("us-ga")[0];
    let What::Keep { occasion, facts, .. } = georgia.what else { panic!("{georgia:?}") };
    assert_eq!((occasion, facts), (Occasion::HandOver, &[Fact::Name, Fact::DateOfBirth, Fact::Signature][..]));
    assert_eq!(georgia.what.gone_by(date(2027, 3, 10)), Some(date(2030, 3, 11)));
    assert_eq!(georgia.what.gone_by(date(2028, 2, 29)), Some(date(2031, 3, 1)));
    assert_eq!(georgia.what.gone_by(jiff::civil::Date::MAX), None);

    let virginia: Vec<What<'_>> = kept("us-va").into_iter().map(|duty| duty.what).collect();
    assert!(virginia.contains(&What::MonthlyReport { by_day: 15 }));
    assert_eq!(virginia[0].gone_by(date(2027, 3, 10)), Some(date(2029, 3, 11)));

    let pennsylvania = kept("us-pa")[0];
    assert_eq!(pennsylvania.what.gone_by(DAY), None, "the law sets no term");

    let wales: Vec<What<'_>> = kept("au-nsw").into_iter().map(|duty| duty.what).collect();
    assert!(wales.contains(&What::Conduct(Conduct::NoCourierPenalty)));
    assert!(kept("us-nj").iter().any(|duty| duty.what == What::Conduct(Conduct::ReturnToLicensee)));
    assert!(duties(&law("us-va"), &[Kind::of(Category::NonAlcoholic)], DAY).is_empty());
}

#[test]
fn alcohol_is_replaced_by_alcohol_only() {
    let (beer, wine, water) = (Kind::of(Category::Beer), Kind::of(Category::Wine), Kind::of(Category::NonAlcoholic));
    assert!(substitute(beer, wine).is_ok() && substitute(water, water).is_ok());
    assert_eq!(substitute(beer, water).unwrap_err().code, "substitute_not_allowed");
    assert_eq!(substitute(water, beer).unwrap_err().code, "substitute_not_allowed");
}
