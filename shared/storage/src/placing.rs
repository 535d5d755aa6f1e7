//! Placing an order: one transaction that takes the bottles, uses the coupon, closes the cart and puts the order, or does
//! none of it. The order is the fence: a retry finds its own order, so nothing is taken twice.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use jiff::civil::Date;
use sipstr_domain::ProductId;
use sipstr_domain::order::Order;
use sipstr_domain::stock::{Bucket, Plan, Shelf};

use crate::inventory::Inventory;
use crate::item::from_item;
use crate::orders::{Orders, order_of};
use crate::transact::{condition_failed, is_of_the_day, pause};
use crate::{Db, StorageError, carts, credits, inventory, orders, promotions};

/// Plans tried before the buyer is told to come again: each one either learns a bucket's true figure or meets a conflict.
const TRIES: u32 = 12;

/// How often a buyer learns from a refusal what one bucket has, before all buckets are read again.
const LEARNED_ONE_BY_ONE: u32 = 2;

/// Actions of one transaction at most (DynamoDB's limit).
const MOST_ACTIONS: usize = 100;

#[derive(Debug, Clone)]
pub struct Placing {
    pub db: Db,
    pub orders_table: String,
    pub inventory_table: String,
    pub carts_table: String,
    pub promotions_table: String,
    pub credits_table: String,
}

/// What is to be placed: the order without its buckets, and what is known of the shelves.
#[derive(Debug)]
pub struct Wish {
    pub order: Order,
    /// The store's day, on which products with a daily cap are counted.
    pub today: Date,
    pub shelves: HashMap<ProductId, Shelf>,
    pub cart_version: u64,
    /// The bucket that served this function last: instances on different buckets never collide.
    pub preferred: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Placed {
    New(Box<Order>),
    /// The same request was served before; this is its order.
    Before(Box<Order>),
    OutOfStock(Vec<Shortage>),
    /// The customer would have more of these today than the store lets one have.
    TooManyToday(Vec<Shortage>),
    /// The cart was changed or ordered after it was quoted.
    CartMoved,
    PromotionUsedUp,
    /// There is less store credit than was quoted.
    CreditSpent,
    /// The lines take from more buckets, or are counted for the day more often, than one transaction can change; nothing was written.
    TooLarge,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    pub product_id: ProductId,
    pub wanted: u32,
    pub left: u32,
}

/// Where in the transaction each kind of action stands, to read the reasons of a refusal.
struct Layout {
    takes: Vec<(ProductId, u16)>,
    /// What is counted for the day: each product, how many of it are wanted, and how many the customer may have.
    counted: Vec<(ProductId, u32, u32)>,
    promotion: std::ops::Range<usize>,
    credit: std::ops::Range<usize>,
    cart: usize,
}

/// How often an order met others at the buckets of a product, of which there were so many.
type Conflicts = BTreeMap<(ProductId, u16), u32>;

enum Answer {
    Placed,
    Before(Box<Order>),
    CartMoved,
    PromotionUsedUp,
    CreditSpent,
    TooManyToday(Vec<Shortage>),
    /// A bucket had less than was thought: what it really had stands on the shelf now.
    Learned,
    /// Others were at the same buckets: those of these products.
    Conflict(Vec<ProductId>),
}

impl Placing {
    pub async fn place(&self, wish: Wish) -> Result<Placed, StorageError> {
        let (store, at) = (wish.order.store_id.clone(), wish.order.placed_at);
        let mut conflicts = Conflicts::new();
        let placed = self.try_to_place(wish, &mut conflicts).await;
        // What was met is told of afterwards, whatever came of it; an order does not fail because its troubles were not counted.
        let shelves = Inventory::new(self.db.clone(), &self.inventory_table);
        for ((product, buckets), met) in conflicts {
            if let Err(error) = shelves.note_heat((&store, &product), (buckets, met), at).await {
                tracing::warn!(%error, "conflicts were not counted");
            }
        }
        placed
    }

    async fn try_to_place(&self, mut wish: Wish, conflicts: &mut Conflicts) -> Result<Placed, StorageError> {
        for attempt in 0..TRIES {
            if let Some(short) = self.plan(&mut wish).await? {
                // The last bottle may be gone because this very order has it: the same request, sent twice at once.
                let stored = Orders::new(self.db.clone(), &self.orders_table).get(&wish.order.id).await?;
                return Ok(stored.map_or(Placed::OutOfStock(short), |order| Placed::Before(Box::new(order))));
            }
            let (actions, layout) = self.actions(&wish)?;
            if actions.len() > MOST_ACTIONS {
                return Ok(Placed::TooLarge);
            }
            match self.send(actions, &layout, &mut wish.shelves).await? {
                Answer::Placed => return Ok(Placed::New(Box::new(wish.order))),
                Answer::Before(order) => return Ok(Placed::Before(order)),
                Answer::CartMoved => return Ok(Placed::CartMoved),
                Answer::PromotionUsedUp => return Ok(Placed::PromotionUsedUp),
                Answer::CreditSpent => return Ok(Placed::CreditSpent),
                Answer::TooManyToday(over) => return Ok(Placed::TooManyToday(over)),
                // Bottles moved, or many others were faster: better to look at all of it than to learn bucket by bucket.
                Answer::Learned if attempt >= LEARNED_ONE_BY_ONE => wish.shelves.values_mut().for_each(Shelf::forget),
                Answer::Learned => {}
                Answer::Conflict(products) => {
                    for product in products {
                        let buckets = wish.shelves.get(&product).map_or(1, Shelf::buckets);
                        *conflicts.entry((product, buckets)).or_insert(0) += 1;
                    }
                    wish.preferred = wish.preferred.wrapping_add(1);
                    pause(attempt).await;
                }
            }
        }
        Err(StorageError::Contended("the stock of a product"))
    }

