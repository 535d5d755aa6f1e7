use jiff::civil::Date;
use sipstr_compliance::{Law, deposit, deposit_terms};
use sipstr_domain::catalog::Listing;
use sipstr_domain::pricing::Deposits;

/// The deposits of the lines under one law; `None` where it asks for none.
pub(crate) fn of<'b>(law: &Law<'b>, lines: &[(Listing, u32)], on: Date) -> Option<Deposits<'b>> {
    let terms = deposit_terms(law, on)?;
    let on_one = |(listing, _): &(Listing, u32)| deposit(law, &listing.product, on).map_or(0, |deposit| deposit.amount);
    let each = lines.iter().map(on_one).collect();
    Some(Deposits { each, rule: terms.rule, citation: terms.citation, taxable: terms.taxable })
}
