//! What the lines of a cart stand for: a product is itself, a kit is its parts.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sipstr_compliance::{Kind, Law, Offer};
use sipstr_domain::cart::CartLine;
use sipstr_domain::catalog::Listing;
use sipstr_domain::stock::Plan;
use sipstr_domain::store::Store;
use sipstr_domain::{Money, ProductId};
use sipstr_pricing::{Reduction, spread};
use sipstr_storage::checkout::Facts;

use crate::Obstacle;

/// What is bought: each product once, at what is asked for it at the moment.
#[derive(Debug, Default)]
pub(crate) struct Goods {
    pub lines: Vec<(Listing, u32)>,
    /// The kits among it, whose parts stand in the lines.
    kits: Vec<Kit>,
}

#[derive(Debug)]
struct Kit {
    listing: Listing,
    quantity: u32,
    /// So many of each product in one of it.
    parts: Vec<(Listing, u32)>,
}

impl Kit {
    /// What the parts of one of it cost by themselves.
    fn apart(&self) -> i64 {
        self.parts.iter().map(|(part, each)| part.price.amount.saturating_mul(i64::from(*each))).sum()
    }

    /// What one of it costs: never more than its parts.
    fn price(&self) -> i64 {
        self.listing.price.amount.min(self.apart())
    }
}

impl Goods {
    /// What the store sells of these lines at this moment; the others become obstacles. A kit of which a part is not sold is not
    /// sold either, nor is one that has come to be made of another kit.
    pub fn of(wanted: &[CartLine], facts: &Facts, now: Timestamp, obstacles: &mut Vec<Obstacle>) -> Self {
        let mut goods = Self::default();
        for line in wanted {
            let listing = facts.listings.get(&line.product_id).map(|listing| listing.clone().priced_at(now));
            match listing {
                Some(listing) if !listing.product.is_kit() => goods.put(listing, line.quantity),
                Some(listing) => match parts_of(&listing, facts, now) {
                    Some(parts) => goods.put_kit(Kit { listing, quantity: line.quantity, parts }),
                    None => obstacles.push(Obstacle::unavailable(&line.product_id)),
                },
                None => obstacles.push(Obstacle::unavailable(&line.product_id)),
            }
        }
        goods
    }

    fn put(&mut self, listing: Listing, quantity: u32) {
        match self.lines.iter_mut().find(|(there, _)| there.product.id == listing.product.id) {
            Some((_, there)) => *there = there.saturating_add(quantity),
            None => self.lines.push((listing, quantity)),
        }
    }

    fn put_kit(&mut self, kit: Kit) {
        for (part, each) in &kit.parts {
            self.put(part.clone(), each.saturating_mul(kit.quantity));
        }
        self.kits.push(kit);
    }

    fn kit(&self, product: &ProductId) -> Option<&Kit> {
        self.kits.iter().find(|kit| kit.listing.product.id == *product)
    }

    /// The price of one of a line, if it is sold.
    pub fn price_of(&self, product: &ProductId) -> Option<i64> {
        let line = || self.lines.iter().find(|(listing, _)| listing.product.id == *product);
        self.kit(product).map(Kit::price).or_else(|| line().map(|(listing, _)| listing.price.amount))
    }

    /// So many of each product in one of a line.
    fn stands_for(&self, product: &ProductId) -> Vec<(&ProductId, u32)> {
        match self.kit(product) {
            Some(kit) => kit.parts.iter().map(|(part, each)| (&part.product.id, *each)).collect(),
            None => self
                .lines
                .iter()
                .map(|(listing, _)| (&listing.product.id, 1))
                .filter(|(id, _)| *id == product)
                .collect(),
        }
    }

    /// Whether a line is, or holds, a product.
    pub fn holds(&self, line: &ProductId, product: &ProductId) -> bool {
        self.stands_for(line).iter().any(|(id, _)| *id == product)
    }

    /// What kits cost less than their parts, over the lines; one for each kit that does.
    pub fn savings(&self) -> Vec<Reduction> {
        let saving = |kit: &Kit| {
            let units = i64::from(kit.quantity);
            let of_line = |(listing, _): &(Listing, u32)| {
                let part = kit.parts.iter().find(|(part, _)| part.product.id == listing.product.id);
                part.map_or(0, |(part, each)| part.price.amount.saturating_mul(i64::from(*each)).saturating_mul(units))
            };
            let over: Vec<i64> = self.lines.iter().map(of_line).collect();
            let off = (kit.apart() - kit.price()).saturating_mul(units);
            let each = Money::new(kit.price(), kit.listing.price.currency);
            (off > 0).then(|| spread(format!("{}: {} at {each}", kit.listing.product.name, kit.quantity), off, &over))
        };
        self.kits.iter().filter_map(saving).collect()
    }

