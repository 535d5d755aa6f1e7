//! Kits: several products that are sold together, at a price of their own.
//!
//! A kit has no stock. Whoever orders one orders its parts: these are taken from the shelves, taxed, counted by the law and paid
//! back, each as what it is, and what the kit costs less than they do is taken off them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::ProductId;

/// Different products in one kit.
pub const MOST_PARTS: usize = 12;
/// Of one of them.
pub const MOST_OF_A_PART: u32 = 24;

/// So many of a product in a kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Part {
    pub id: ProductId,
    #[schema(minimum = 1, maximum = 24)]
    pub quantity: u32,
}

/// What is wrong with the parts of a kit; no parts are no kit, and right.
pub(super) fn check(parts: &[Part], faults: &mut Vec<Fault>) {
    let distinct: BTreeSet<&ProductId> = parts.iter().map(|part| &part.id).collect();
    if distinct.len() < parts.len() {
        faults.push(Fault::new("/parts", "names a product twice"));
    }
    if parts.len() > MOST_PARTS {
        faults.push(Fault::new("/parts", "has too many parts"));
    }
    if let Some(place) = parts.iter().position(|part| !(1..=MOST_OF_A_PART).contains(&part.quantity)) {
        faults.push(Fault::new(format!("/parts/{place}/quantity"), "must be 1 to 24"));
    }
    if let [Part { quantity: 1, .. }] = parts {
        faults.push(Fault::new("/parts", "one of one product is that product"));
    }
}

/// How many kits can be made of what there is of each part.
pub fn makes(parts: &[Part], available: impl Fn(&ProductId) -> u32) -> u32 {
    parts.iter().map(|part| available(&part.id) / part.quantity.max(1)).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(name: &str, quantity: u32) -> Part {
        Part { id: ProductId::derive(&[name]), quantity }
    }

    fn faults(parts: &[Part]) -> Vec<String> {
        let mut faults = Vec::new();
        check(parts, &mut faults);
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_kit_names_each_of_its_parts_once_and_not_too_many() {
        assert!(faults(&[]).is_empty());
        assert!(faults(&[part("ale", 2)]).is_empty());
        assert!(faults(&[part("ale", 1), part("wine", 1)]).is_empty());
        assert_eq!(faults(&[part("ale", 1)]), ["/parts"]);
        assert_eq!(faults(&[part("ale", 1), part("ale", 2)]), ["/parts"]);
        assert_eq!(faults(&[part("ale", 1), part("wine", 0)]), ["/parts/1/quantity"]);
        assert_eq!(faults(&[part("ale", 25)]), ["/parts/0/quantity"]);
        let many: Vec<Part> = (0..13).map(|number| part(&number.to_string(), 1)).collect();
        assert_eq!(faults(&many), ["/parts"]);
    }

    proptest! {
        #[test]
        fn so_many_kits_can_be_made_and_not_one_more(stock in prop::collection::vec((0_u32..200, 1_u32..=24), 1..12)) {
            let parts: Vec<Part> = (0..stock.len()).map(|place| part(&place.to_string(), stock[place].1)).collect();
            let left = |id: &ProductId| parts.iter().position(|part| part.id == *id).map_or(0, |place| stock[place].0);
            let kits = makes(&parts, left);
            prop_assert!(stock.iter().all(|(left, each)| kits * each <= *left));
            prop_assert!(stock.iter().any(|(left, each)| (kits + 1) * each > *left));
        }
    }
}
