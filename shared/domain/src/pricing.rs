//! The quote: what a cart costs at this store, now, and why.
//!
//! lines − discounts + deposits + taxes + delivery fee + tip = total, to the unit, always: every amount that is split is
//! split by largest remainder.

use serde::{Deserialize, Serialize};

use crate::ProductId;
use crate::catalog::{Category, Listing};
use crate::money::{Currency, Money, apportion};
use crate::promotion::{Benefit, Promotion};
use crate::store::Store;

/// The container deposits of a basket, as the law of the place asks them.
#[derive(Debug, Clone)]
pub struct Deposits<'a> {
    /// In the order of the lines, on one of what a line sells; in minor units.
    pub each: Vec<i64>,
    pub rule: &'a str,
    pub citation: &'a str,
    /// Whether sales tax falls on the deposit too.
    pub taxable: bool,
}

/// What is priced.
#[derive(Debug)]
pub struct Basket<'a> {
    pub store: &'a Store,
    /// `None` where no law asks for deposits.
    pub deposits: Option<Deposits<'a>>,
    pub lines: &'a [(Listing, u32)],
    /// A promotion that was checked and applies.
    pub promotion: Option<&'a Promotion>,
    pub tip: i64,
}

impl Basket<'_> {
    fn taxes_deposits(&self) -> bool {
        self.deposits.as_ref().is_some_and(|deposits| deposits.taxable)
    }
}

/// A priced line. Amounts are minor units of the quote's currency and stand for the whole quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    pub product_id: ProductId,
    pub name: String,
    pub category: Category,
    pub quantity: u32,
    pub unit_price: i64,
    /// `unitPrice × quantity`.
    pub goods: i64,
    /// This line's part of the discount; never negative.
    pub discount: i64,
    pub deposit: i64,
    pub tax: i64,
    /// `goods − discount + deposit + tax`.
    pub total: i64,
}

/// One row of the bill, with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    pub kind: ChargeKind,
    pub amount: i64,
    pub explanation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    Goods,
    Discount,
    Deposit,
    Tax,
    DeliveryFee,
    Tip,
}

/// A whole price. Amounts are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    pub currency: Currency,
    pub lines: Vec<PricedLine>,
    /// The bill row by row; the rows sum to the total.
    pub charges: Vec<Charge>,
    pub goods: i64,
    pub discount: i64,
    pub deposit: i64,
    pub tax: i64,
    pub delivery_fee: i64,
    pub tip: i64,
    pub total: i64,
}

impl Price {
    pub fn money(&self) -> Money {
        Money::new(self.total, self.currency)
    }
}

/// Prices a basket.
pub fn price(basket: &Basket<'_>) -> Price {
    let currency = basket.store.currency;
    let goods: Vec<i64> = basket.lines.iter().map(|(listing, n)| listing.price.amount * i64::from(*n)).collect();
    let goods_sum: i64 = goods.iter().sum();
    let on_one = |line: usize| basket.deposits.as_ref().and_then(|deposits| deposits.each.get(line)).copied();
    let deposits: Vec<i64> =
        basket.lines.iter().enumerate().map(|(i, (_, n))| on_one(i).unwrap_or(0) * i64::from(*n)).collect();
    let fee = basket.store.delivery.fee;

    let (items_off, delivery_off) = match basket.promotion.map(|promotion| &promotion.benefit) {
        Some(Benefit::PercentOffItems { rate }) => (rate.of(goods_sum).clamp(0, goods_sum), 0),
        Some(Benefit::AmountOffItems { amount }) => ((*amount).clamp(0, goods_sum), 0),
        Some(Benefit::FreeDelivery) => (0, fee),
        None => (0, 0),
    };
    let discounts = apportion(items_off, &goods);

    let taxed_deposit = |deposit: i64| if basket.taxes_deposits() { deposit } else { 0 };
    let taxable: Vec<i64> = (0..goods.len()).map(|i| goods[i] - discounts[i] + taxed_deposit(deposits[i])).collect();
    // The tax is rounded once on the whole bill, as a till does, and then split over the lines.
    let tax = basket.store.sales_tax.of(taxable.iter().sum());
    let taxes = apportion(tax, &taxable);

    let lines: Vec<PricedLine> = basket
        .lines
        .iter()
        .enumerate()
        .map(|(i, (listing, quantity))| PricedLine {
            product_id: listing.product.id.clone(),
            name: listing.product.name.clone(),
            category: listing.product.category,
            quantity: *quantity,
            unit_price: listing.price.amount,
            goods: goods[i],
            discount: discounts[i],
            deposit: deposits[i],
            tax: taxes[i],
            total: goods[i] - discounts[i] + deposits[i] + taxes[i],
        })
        .collect();

    let deposit: i64 = deposits.iter().sum();
    let discount = items_off + delivery_off;
    let charges = bill(basket, currency, goods_sum, discount, deposit, tax);
    let total = goods_sum - discount + deposit + tax + fee + basket.tip;
    Price {
        currency,
        lines,
        charges,
        goods: goods_sum,
        discount,
        deposit,
        tax,
        delivery_fee: fee,
        tip: basket.tip,
        total,
    }
}