    /// Where the law lets no drink be cheaper for being bought with others, a kit that is cheaper than its parts is not sold.
    pub fn unlawful(&self, law: Option<&Law<'_>>, store: &Store, on: Date) -> Vec<Obstacle> {
        let Some(law) = law else { return Vec::new() };
        let offer = Offer { by_code: false, off_goods: true, by_quantity: true };
        let judged = |kit: &Kit| {
            let kinds: Vec<Kind> = kit.parts.iter().map(|(part, _)| Kind::from(&part.product)).collect();
            let refused = offer.lawful(law, store, &kinds, on).err()?;
            Some(Obstacle { product_id: Some(kit.listing.product.id.clone()), ..Obstacle::refused(&refused) })
        };
        self.kits.iter().filter(|kit| kit.price() < kit.apart()).filter_map(judged).collect()
    }

    /// Which lines hold more of a product than the store lets one order have.
    pub fn capped(&self, wanted: &[CartLine], facts: &Facts) -> Vec<Obstacle> {
        let over = |(listing, quantity): &(Listing, u32)| {
            let most = facts.shelves.get(&listing.product.id)?.caps().per_order?;
            (*quantity > most).then(|| (listing.product.id.clone(), most))
        };
        let mut obstacles = Vec::new();
        for (product, most) in self.lines.iter().filter_map(over) {
            let holding = wanted.iter().filter(|line| self.holds(&line.product_id, &product));
            obstacles.extend(holding.map(|line| Obstacle::too_many(&line.product_id, most)));
        }
        obstacles
    }

    /// Which lines hold more of a product than the customer may still have today.
    pub fn capped_today(&self, wanted: &[CartLine], facts: &Facts) -> Vec<Obstacle> {
        let left = self.lines.iter().filter_map(|line| left_today(line, facts)).collect();
        self.unserved(wanted, left).into_iter().map(|(line, left)| Obstacle::too_many_today(line, left)).collect()
    }

    /// Which lines there is too little for. Says "sold out" only from shelves that were seen whole; the others are looked at when
    /// the order is placed.
    pub fn short(&self, wanted: &[CartLine], facts: &Facts) -> Vec<Obstacle> {
        let left = self.lines.iter().filter_map(|line| left_of(line, facts)).collect();
        self.unserved(wanted, left).into_iter().map(|(line, left)| Obstacle::out_of_stock(line, left)).collect()
    }

    /// Which lines cannot be served whole where of some products only so many are left, and how many of each line can. Lines that
    /// want the same product are served in their order.
    fn unserved<'w>(&self, wanted: &'w [CartLine], mut left: HashMap<&ProductId, u32>) -> Vec<(&'w ProductId, u32)> {
        let mut unserved = Vec::new();
        for line in wanted {
            let parts = self.stands_for(&line.product_id);
            let serves = parts.iter().filter_map(|(id, each)| Some(left.get(id)? / (*each).max(1))).min();
            let Some(serves) = serves else { continue };
            if serves < line.quantity {
                unserved.push((&line.product_id, serves));
            }
            for (id, each) in parts {
                if let Some(left) = left.get_mut(id) {
                    *left -= serves.min(line.quantity) * each;
                }
            }
        }
        unserved
    }
}

/// What is left of a product, where it is less than wanted.
fn left_of<'a>((listing, quantity): &'a (Listing, u32), facts: &Facts) -> Option<(&'a ProductId, u32)> {
    let product = &listing.product.id;
    let Some(seen) = facts.shelves.get(product) else { return Some((product, 0)) };
    match seen.plan(*quantity, 0) {
        Plan::OutOfStock { left } => Some((product, left)),
        Plan::LookAt(_) | Plan::Take(_) => None,
    }
}

/// What of a product the customer may still have today, where it is less than wanted. Where it is not known who asks, nobody has
/// ordered anything yet.
fn left_today<'a>((listing, quantity): &'a (Listing, u32), facts: &Facts) -> Option<(&'a ProductId, u32)> {
    let product = &listing.product.id;
    let most = facts.shelves.get(product)?.caps().per_day?;
    let left = most.saturating_sub(facts.taken.get(product).copied().unwrap_or(0));
    (left < *quantity).then_some((product, left))
}

/// The parts of a kit as the store sells them.
fn parts_of(kit: &Listing, facts: &Facts, now: Timestamp) -> Option<Vec<(Listing, u32)>> {
    let part = |part: &sipstr_domain::catalog::Part| {
        let listing = facts.listings.get(&part.id).filter(|listing| !listing.product.is_kit())?;
        Some((listing.clone().priced_at(now), part.quantity))
    };
    kit.product.catalogued.parts.iter().map(part).collect()
}
