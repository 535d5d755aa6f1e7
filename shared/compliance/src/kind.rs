//! What is sold, as the law tells it apart.

use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::{Category, Container, Product};

/// Above this strength a drink is alcohol, whatever its label says (hundredths of a per cent).
const ALCOHOL_ABOVE: u16 = 50;

/// Category and strength; the strength is `None` where nobody knows it, and then every rule about strength concerns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kind {
    pub category: Category,
    pub abv_basis_points: Option<u16>,
}

impl Kind {
    pub const fn of(category: Category) -> Self {
        Self { category, abv_basis_points: None }
    }

    pub fn is_alcohol(self) -> bool {
        self.category != Category::NonAlcoholic || self.abv_basis_points.is_some_and(|abv| abv > ALCOHOL_ABOVE)
    }
}

impl From<&Product> for Kind {
    fn from(product: &Product) -> Self {
        Self { category: product.category, abv_basis_points: Some(product.abv_basis_points) }
    }
}

/// A line of an order. Amounts are minor units of the store's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub kind: Kind,
    /// Of one container.
    pub volume_ml: u32,
    /// Containers in what is sold as one.
    pub pack: u16,
    pub container: Container,
    pub quantity: u32,
    /// What the customer is asked for one.
    pub unit_price: i64,
    /// What a promotion takes off the whole line.
    pub discount: i64,
    /// What the store asks for one at its counter; `None` where there is one price, the store's.
    pub store_price: Option<i64>,
    /// What the store paid for one; `None` where it keeps that to itself.
    pub invoice_price: Option<i64>,
}

impl Line {
    pub fn new(product: &Product, quantity: u32, unit_price: i64, discount: i64) -> Self {
        Self {
            kind: product.into(),
            volume_ml: product.volume_ml,
            pack: product.pack,
            container: product.container,
            quantity,
            unit_price,
            discount,
            store_price: None,
            invoice_price: None,
        }
    }

    pub(crate) fn containers(&self) -> u64 {
        u64::from(self.pack) * u64::from(self.quantity)
    }

    pub(crate) fn millilitres(&self) -> u64 {
        u64::from(self.volume_ml).saturating_mul(self.containers())
    }

    /// In hundredths, rounded down on each container: twelve ounces are sold as 355 ml, and sixteen of them are 192.
    pub(crate) fn centi_fluid_ounces(&self) -> u64 {
        centi_fluid_ounces(self.volume_ml).saturating_mul(self.containers())
    }
}

/// As in `Product::centi_fluid_ounces`: 1 fl oz = 29.57353 ml (NIST Handbook 44, appendix C).
pub(crate) fn centi_fluid_ounces(volume_ml: u32) -> u64 {
    u64::from(volume_ml) * 10_000_000 / 2_957_353
}

/// A description of drinks in a rule file. What is left out does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drinks {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Hundredths of a per cent, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abv_above: Option<u16>,
    /// Hundredths of a per cent, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abv_up_to: Option<u16>,
}

impl Drinks {
    pub fn include(&self, kind: Kind) -> bool {
        let strong_enough = |abv| self.abv_above.is_none_or(|above| abv > above);
        let weak_enough = |abv| self.abv_up_to.is_none_or(|most| abv <= most);
        (self.categories.is_empty() || self.categories.contains(&kind.category))
            && kind.abv_basis_points.is_none_or(|abv| strong_enough(abv) && weak_enough(abv))
    }

    /// Whether some drink is described by both.
    pub(crate) fn overlap(&self, other: &Self) -> bool {
        let categories = self.categories.is_empty()
            || other.categories.is_empty()
            || self.categories.iter().any(|category| other.categories.contains(category));
        let above = self.abv_above.max(other.abv_above);
        let up_to = [self.abv_up_to, other.abv_up_to].into_iter().flatten().min();
        categories && above.zip(up_to).is_none_or(|(above, up_to)| above < up_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_wine_is_told_from_table_wine() {
        let strong = Drinks { categories: vec![Category::Wine], abv_above: Some(2_400), abv_up_to: None };
        let wine = |abv| Kind { category: Category::Wine, abv_basis_points: abv };
        assert!(!strong.include(wine(Some(2_400))));
        assert!(strong.include(wine(Some(2_401))));
        assert!(strong.include(wine(None)), "what nobody knows is judged by the stricter reading");
        assert!(!strong.include(Kind { category: Category::Beer, abv_basis_points: Some(3_000) }));
    }

    #[test]
    fn a_label_does_not_make_a_drink_free_of_alcohol() {
        let labelled = |abv| Kind { category: Category::NonAlcoholic, abv_basis_points: abv }.is_alcohol();
        assert!(!labelled(None) && !labelled(Some(50)) && labelled(Some(51)));
        assert!(Kind { category: Category::Beer, abv_basis_points: Some(0) }.is_alcohol());
    }

    #[test]
    fn descriptions_that_share_a_drink_overlap() {
        let of = |categories: &[Category], abv_above, abv_up_to| Drinks {
            categories: categories.to_vec(),
            abv_above,
            abv_up_to,
        };
        assert!(of(&[], None, None).overlap(&of(&[Category::Beer], Some(100), None)));
        assert!(!of(&[Category::Wine], None, None).overlap(&of(&[Category::Beer], None, None)));
        assert!(!of(&[], None, Some(1_400)).overlap(&of(&[], Some(1_400), None)));
    }
}
