//! Whom an event concerns, and what they are told.

use sipstr_domain::account::{Email, Role, StoreRole};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{DeliveryId, StoreId, UserId};
use sipstr_events::{
    CartFact, DeliveryFact, Event, ExportFact, Fact, LotFact, OrderFact, SecurityFact, StockFact, WatchFact,
};
use sipstr_http::{erasure_token, export_token, unsubscribe_token};
use sipstr_messaging::{Message, OrderSummary};
use sipstr_runtime::HandlerError;
use sipstr_storage::accounts::Account;

use crate::State;
use crate::words::{Change, to_customer, to_store};

/// A message and who gets it.
pub struct Letter {
    pub to: Account,
    /// Where else the mail goes.
    pub copy: Option<Email>,
    pub message: Message,
}

impl Letter {
    fn new(to: Account, message: Message) -> Self {
        Self { to, copy: None, message }
    }
}

pub async fn of(event: &Event, state: &State) -> Result<Vec<Letter>, HandlerError> {
    match &event.fact {
        Fact::OrderConfirmed(fact)
        | Fact::OrderPreparing(fact)
        | Fact::OrderReady(fact)
        | Fact::OrderOutForDelivery(fact)
        | Fact::OrderDelivered(fact)
        | Fact::OrderExpired(fact)
        | Fact::OrderPaymentFailed(fact)
        | Fact::OrderCancelled(fact)
        | Fact::OrderReturned(fact)
        | Fact::OrderRefunded(fact) => of_order(event, fact, state).await,
        Fact::DeliveryAssigned(fact) => of_delivery(fact, true, state).await,
        Fact::DeliveryCancelled(fact) => of_delivery(fact, false, state).await,
        Fact::InventoryLow(fact) => of_stock(fact, state).await,
        Fact::InventoryExpiring(fact) => of_lot(fact, state).await,
        Fact::WatchAnswered(fact) => of_watch(fact, state).await,
        Fact::AccountSecurityEvent(fact) => of_security(event, fact, state).await,
        Fact::AccountExportReady(fact) => of_export(fact, state).await,
        Fact::CartAbandoned(fact) => of_cart(fact, state).await,
        // Of an account that proved its address, of money on its way, and of steps that an order repeats, nobody is told.
        _ => Ok(vec![]),
    }
}

async fn of_order(event: &Event, fact: &OrderFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let order = state.orders.get(&fact.order_id).await?.ok_or("the order of an event is not there")?;
    let store = state.stores.get(&fact.store_id).await?.ok_or("the store of an order is not there")?;
    let refusal = match &event.fact {
        Fact::OrderReturned(_) => state.deliveries.get(&DeliveryId::of_order(&order.id)).await?.and_then(|d| d.refusal),
        _ => None,
    };
    let summary = OrderSummary::of(&order, &store.name);
    let change = Change { event, fact, order: &order, summary, refusal };
    let mut letters = Vec::new();
    if let Some(to) = state.accounts.get(&fact.customer_id).await? {
        letters.extend(to_customer(&change, &to.name).map(|message| Letter::new(to, message)));
    }
    if let Some(message) = to_store(&change) {
        for to in staff(state, &fact.store_id, |_| true).await? {
            letters.push(Letter::new(to, message.clone()));
        }
    }
    Ok(letters)
}

/// What the courier must know: that there is something to fetch, or no longer.
async fn of_delivery(fact: &DeliveryFact, assigned: bool, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let Some(courier) = &fact.courier_id else { return Ok(vec![]) };
    let delivery = state.deliveries.get(&fact.delivery_id).await?.ok_or("the delivery of an event is not there")?;
    if delivery.courier_id.as_ref() != Some(courier) || (assigned && delivery.state.is_over()) {
        return Ok(vec![]);
    }
    let Some(to) = state.accounts.get(&courier.user()).await? else { return Ok(vec![]) };
    let (courier, order, pickup_name) = (to.name.clone(), delivery.order_id, delivery.pickup.name);
    let message = if assigned {
        Message::CourierAssigned { courier, order, pickup_name, pickup_address: delivery.pickup.address }
    } else {
        Message::CourierCancelled { courier, order, pickup_name }
    };
    Ok(vec![Letter::new(to, message)])
}

async fn of_stock(fact: &StockFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let store = state.stores.get(&fact.store_id).await?.ok_or("the store of an event is not there")?;
    // A product that left the assortment is not reordered.
    let Some(listing) = state.catalog.get(&fact.store_id, &fact.product_id).await? else { return Ok(vec![]) };
    let left = u32::try_from(fact.available.max(0)).unwrap_or(u32::MAX);
    let message = Message::StoreLowStock { store: store.name, product: listing.product.name, left };
    let buyers = staff(state, &fact.store_id, |role| matches!(role, StoreRole::Owner | StoreRole::Manager)).await?;
    Ok(buyers.into_iter().map(|to| Letter::new(to, message.clone())).collect())
}

