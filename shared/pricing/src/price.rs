//! From a basket and what is asked of it to a price.

use sipstr_domain::catalog::Listing;
use sipstr_domain::money::{Money, apportion};
use sipstr_domain::pricing::{Charge, ChargeKind, FeeKind, Price, PricedFee, PricedLine, TaxMeasure, TaxShare, added};
use sipstr_domain::store::Store;

use crate::assess::{Assessment, Tax};
use crate::reckon::{Bearer, shares};

/// What a promotion takes off, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduction {
    /// Said on the bill.
    pub label: String,
    /// In the order of the lines.
    pub lines: Vec<i64>,
    pub delivery: i64,
}

impl Reduction {
    pub fn total(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.delivery
    }
}

/// What is priced.
#[derive(Debug)]
pub struct Basket<'a> {
    pub store: &'a Store,
    pub lines: &'a [(Listing, u32)],
    pub assessment: &'a Assessment,
    /// Together at most what they take from.
    pub reductions: &'a [Reduction],
    pub tip: i64,
}

/// Prices a basket.
pub fn price(basket: &Basket<'_>) -> Price {
    let Assessment { taxes, bears, deposits } = basket.assessment;
    let mut lines: Vec<PricedLine> =
        basket.lines.iter().enumerate().map(|(i, (listing, n))| line(basket, i, listing, *n)).collect();
    let goods: i64 = lines.iter().map(|line| line.goods).sum();
    let mut fees = fees(basket, goods);
    let taxable = deposits.as_ref().is_some_and(|deposits| deposits.taxable);
    let of_line = |(i, line): (usize, &PricedLine)| {
        let product = &basket.lines[i].0.product;
        let millilitres = i64::from(product.volume_ml) * i64::from(product.pack) * i64::from(basket.lines[i].1);
        Bearer {
            amount: line.goods - line.discount + if taxable { line.deposit } else { 0 },
            millilitres,
            alcohol: millilitres * i64::from(product.abv_basis_points) / 10_000,
            bears: bears.get(i).cloned().unwrap_or_default(),
        }
    };
    let of_fee = |fee: &PricedFee| Bearer {
        amount: fee.amount - fee.discount,
        bears: (0..taxes.len()).filter(|place| taxes[*place].fees.contains(&fee.kind)).collect(),
        ..Bearer::default()
    };
    let bearers: Vec<Bearer> = lines.iter().enumerate().map(of_line).chain(fees.iter().map(of_fee)).collect();
    let (shares, taxes) = borne(taxes, shares(taxes, &bearers));
    let terms: Vec<_> = taxes.iter().map(|tax| tax.term.clone()).collect();
    let all: Vec<TaxShare> = shares.iter().flatten().copied().collect();
    for (i, shares) in shares.into_iter().enumerate() {
        let tax = added(&shares, &terms);
        if let Some(line) = lines.get_mut(i) {
            (line.tax, line.total, line.taxes) = (tax, line.total + tax, shares);
        } else {
            let fee = &mut fees[i - basket.lines.len()];
            (fee.tax, fee.total, fee.taxes) = (tax, fee.total + tax, shares);
        }
    }
    let tax = added(&all, &terms);
    let mut price = Price {
        currency: basket.store.currency,
        goods,
        discount: lines.iter().map(|line| line.discount).sum::<i64>()
            + fees.iter().map(|fee| fee.discount).sum::<i64>(),
        deposit: lines.iter().map(|line| line.deposit).sum(),
        tax,
        tax_included: all.iter().map(|share| share.amount).sum::<i64>() - tax,
        tip: basket.tip,
        total: lines.iter().map(|line| line.total).sum::<i64>()
            + fees.iter().map(|fee| fee.total).sum::<i64>()
            + basket.tip,
        lines,
        fees,
        terms,
        charges: Vec::new(),
    };
    price.charges = bill(basket, &price, &taxes, &all);
    price
}

/// A line before its taxes.
fn line(basket: &Basket<'_>, i: usize, listing: &Listing, quantity: u32) -> PricedLine {
    let units = i64::from(quantity);
    let goods = listing.price.amount.saturating_mul(units);
    let discount: i64 = basket.reductions.iter().filter_map(|reduction| reduction.lines.get(i)).sum();
    let each = basket.assessment.deposits.as_ref().and_then(|deposits| deposits.each.get(i)).copied();
    let deposit = each.unwrap_or(0) * units;
    let discount = discount.clamp(0, goods);
    PricedLine {
        product_id: listing.product.id.clone(),
        name: listing.product.name.clone(),
        category: listing.product.category,
        quantity,
        unit_price: listing.price.amount,
        goods,
        discount,
        deposit,
        tax: 0,
        total: goods - discount + deposit,
        taxes: Vec::new(),
    }
}

