//! Which taxes and deposits the law of a place asks of a basket.

use jiff::civil::Date;
use sipstr_compliance::{Base, Kind, Law, deposit, deposit_terms, tax_named, taxes};
use sipstr_domain::catalog::{Listing, Product};
use sipstr_domain::pricing::{FeeKind, TaxMeasure, TaxTerm};
use sipstr_domain::store::Store;

use crate::book::TaxBook;
use crate::file::{Measure, Once, RoundTo, Rounding, TaxRule};

/// A tax that holds on the day of the bill.
#[derive(Debug, Clone)]
pub struct Tax {
    pub term: TaxTerm,
    pub name: String,
    /// Places of the taxes whose amounts it falls on too.
    pub on_taxes: Vec<usize>,
    pub fees: Vec<FeeKind>,
    pub rounding: Rounding,
}

/// The container deposits of a basket, as the law of the place asks them.
#[derive(Debug, Clone)]
pub struct Deposits {
    /// In the order of the lines, on one of what a line sells; in minor units.
    pub each: Vec<i64>,
    pub rule: String,
    pub citation: String,
    /// Whether general taxes fall on the deposit too.
    pub taxable: bool,
}

/// What is asked of a basket.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    pub taxes: Vec<Tax>,
    /// In the order of the lines, the places of the taxes that each bears.
    pub bears: Vec<Vec<usize>>,
    /// `None` where no law asks for deposits.
    pub deposits: Option<Deposits>,
}

/// Reads book and law. Where no rules of alcohol are known there are neither deposits nor taxes on drinks as such, and the
/// gate refuses alcohol.
pub fn assess(book: &TaxBook, law: Option<&Law<'_>>, store: &Store, lines: &[(Listing, u32)], on: Date) -> Assessment {
    let rules: Vec<&TaxRule> = book.of_place(&store.jurisdiction).map_or_else(Vec::new, |file| {
        file.taxes.iter().filter(|rule| rule.holds_on(on) && !is_nothing(rule, store)).collect()
    });
    let mut all: Vec<Tax> = rules.iter().map(|rule| general(rule, &rules, store)).collect();
    let mut bears = Vec::with_capacity(lines.len());
    for (listing, _) in lines {
        let product = &listing.product;
        let special = law.map(|law| taxes(law, Kind::from(product), on));
        let spared = special.as_ref().is_some_and(|special| special.no_sales_tax.is_some());
        let falls_on = |rule: &TaxRule| rule.categories.is_empty() || rule.categories.contains(&product.category);
        let mut of_line: Vec<usize> = (0..rules.len()).filter(|place| !spared && falls_on(rules[*place])).collect();
        for tax in special.iter().flat_map(|special| &special.taxes) {
            let known = all.iter().position(|known| known.term.id == tax.rule);
            of_line.push(known.unwrap_or_else(|| {
                all.push(of_drink(tax.rule, tax.base));
                all.len() - 1
            }));
        }
        bears.push(of_line);
    }
    Assessment { taxes: all, bears, deposits: law.and_then(|law| deposits(law, lines, on)) }
}

/// A store whose rate is nothing has no sales tax to tell of.
fn is_nothing(rule: &TaxRule, store: &Store) -> bool {
    rule.measure == Measure::StoreRate {} && store.sales_tax.0 == 0
}

fn general(rule: &TaxRule, among: &[&TaxRule], store: &Store) -> Tax {
    let measure = match rule.measure {
        Measure::Rate(rate) => TaxMeasure::Rate(rate),
        Measure::StoreRate {} => TaxMeasure::Rate(store.sales_tax),
        Measure::PerLitre(hundredths) => TaxMeasure::PerLitre(hundredths),
        Measure::PerLitreOfAlcohol(hundredths) => TaxMeasure::PerLitreOfAlcohol(hundredths),
    };
    Tax {
        term: TaxTerm { id: rule.id.clone(), measure, included: rule.included },
        name: rule.name.clone(),
        on_taxes: (0..among.len()).filter(|place| rule.on_taxes.contains(&among[*place].id)).collect(),
        fees: rule.fees.clone(),
        rounding: rule.rounding,
    }
}

/// A tax of the rules of alcohol: on the drink, whatever else is taxed.
fn of_drink(rule: &str, base: Base) -> Tax {
    let measure = match base {
        Base::Price(rate) => TaxMeasure::Rate(rate),
        Base::Litre { hundredths } => TaxMeasure::PerLitre(hundredths),
    };
    Tax {
        term: TaxTerm { id: rule.to_owned(), measure, included: false },
        name: name_of(rule),
        on_taxes: Vec::new(),
        fees: Vec::new(),
        rounding: Rounding { to: RoundTo::Nearest, once: Once::Bill },
    }
}

/// `us-wa.spirits_sales_tax` reads “Spirits sales tax”.
fn name_of(rule: &str) -> String {
    let words = rule.rsplit('.').next().unwrap_or(rule).replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Name and law of a tax that an order bore on a day; the id alone where neither book knows it any more.
pub fn words(id: &str, on: Date) -> (String, String) {
    if let Some(rule) = TaxBook::builtin().named(id, on) {
        return (rule.name.clone(), rule.citation.clone());
    }
    let law =
        id.split_once('.').and_then(|(place, _)| Law::on(sipstr_compliance::Book::builtin(), place, None, on).ok());
    let citation = law.and_then(|law| tax_named(&law, id, on).map(str::to_owned));
    (name_of(id), citation.unwrap_or_default())
}

fn deposits(law: &Law<'_>, lines: &[(Listing, u32)], on: Date) -> Option<Deposits> {
    let terms = deposit_terms(law, on)?;
    let on_one = |product: &Product| deposit(law, product, on).map_or(0, |deposit| deposit.amount);
    Some(Deposits {
        each: lines.iter().map(|(listing, _)| on_one(&listing.product)).collect(),
        rule: terms.rule.to_owned(),
        citation: terms.citation.to_owned(),
        taxable: terms.taxable,
    })
}