fn bill(basket: &Basket<'_>, currency: Currency, goods: i64, discount: i64, deposit: i64, tax: i64) -> Vec<Charge> {
    let units: u32 = basket.lines.iter().map(|(_, quantity)| quantity).sum();
    let row = |kind, amount, explanation| Charge { kind, amount, explanation };
    let mut rows = vec![row(ChargeKind::Goods, goods, format!("{units} items at the prices of {}", basket.store.name))];
    if let Some(promotion) = basket.promotion {
        rows.push(row(ChargeKind::Discount, -discount, format!("{}: {}", promotion.code.as_str(), promotion.title)));
    }
    if let Some(law) = basket.deposits.as_ref().filter(|_| deposit != 0) {
        rows.push(row(ChargeKind::Deposit, deposit, format!("container deposit ({}: {})", law.rule, law.citation)));
    }
    let base = if basket.taxes_deposits() { "goods less discount, and their deposit" } else { "goods less discount" };
    rows.push(row(ChargeKind::Tax, tax, format!("sales tax of {} on {base}", basket.store.sales_tax)));
    let fee = Money::new(basket.store.delivery.fee, currency);
    rows.push(row(ChargeKind::DeliveryFee, fee.amount, format!("delivery within the store's area: {fee}")));
    if basket.tip != 0 {
        rows.push(row(ChargeKind::Tip, basket.tip, "tip: all of it goes to the courier".to_owned()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Container, Product};
    use crate::geo::Point;
    use crate::money::Rate;
    use crate::promotion::PromoCode;
    use crate::store::{DeliveryTerms, Licence};
    use crate::{Currency, StoreId};
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn store(fee: i64) -> Store {
        Store {
            id: StoreId::new(),
            name: "Corner Bottles".into(),
            address: "1 Market St".into(),
            location: Point::new(37.79, -122.40).unwrap(),
            time_zone: "America/Los_Angeles".into(),
            jurisdiction: "us-ca".into(),
            sales_tax: Rate(86_250),
            currency: Currency::Usd,
            licence: Licence {
                number: "21-1".into(),
                classes: vec![],
                categories: vec![],
                expires_on: date(2030, 1, 1),
            },
            hours: vec![],
            paused: false,
            delivery: DeliveryTerms { radius_metres: 5_000, fee, minimum_basket: 0 },
            preparation_minutes: 15,
        }
    }

    fn listing(store: &Store, price: i64, volume_ml: u32, pack: u16) -> Listing {
        Listing {
            store_id: store.id.clone(),
            price: Money::new(price, Currency::Usd),
            product: Product {
                id: ProductId::new(),
                name: "Pale Ale".into(),
                maker: "Brewery".into(),
                category: Category::Beer,
                style: "Pale Ale".into(),
                abv_basis_points: 500,
                volume_ml,
                pack,
                container: Container::Can,
                country: None,
                region: None,
                description: String::new(),
            },
        }
    }

    fn promotion(benefit: Benefit) -> Promotion {
        Promotion {
            code: PromoCode::try_from("WELCOME10".to_owned()).unwrap(),
            title: "10 % off".into(),
            benefit,
            minimum_basket: 0,
            store_id: None,
            starts_at: Timestamp::UNIX_EPOCH,
            ends_at: Timestamp::MAX,
            limit: 1,
            used: 0,
            once_per_customer: false,
        }
    }

    fn deposits(each: Vec<i64>, taxable: bool) -> Deposits<'static> {
        Deposits { each, rule: "us-ca.crv", citation: "Public Resources Code § 14560", taxable }
    }

    fn any_benefit() -> impl Strategy<Value = Option<Benefit>> {
        prop_oneof![
            Just(None),
            (0_u32..1_000_000).prop_map(|r| Some(Benefit::PercentOffItems { rate: Rate(r) })),
            (0_i64..100_000).prop_map(|amount| Some(Benefit::AmountOffItems { amount })),
            Just(Some(Benefit::FreeDelivery)),
        ]
    }

    proptest! {
        #[test]
        fn lines_and_charges_sum_to_the_total(
            lines in prop::collection::vec((1_i64..50_000, 50_u32..3_000, 1_u16..24, 1_u32..99), 1..40),
            benefit in any_benefit(), fee in 0_i64..2_000, tip in 0_i64..10_000, taxable in any::<bool>(),
        ) {
            let store = store(fee);
            let lines: Vec<_> = lines.into_iter().map(|(p, ml, pack, n)| (listing(&store, p, ml, pack), n)).collect();
            let promotion = benefit.map(promotion);
            let deposits = Some(deposits(lines.iter().map(|_| 5).collect(), taxable));
            let price = price(&Basket { store: &store, deposits, lines: &lines, promotion: promotion.as_ref(), tip });

            prop_assert_eq!(price.charges.iter().map(|c| c.amount).sum::<i64>(), price.total);
            let of_lines: i64 = price.lines.iter().map(|l| l.total).sum();
            let delivery_discount = price.discount - price.lines.iter().map(|l| l.discount).sum::<i64>();
            prop_assert_eq!(of_lines + fee - delivery_discount + tip, price.total);
            for line in &price.lines {
                prop_assert!(line.discount >= 0 && line.discount <= line.goods && line.tax >= 0 && line.deposit >= 0);
                prop_assert_eq!(line.total, line.goods - line.discount + line.deposit + line.tax);
            }
            prop_assert!(price.total >= tip);
        }
    }

    #[test]
    fn a_known_bill() {
        let store = store(499);
        let lines = [(listing(&store, 1_299, 355, 6), 2)];
        let ten_off = promotion(Benefit::PercentOffItems { rate: Rate::percent(10) });
        let basket = |deposits| Basket { store: &store, deposits, lines: &lines, promotion: Some(&ten_off), tip: 300 };
        let price = |deposits| price(&basket(deposits));
        let without = price(None);
        assert_eq!((without.deposit, without.tax), (0, 202)); // 8.625 % of 23.38
        let price = price(Some(deposits(vec![30], true)));
        assert_eq!((price.goods, price.discount, price.deposit), (2_598, 260, 60));
        assert_eq!(price.tax, 207); // 8.625 % of 23.98
        assert_eq!(price.total, 2_598 - 260 + 60 + 207 + 499 + 300);
    }
}