/// What is left of a lot was told; whether it is still there, whoever looks at the shelf sees.
async fn of_lot(fact: &LotFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let store = state.stores.get(&fact.store_id).await?.ok_or("the store of an event is not there")?;
    // What stands on the shelf ends, whether it is offered or not; only the name is unknown then.
    let listing = state.catalog.get(&fact.store_id, &fact.product_id).await?;
    let product = listing.map_or_else(|| fact.product_id.to_string(), |listing| listing.product.name);
    let (lot, best_before) = (fact.number.as_str().to_owned(), fact.best_before.to_string());
    let message = Message::StoreStockExpiring { store: store.name, product, lot, best_before, left: fact.remaining };
    let buyers = staff(state, &fact.store_id, |role| matches!(role, StoreRole::Owner | StoreRole::Manager)).await?;
    Ok(buyers.into_iter().map(|to| Letter::new(to, message.clone())).collect())
}

/// To whoever waited for a product that the store sells still.
async fn of_watch(fact: &WatchFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let store = state.stores.get(&fact.store_id).await?.ok_or("the store of an event is not there")?;
    let listing = state.catalog.get(&fact.store_id, &fact.product_id).await?;
    let (Some(listing), Some(to)) = (listing, state.accounts.get(&fact.user_id).await?) else { return Ok(vec![]) };
    let message = Message::BackInStock { customer: to.name.clone(), product: listing.product.name, store: store.name };
    Ok(vec![Letter::new(to, message)])
}

/// A reminder is advertising: it goes to who allowed it by mail, and to nobody else. Whoever ordered meanwhile, or did anything else
/// to the cart, has another version of it.
async fn of_cart(fact: &CartFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let kept = state.accounts.preferences(&fact.customer_id).await?;
    if !kept.preferences.marketing.email {
        return Ok(vec![]);
    }
    let cart = state.carts.of_store(&fact.customer_id, &fact.store_id).await?;
    if cart.version != fact.cart_version || cart.lines.is_empty() {
        return Ok(vec![]);
    }
    let account = state.accounts.get(&fact.customer_id).await?.filter(|account| account.disabled_at.is_none());
    let (Some(to), Some(store)) = (account, state.stores.get(&fact.store_id).await?) else { return Ok(vec![]) };
    let message = Message::CartAbandoned {
        name: to.name.clone(),
        store: store.name,
        unsubscribe: format!("{}/v1/unsubscribe/{}", state.api_url, unsubscribe_token(&state.signer, &to.id)),
    };
    Ok(vec![Letter::new(to, message)])
}

/// Where a copy of somebody's data is fetched; the links are the same however often the event comes.
async fn of_export(fact: &ExportFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let Some(to) = state.accounts.get(&fact.user_id).await? else { return Ok(vec![]) };
    let Some(export) = state.accounts.export(&fact.user_id, &fact.export_id).await? else { return Ok(vec![]) };
    let address = format!("{}/v1/exports/{}", state.api_url, export_token(&state.signer, &to.id, &export.id));
    let message = Message::ExportReady {
        name: to.name.clone(),
        html: format!("{address}?form=html"),
        json: format!("{address}?form=json"),
        until: export.expires_at.strftime("%Y-%m-%d").to_string(),
    };
    Ok(vec![Letter::new(to, message)])
}

/// What may be somebody else's doing is told to the person, and a change of address to the old one too.
async fn of_security(event: &Event, fact: &SecurityFact, state: &State) -> Result<Vec<Letter>, HandlerError> {
    let Some(to) = state.accounts.get(&fact.user_id).await? else { return Ok(vec![]) };
    let copy = to.previous_email.clone().filter(|_| fact.kind == SecurityEventKind::EmailChanged);
    if let (SecurityEventKind::ErasureRequested, Some(due)) = (fact.kind, to.erasure_due_at) {
        let on = due.strftime("%Y-%m-%d").to_string();
        let token = erasure_token(&state.signer, &to.id, to.security_version);
        let message = Message::ErasureRequested { name: to.name.clone(), on, token };
        return Ok(vec![Letter { to, copy, message }]);
    }
    let at = event.time.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let message =
        Message::SecurityNotice { name: to.name.clone(), happened: fact.kind, device: fact.device.clone(), at };
    Ok(vec![Letter { to, copy, message }])
}

/// Members of a store's staff whose account says that they still are, in such a role.
async fn staff(state: &State, store: &StoreId, fits: impl Fn(StoreRole) -> bool) -> Result<Vec<Account>, HandlerError> {
    let members: Vec<UserId> = state.stores.members(store).await?;
    let mut staff = Vec::new();
    for member in members {
        let account = state.accounts.get(&member).await?.filter(|account| account.roles.contains(&Role::StoreStaff));
        let theirs = |account: &Account| account.memberships.iter().any(|m| m.store_id == *store && fits(m.role));
        staff.extend(account.filter(theirs));
    }
    Ok(staff)
}
