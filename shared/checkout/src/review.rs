//! A cart as it is shown before anybody asks for a quote: each line at its present price, what there is of it, and what moved
//! since the customer last saw it. It comes from the same judgement of lines as the quote, so that the two do not differ.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sipstr_compliance::{Book, Law, Line as SaleLine, too_much};
use sipstr_domain::cart::{CartLine, LeftOut, LeftOutReason, Line};
use sipstr_domain::catalog::Listing;
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::store::Store;
use sipstr_domain::{Money, ProductId};
use sipstr_storage::checkout::Facts;

use crate::{Goods, Obstacle, today};

/// The lines of a cart now.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartGoods {
    pub items: Vec<ItemShown>,
    /// What the goods that the store sells cost, without discount, deposit, taxes and fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goods: Option<Money>,
    /// What moved since the customer last saw it, and what cannot be had as it is wanted. Prices are noted once: any change of
    /// the cart, or `acknowledge`, takes them as seen.
    pub notes: Vec<CartNote>,
}

/// A product in the cart.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemShown {
    pub product_id: ProductId,
    pub quantity: u32,
    /// Absent where the store does not sell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The price of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// Of all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    pub availability: ItemAvailability,
    /// The same in words, with the reason.
    #[schema(example = "only 3 left")]
    pub availability_detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemAvailability {
    Available,
    /// There are fewer than wanted.
    OnlyLeft,
    SoldOut,
    /// The store does not sell it.
    NotSold,
    /// There is more of it in the cart than one sale may be.
    Capped,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartNote {
    pub code: CartNoteCode,
    pub product_id: ProductId,
    #[schema(example = "the price of one rose from 12.99 USD to 13.49 USD")]
    pub detail: String,
    /// The price of one that was seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Money>,
    /// The price of one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Money>,
    /// How many are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// The rule of law that refuses so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CartNoteCode {
    PriceRose,
    PriceFell,
    OnlyLeft,
    SoldOut,
    NotSold,
    /// More than one sale may be under the law, together with what else is counted (`rule` says which), or than the store sells in
    /// one order or one day. What the customer ordered today counts in the quote.
    Cap,
}

/// Looks at each line on the store's day.
pub fn review<'a>(
    lines: impl Iterator<Item = &'a Line>,
    facts: &Facts,
    clock: LocalClock,
    now: Timestamp,
) -> CartGoods {
    let lines: Vec<&Line> = lines.collect();
    let wanted: Vec<CartLine> = lines.iter().map(|line| wish(line)).collect();
    let Some(store) = &facts.store else { return CartGoods { items: Vec::new(), goods: None, notes: Vec::new() } };
    let (bought, mut obstacles) = of_lines(&wanted, facts, now);
    let on = today(clock, store, now);
    if let Ok(law) = Law::on(Book::builtin(), &store.jurisdiction, None, on) {
        obstacles.extend(bought.unlawful(Some(&law), store, on));
        obstacles.extend(caps(&law, &wanted, &bought, on));
    }
    let (mut items, mut notes, mut goods) = (Vec::new(), Vec::new(), 0);
    for line in lines {
        let price = price_shown(&bought, facts, &line.product_id, now);
        let of_line = obstacles.iter().filter(|obstacle| obstacle.product_id.as_ref() == Some(&line.product_id));
        let standing: Vec<(ItemAvailability, &Obstacle)> =
            of_line.map(|obstacle| (ItemAvailability::because_of(obstacle), obstacle)).collect();
        notes.extend(price.and_then(|price| moved(line, price, store)));
        notes.extend(standing.iter().filter_map(|(availability, obstacle)| unmet(*availability, obstacle)));
        goods += price.unwrap_or(0) * i64::from(line.quantity);
        items.push(shown(line, price, standing.first().copied(), facts, store));
    }
    CartGoods { items, goods: Some(Money::new(goods, store.currency)), notes }
}

/// What of such wishes the store can serve now: what it does not have is left out, of what is short so many as there are.
pub fn purchasable(wishes: &[CartLine], facts: &Facts, now: Timestamp) -> (Vec<CartLine>, Vec<LeftOut>) {
    let (_, obstacles) = of_lines(wishes, facts, now);
    let (mut lines, mut left_out) = (Vec::new(), Vec::new());
    for wish in wishes {
        let obstacle = obstacles.iter().find(|obstacle| obstacle.product_id.as_ref() == Some(&wish.product_id));
        let standing = obstacle.map(|obstacle| (ItemAvailability::because_of(obstacle), obstacle.left));
        let (quantity, reason) = match standing {
            Some((ItemAvailability::NotSold, _)) => (0, Some(LeftOutReason::NotSold)),
            Some((ItemAvailability::SoldOut, _)) => (0, Some(LeftOutReason::SoldOut)),
            Some((_, Some(left))) => (left.min(wish.quantity), Some(LeftOutReason::Fewer)),
            _ => (wish.quantity, None),
        };
        left_out.extend(reason.map(|reason| LeftOut { product_id: wish.product_id.clone(), reason }));
        if quantity > 0 {
            lines.push(CartLine { product_id: wish.product_id.clone(), quantity });
        }
    }
    (lines, left_out)
}

