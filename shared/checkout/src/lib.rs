//! From a cart to a quote: what was read in one batch is priced, and judged by what would stop the order.
//!
//! The cart shows a quote; placing an order makes the same one again from what is true then. Both come from here, so what
//! the customer saw and what she is charged cannot differ without somebody noticing.

mod goods;
mod obstacle;
mod promotions;
mod review;
mod ticket;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sipstr_compliance::{Book, Doorstep, Law, Line, Offer, Placing};
use sipstr_domain::StoreId;
use sipstr_domain::cart::CartLine;
use sipstr_domain::compliance::{LocalClock, Trace};
use sipstr_domain::credit::pays;
use sipstr_domain::pricing::Price;
use sipstr_domain::promotion::{Ask, PromotionUse};
use sipstr_domain::store::Store;
use sipstr_pricing::{Basket, Reduction, TaxBook, assess, price};
use sipstr_storage::checkout::Facts;

use goods::Goods;
pub use obstacle::Obstacle;
pub use promotions::PromotionTold;
pub use review::{CartGoods, CartNote, CartNoteCode, ItemAvailability, ItemShown, prices, purchasable, review};
pub use ticket::{QUOTE_LIFE, Ticket};

/// What the customer asks for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub store: &'a StoreId,
    pub lines: &'a [CartLine],
    /// The promotion whose code was typed: that it does not apply stands in the way of an order.
    pub typed: Option<&'a Ask>,
    pub asks: &'a [Ask],
    pub tip: i64,
    /// Whether store credit pays what it can.
    pub use_credit: bool,
    pub now: Timestamp,
    pub clock: LocalClock,
}

/// A price, and what stands between it and an order.
#[derive(Debug, Clone)]
pub struct Quote {
    pub price: Price,
    /// The store's day, by which taxes and deposits hold.
    pub on: Date,
    /// What store credit pays of the total.
    pub credit: i64,
    /// What the order would use of which promotion.
    pub uses: Vec<PromotionUse>,
    /// Every promotion that was weighed, with why it gives nothing where it does not.
    pub told: Vec<PromotionTold>,
    pub obstacles: Vec<Obstacle>,
    /// The decision that admits the order; `None` while something stands in its way.
    pub trace: Option<Trace>,
}

/// Prices and judges; `None` where the store does not exist.
pub fn quote(request: &Request<'_>, facts: &Facts) -> Option<Quote> {
    let store = facts.store.as_ref()?;
    let today = today(request.clock, store, request.now);
    // Where no rules are known there are no deposits either, and the gate refuses alcohol.
    let law = Law::on(Book::builtin(), &store.jurisdiction, None, today).ok();
    let law = law.as_ref();
    let mut obstacles = Vec::new();
    let bought = Goods::of(request.lines, facts, request.now, &mut obstacles);
    let (lines, savings) = (&bought.lines, bought.savings());
    let apart: i64 = lines.iter().map(|(listing, quantity)| listing.price.amount * i64::from(*quantity)).sum();
    let goods = apart - savings.iter().map(Reduction::total).sum::<i64>();

    let assessment = assess(TaxBook::builtin(), law, store, lines, today);
    let promotions =
        promotions::of(request, facts, store, law, &promotions::Bought { lines, savings: &savings, goods }, today);
    if let Some(reason) = promotions.typed_and_refused(request.typed) {
        obstacles.push(Obstacle::promotion(reason));
    }
    let reductions: Vec<Reduction> = savings.into_iter().chain(promotions.reductions.iter().cloned()).collect();
    let basket = Basket { store, lines, assessment: &assessment, reductions: &reductions, tip: request.tip };
    let price = price(&basket);

    obstacles.extend(bought.unlawful(law, store, today));
    obstacles.extend(bought.capped(request.lines, facts));
    obstacles.extend(bought.capped_today(request.lines, facts));
    obstacles.extend(bought.short(request.lines, facts));
    if lines.is_empty() {
        obstacles.push(Obstacle::empty());
    } else if goods < store.delivery.minimum_basket {
        obstacles.push(Obstacle::below_minimum(store.delivery.minimum_basket, store.currency));
    }
    let sold: Vec<Line> = lines
        .iter()
        .zip(&price.lines)
        .map(|((listing, quantity), priced)| {
            Line::new(&listing.product, *quantity, listing.price.amount, priced.discount)
        })
        .collect();
    let trace = admitted(request, facts, store, &sold, promotions.offer(facts), &mut obstacles);
    let trace = trace.filter(|_| obstacles.is_empty());
    let credit = credit(request, facts, &price);
    Some(Quote { price, on: today, credit, uses: promotions.uses, told: promotions.told, obstacles, trace })
}

/// What store credit pays, where it is asked to.
fn credit(request: &Request<'_>, facts: &Facts, price: &Price) -> i64 {
    let balance = facts.credit.iter().find(|money| money.currency == price.currency);
    balance.filter(|_| request.use_credit).map_or(0, |money| pays(money.amount, price.total))
}

/// The store's day; of a store without a known zone, which sells nothing, that of UTC.
pub fn today(clock: LocalClock, store: &Store, now: Timestamp) -> Date {
    clock.at(store, now).map_or_else(|_| now.to_zoned(TimeZone::UTC).date(), |local| local.date())
}

/// Asks the gate of placing, once everything it needs is known.
fn admitted(
    request: &Request<'_>,
    facts: &Facts,
    store: &Store,
    lines: &[Line],
    offer: Option<Offer>,
    obstacles: &mut Vec<Obstacle>,
) -> Option<Trace> {
    let Some(account) = &facts.account else {
        obstacles.push(Obstacle::no_account());
        return None;
    };
    if account.email_verified_at.is_none() {
        obstacles.push(Obstacle::email_not_verified());
    }
    let Some(address) = &facts.address else {
        obstacles.push(Obstacle::no_address());
        return None;
    };
    let decided = request.clock.at(store, request.now).and_then(|local| {
        let door = Doorstep::of(address, Book::builtin(), local.date());
        let placing = Placing {
            store,
            date_of_birth: account.date_of_birth,
            destination: door.destination(),
            lines,
            offer,
            self_excluded: false,
            local,
            hand_over: None,
        };
        placing.decide()
    });
    decided.map_err(|refused| obstacles.push(Obstacle::refused(&refused))).ok()
}

#[cfg(test)]
mod kit_tests;
#[cfg(test)]
mod tests;
