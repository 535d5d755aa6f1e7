//! What the routes of carts have in common: which cart is meant, what it looks like now, and how it is changed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sipstr_checkout::{CartGoods, prices, purchasable, review};
use sipstr_domain::cart::{Cart, CartLine, Lines, MAX_CARTS, MAX_TIP, TooManyLines};
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::{ProductId, StoreId, UserId};
use sipstr_http::{ApiResult, Problem};
use sipstr_runtime::Clock;
use sipstr_storage::carts::Carts;
use sipstr_storage::checkout::{Checkout, Facts};
use sipstr_storage::limits::Limit;

use crate::view::{Brought, CartView};

/// Codes that one customer may try: twenty, then one every 45 seconds. They are short enough to be guessed by a program.
pub const CODES: Limit = Limit { of: "promo-code", burst: 20, per: SignedDuration::from_mins(15) };

/// Reads of a cart before somebody whose change always comes second is told to come again.
pub const TRIES: u32 = 5;

#[derive(Debug, Clone)]
pub struct Desk {
    pub carts: Carts,
    pub checkout: Checkout,
    pub clock: Clock,
    pub local_clock: LocalClock,
}

/// Which of a customer's carts is meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    Current,
    Of(&'a StoreId),
}

/// What is known where a cart is changed.
pub struct Scene<'a> {
    /// The store, and its listings and shelves of everything in the cart and of what is to come into it.
    pub facts: &'a Facts,
    /// Whether it is the current cart.
    pub current: bool,
    pub now: Timestamp,
}

impl Desk {
    /// The current cart at present prices. Reading it is a read: nothing is taken as seen.
    pub async fn shown(&self, customer: &UserId) -> ApiResult<CartView> {
        match self.carts.current(customer).await? {
            Some(cart) => self.view(cart).await,
            None => Ok(CartView::nothing()),
        }
    }

    pub async fn view(&self, cart: Cart) -> ApiResult<CartView> {
        let facts = self.checkout.goods(&cart.store_id, &cart.lines.wanted()).await?;
        let goods = self.review(&cart.lines, &facts);
        Ok(CartView::of(cart, goods))
    }

    /// Changes a cart: reads, changes and stores it on condition that nobody else changed it meanwhile (another device, an order
    /// that closes it). A change that changes nothing writes nothing.
    ///
    /// The answer still notes what moved; from then on the customer has seen it.
    pub async fn change<T>(
        &self,
        customer: &UserId,
        which: Which<'_>,
        more: &[CartLine],
        change: impl Fn(&mut Cart, &Scene<'_>) -> ApiResult<T>,
    ) -> ApiResult<(CartView, T)> {
        for _ in 0..TRIES {
            let (cart, current, full) = self.find(customer, which).await?;
            let facts = self.checkout.goods(&cart.store_id, &together(&cart.lines, more)).await?;
            facts.store.as_ref().ok_or_else(Problem::not_found)?;
            let (mut next, now) = (cart.clone(), self.clock.now());
            let told = change(&mut next, &Scene { facts: &facts, current, now })?;
            within(full, &cart.lines, &next.lines)?;
            let goods = self.look(&mut next.lines, &facts);
            if next == cart {
                return Ok((CartView::of(cart, goods), told));
            }
            next.touch(now);
            if self.carts.store(&next).await? {
                next.version += 1;
                return Ok((CartView::of(next, goods), told));
            }
        }
        Err(Problem::unavailable())
    }

    /// The cart, whether it is the current one, and how many others have something in them.
    pub async fn find(&self, customer: &UserId, which: Which<'_>) -> ApiResult<(Cart, bool, usize)> {
        let carts = self.carts.of_customer(customer).await?;
        let current = Cart::current(carts.clone());
        let full = carts.iter().filter(|cart| !cart.lines.is_empty()).count();
        let meant = match which {
            Which::Current => current.clone().ok_or_else(no_store)?,
            Which::Of(store) => {
                let known = carts.into_iter().find(|cart| cart.store_id == *store);
                known.unwrap_or_else(|| Cart::new(customer.clone(), store.clone()))
            }
        };
        let is_current = current.is_some_and(|current| current.store_id == meant.store_id);
        Ok((meant, is_current, full))
    }

    /// Brings what was wished elsewhere into the cart of a store, by the rule of merging, as far as the store can serve it.
    pub async fn bring(&self, customer: &UserId, store: &StoreId, wishes: &[CartLine]) -> ApiResult<Brought> {
        let brought = self.change(customer, Which::Of(store), wishes, |cart, scene| {
            let (lines, mut left_out) = purchasable(wishes, scene.facts, scene.now);
            left_out.extend(cart.lines.merge(&lines));
            if !lines.is_empty() && !scene.current {
                cart.chosen_at = Some(scene.now);
            }
            Ok(left_out)
        });
        let (cart, left_out) = brought.await?;
        Ok(Brought { cart, left_out })
    }

    pub fn review(&self, lines: &Lines, facts: &Facts) -> CartGoods {
        review(lines.iter(), facts, self.local_clock, self.clock.now())
    }

    /// Shows lines as they are now against what was seen, and takes it as seen.
    pub fn look(&self, lines: &mut Lines, facts: &Facts) -> CartGoods {
        let goods = self.review(lines, facts);
        let prices = prices(&lines.wanted(), facts, self.clock.now());
        lines.see(|product| prices.get(product).copied());
        goods
    }
}

/// What is in a cart and what is to come into it, each product once.
pub fn together(lines: &Lines, more: &[CartLine]) -> Vec<CartLine> {
    let mut seen: BTreeSet<ProductId> = BTreeSet::new();
    let all = lines.wanted().into_iter().chain(more.iter().cloned());
    all.filter(|line| seen.insert(line.product_id.clone())).collect()
}

/// Refuses to fill one cart more than one may have.
pub fn within(full: usize, before: &Lines, after: &Lines) -> ApiResult<()> {
    if before.is_empty() && !after.is_empty() && full >= MAX_CARTS {
        let detail = format!("there are {MAX_CARTS} carts with something in them: order or put away one first");
        return Err(Problem::conflict("too_many_carts", detail));
    }
    Ok(())
}

pub fn no_store() -> Problem {
    Problem::conflict("no_store_chosen", "choose a store first")
}

pub fn too_many_lines(reason: TooManyLines) -> Problem {
    Problem::conflict("too_many_lines", reason.to_string())
}

pub fn valid_tip(tip: i64) -> ApiResult<()> {
    if (0..=MAX_TIP).contains(&tip) {
        return Ok(());
    }
    Err(Problem::invalid("/tip", format!("must be 0 to {MAX_TIP} minor units")))
}

/// A quantity of a product that the store sells; other products are not there.
pub fn sold(product: &ProductId, scene: &Scene<'_>) -> ApiResult<()> {
    scene.facts.listings.get(product).map(|_| ()).ok_or_else(Problem::not_found)
}