/// The price of one of each line, as the cart shows it.
pub fn prices(lines: &[CartLine], facts: &Facts, now: Timestamp) -> HashMap<ProductId, i64> {
    let bought = Goods::of(lines, facts, now, &mut Vec::new());
    let price = |line: &CartLine| Some((line.product_id.clone(), price_shown(&bought, facts, &line.product_id, now)?));
    lines.iter().filter_map(price).collect()
}

/// Of a kit that lacks a part the store's own price.
fn price_shown(bought: &Goods, facts: &Facts, product: &ProductId, now: Timestamp) -> Option<i64> {
    bought.price_of(product).or_else(|| facts.listings.get(product).map(|listing| listing.price_at(now).amount))
}

/// What is bought, and what stands in the way of each line, whoever orders it and wherever it goes.
fn of_lines(lines: &[CartLine], facts: &Facts, now: Timestamp) -> (Goods, Vec<Obstacle>) {
    let mut obstacles = Vec::new();
    let bought = Goods::of(lines, facts, now, &mut obstacles);
    obstacles.extend(bought.capped(lines, facts));
    obstacles.extend(bought.short(lines, facts));
    obstacles.extend(bought.capped_today(lines, facts));
    (bought, obstacles)
}

/// What is more than one sale may be under the store's law: it stands in the way of each line that is counted.
fn caps(law: &Law<'_>, wanted: &[CartLine], bought: &Goods, on: Date) -> Vec<Obstacle> {
    let line = |(listing, n): &(Listing, u32)| SaleLine::new(&listing.product, *n, listing.price.amount, 0);
    let counted: Vec<SaleLine> = bought.lines.iter().map(line).collect();
    let mut obstacles = Vec::new();
    for over in too_much(law, &counted, on) {
        let counted: Vec<&ProductId> = over.lines.iter().map(|place| &bought.lines[*place].0.product.id).collect();
        let holds = |line: &&CartLine| counted.iter().any(|product| bought.holds(&line.product_id, product));
        let refused = |line: &CartLine| Obstacle {
            product_id: Some(line.product_id.clone()),
            ..Obstacle::refused(&over.refused)
        };
        obstacles.extend(wanted.iter().filter(holds).map(refused));
    }
    obstacles
}

impl ItemAvailability {
    fn because_of(obstacle: &Obstacle) -> Self {
        match (obstacle.code, obstacle.left) {
            ("product_unavailable" | "promotion_not_lawful", _) => Self::NotSold,
            ("out_of_stock", None | Some(0)) => Self::SoldOut,
            ("out_of_stock", Some(_)) => Self::OnlyLeft,
            _ => Self::Capped,
        }
    }
}

fn wish(line: &Line) -> CartLine {
    CartLine { product_id: line.product_id.clone(), quantity: line.quantity }
}

fn shown(
    line: &Line,
    price: Option<i64>,
    standing: Option<(ItemAvailability, &Obstacle)>,
    facts: &Facts,
    store: &Store,
) -> ItemShown {
    ItemShown {
        product_id: line.product_id.clone(),
        quantity: line.quantity,
        name: facts.listings.get(&line.product_id).map(|listing| listing.product.name.clone()),
        unit_price: price.map(|price| Money::new(price, store.currency)),
        price: price.map(|price| Money::new(price * i64::from(line.quantity), store.currency)),
        availability: standing.map_or(ItemAvailability::Available, |(availability, _)| availability),
        availability_detail: standing.map_or_else(|| "available".to_owned(), |(_, obstacle)| obstacle.detail.clone()),
    }
}

/// A price that is another one than was seen.
fn moved(line: &Line, price: i64, store: &Store) -> Option<CartNote> {
    let seen = line.seen.filter(|seen| *seen != price)?;
    let (from, to) = (Money::new(seen, store.currency), Money::new(price, store.currency));
    let (code, verb) = if price > seen { (CartNoteCode::PriceRose, "rose") } else { (CartNoteCode::PriceFell, "fell") };
    Some(CartNote {
        code,
        product_id: line.product_id.clone(),
        detail: format!("the price of one {verb} from {from} to {to}"),
        from: Some(from),
        to: Some(to),
        left: None,
        rule: None,
    })
}

/// A wish that cannot be met as it is.
fn unmet(availability: ItemAvailability, obstacle: &Obstacle) -> Option<CartNote> {
    let code = match availability {
        ItemAvailability::Available => return None,
        ItemAvailability::OnlyLeft => CartNoteCode::OnlyLeft,
        ItemAvailability::SoldOut => CartNoteCode::SoldOut,
        ItemAvailability::NotSold => CartNoteCode::NotSold,
        ItemAvailability::Capped => CartNoteCode::Cap,
    };
    Some(CartNote {
        code,
        product_id: obstacle.product_id.clone()?,
        detail: obstacle.detail.clone(),
        from: None,
        to: None,
        left: obstacle.left,
        rule: obstacle.rule.clone(),
    })
}