    /// Chooses buckets for every line, looking at those never seen before it says that a product is sold out.
    async fn plan(&self, wish: &mut Wish) -> Result<Option<Vec<Shortage>>, StorageError> {
        let shelves = Inventory::new(self.db.clone(), &self.inventory_table);
        let mut short = Vec::new();
        for line in &mut wish.order.lines {
            let (product, wanted) = (&line.priced.product_id, line.priced.quantity);
            let shelf = wish.shelves.entry(product.clone()).or_insert_with(|| Shelf::new(1));
            match shelves.plan(&wish.order.store_id, product, shelf, (wanted, wish.preferred)).await? {
                Plan::Take(takes) => {
                    line.takes = takes;
                    line.counted_on = shelf.caps().per_day.map(|_| wish.today);
                }
                _ => short.push(Shortage { product_id: product.clone(), wanted, left: shelf.left() }),
            }
        }
        Ok((!short.is_empty()).then_some(short))
    }

    fn actions(&self, wish: &Wish) -> Result<(Vec<TransactWriteItem>, Layout), StorageError> {
        let order = &wish.order;
        let put = orders::put_if_absent(&self.orders_table, order)?;
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        let mut takes = Vec::new();
        for line in &order.lines {
            for take in &line.takes {
                let product = &line.priced.product_id;
                let update = inventory::take(&self.inventory_table, &order.store_id, product, *take);
                actions.push(TransactWriteItem::builder().update(update).build());
                takes.push((product.clone(), take.bucket));
            }
        }
        let mut counted = Vec::new();
        for line in &order.lines {
            let (product, quantity) = (&line.priced.product_id, line.priced.quantity);
            let most = wish.shelves.get(product).and_then(|shelf| shelf.caps().per_day);
            if let (Some(on), Some(most)) = (line.counted_on, most) {
                actions.push(inventory::count(&self.inventory_table, order, (product, quantity), (on, most)));
                counted.push((product.clone(), quantity, most));
            }
        }
        let before_promotion = actions.len();
        actions.extend(promotions::take(&self.promotions_table, order));
        let before_credit = actions.len();
        actions.extend(credits::spend(&self.credits_table, order)?);
        let cart = actions.len();
        let close = carts::close(&self.carts_table, order, wish.cart_version);
        actions.push(TransactWriteItem::builder().update(close).build());
        let (promotion, credit) = (before_promotion..before_credit, before_credit..cart);
        Ok((actions, Layout { takes, counted, promotion, credit, cart }))
    }

    async fn send(
        &self,
        actions: Vec<TransactWriteItem>,
        layout: &Layout,
        shelves: &mut HashMap<ProductId, Shelf>,
    ) -> Result<Answer, StorageError> {
        let call = self.db.transact_write_items().set_transact_items(Some(actions));
        let sent = call.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        let error = match sent {
            Ok(_) => return Ok(Answer::Placed),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled))
                if cancelled.cancellation_reasons().iter().all(is_of_the_day) =>
            {
                answer(cancelled.cancellation_reasons(), layout, shelves)
            }
            _ => Err(error.into()),
        }
    }
}

fn answer(
    reasons: &[CancellationReason],
    layout: &Layout,
    shelves: &mut HashMap<ProductId, Shelf>,
) -> Result<Answer, StorageError> {
    let failed = |index: usize| reasons.get(index).is_some_and(condition_failed);
    if failed(0) {
        let stored = reasons[0].item().cloned().unwrap_or_default();
        return Ok(Answer::Before(Box::new(order_of(stored)?)));
    }
    if failed(layout.cart) {
        return Ok(Answer::CartMoved);
    }
    if layout.promotion.clone().any(failed) {
        return Ok(Answer::PromotionUsedUp);
    }
    if layout.credit.clone().any(failed) {
        return Ok(Answer::CreditSpent);
    }
    let over = too_many_today(reasons, layout);
    if !over.is_empty() {
        return Ok(Answer::TooManyToday(over));
    }
    let mut learned = false;
    for (position, (product, number)) in layout.takes.iter().enumerate() {
        let index = position + 1;
        if !failed(index) {
            continue;
        }
        // Without an item the bucket does not exist: it holds nothing.
        let stored = reasons[index].item().filter(|item| !item.is_empty()).cloned();
        let stored = stored.map(from_item::<Bucket>).transpose()?;
        if let Some(shelf) = shelves.get_mut(product) {
            match stored {
                // It was emptied in a merge, and so were others.
                Some(bucket) if bucket.closed => shelf.forget(),
                Some(bucket) => shelf.meet(&bucket),
                None => shelf.see(*number, 0),
            }
        }
        learned = true;
    }
    if learned {
        return Ok(Answer::Learned);
    }
    let in_the_way = |(position, (product, _)): (usize, &(ProductId, u16))| {
        let met = reasons.get(position + 1).is_some_and(|reason| reason.code() == Some("TransactionConflict"));
        met.then(|| product.clone())
    };
    Ok(Answer::Conflict(layout.takes.iter().enumerate().filter_map(in_the_way).collect()))
}

/// The counters of the day that refused, and what each of them had left.
fn too_many_today(reasons: &[CancellationReason], layout: &Layout) -> Vec<Shortage> {
    let first = layout.takes.len() + 1;
    let refused = |(position, (product_id, wanted, most)): (usize, &(ProductId, u32, u32))| {
        let reason = reasons.get(first + position).filter(|reason| condition_failed(reason))?;
        let left = most.saturating_sub(reason.item().map_or(0, inventory::taken));
        Some(Shortage { product_id: product_id.clone(), wanted: *wanted, left })
    };
    layout.counted.iter().enumerate().filter_map(refused).collect()
}