/// The fees before their taxes. Delivery is told even where it is free.
fn fees(basket: &Basket<'_>, goods: i64) -> Vec<PricedFee> {
    let terms = &basket.store.delivery;
    let off_delivery: i64 = basket.reductions.iter().map(|reduction| reduction.delivery).sum();
    let fee = |kind, amount: i64, off: i64| {
        let discount = off.clamp(0, amount);
        PricedFee { kind, amount, discount, tax: 0, total: amount - discount, taxes: Vec::new() }
    };
    let mut fees = vec![
        fee(FeeKind::Delivery, terms.fee, off_delivery),
        fee(FeeKind::Service, terms.service_fee_on(goods), 0),
        fee(FeeKind::SmallOrder, terms.small_order_fee_on(goods), 0),
    ];
    fees.retain(|fee| fee.kind == FeeKind::Delivery || fee.amount != 0);
    fees
}

/// Leaves out the taxes that nothing here bears.
fn borne(taxes: &[Tax], mut shares: Vec<Vec<TaxShare>>) -> (Vec<Vec<TaxShare>>, Vec<&Tax>) {
    for of_one in &mut shares {
        of_one.retain(|share| share.amount != 0 || share.base != 0);
    }
    let used: Vec<usize> = (0..taxes.len())
        .filter(|place| shares.iter().flatten().any(|share| usize::from(share.tax) == *place))
        .collect();
    for share in shares.iter_mut().flatten() {
        let place = used.iter().position(|place| *place == usize::from(share.tax)).unwrap_or_default();
        share.tax = u8::try_from(place).unwrap_or(u8::MAX);
    }
    (shares, used.iter().map(|place| &taxes[*place]).collect())
}

fn bill(basket: &Basket<'_>, price: &Price, taxes: &[&Tax], shares: &[TaxShare]) -> Vec<Charge> {
    let units: u32 = basket.lines.iter().map(|(_, quantity)| quantity).sum();
    let row = |kind, amount, explanation| Charge { kind, amount, explanation };
    let mut rows =
        vec![row(ChargeKind::Goods, price.goods, format!("{units} items at the prices of {}", basket.store.name))];
    for reduction in basket.reductions {
        rows.push(row(ChargeKind::Discount, -reduction.total(), reduction.label.clone()));
    }
    if let Some(law) = basket.assessment.deposits.as_ref().filter(|_| price.deposit != 0) {
        let words = format!("container deposit ({}: {})", law.rule, law.citation);
        rows.push(row(ChargeKind::Deposit, price.deposit, words));
    }
    for (place, tax) in taxes.iter().enumerate() {
        let of_tax = shares.iter().filter(|share| usize::from(share.tax) == place);
        let (base, amount) = of_tax.fold((0, 0), |(base, amount), share| (base + share.base, amount + share.amount));
        let words = explained(tax, base, Money::new(amount, price.currency));
        rows.push(row(ChargeKind::Tax, if tax.term.included { 0 } else { amount }, words));
    }
    for fee in &price.fees {
        let money = Money::new(fee.amount, price.currency);
        let (kind, words) = match fee.kind {
            FeeKind::Delivery => (ChargeKind::DeliveryFee, format!("delivery within the store's area: {money}")),
            FeeKind::Service => (ChargeKind::ServiceFee, format!("service: {money}")),
            FeeKind::SmallOrder => (ChargeKind::SmallOrderFee, format!("small order: {money}")),
        };
        rows.push(row(kind, fee.amount, words));
    }
    if basket.tip != 0 {
        rows.push(row(ChargeKind::Tip, basket.tip, "tip: all of it goes to the courier".to_owned()));
    }
    rows
}

/// A tax in words, such as “Sales tax: 8.625 % of 26.58 USD”.
fn explained(tax: &Tax, base: i64, amount: Money) -> String {
    let of = |hundredths: u32| format!("{}.{:02} minor units", hundredths / 100, hundredths % 100);
    let litres = || format!("{}.{:03} litres", base / 1_000, base % 1_000);
    let how = match tax.term.measure {
        TaxMeasure::Rate(rate) => format!("{rate} of {}", Money::new(base, amount.currency)),
        TaxMeasure::PerLitre(hundredths) => format!("{} a litre on {}", of(hundredths), litres()),
        TaxMeasure::PerLitreOfAlcohol(hundredths) => {
            format!("{} a litre of alcohol on {}", of(hundredths), litres())
        }
    };
    match tax.term.included {
        true => format!("{} within the prices: {how}, {amount}", tax.name),
        false => format!("{}: {how}", tax.name),
    }
}

/// A reduction of so much, split over amounts by their size.
pub fn spread(label: String, off: i64, over: &[i64]) -> Reduction {
    let whole: i64 = over.iter().sum();
    Reduction { label, lines: apportion(off.clamp(0, whole), over), delivery: 0 }
}
