//! Store credit and gift cards: a balance that is changed on a condition, the entry that says why, and that of the books, in one
//! transaction.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | somebody's credit, an attribute a currency | `WALLET#<user>` | `BALANCE` |
//! | its entries, by time | `WALLET#<user>` | `E#<time>#<entry>` |
//! | gift card | `CARD#<keyed hash of its code>` | `BALANCE` |
//! | its entries | `CARD#<hash>` | `E#<time>#<entry>` |
//! | what was given under one key | `GIVEN#<entry>` | `GIVEN` |

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use sipstr_domain::credit::{CreditEntry, CreditKind, GiftCard};
use sipstr_domain::money::Currency;
use sipstr_domain::order::Order;
use sipstr_domain::{LedgerEntryId, Money, UserId};

use crate::books::Books;
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::transact::transact;
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Credits {
    db: Db,
    table: String,
}

/// What became of something that is given once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    Now,
    /// By the same request; nothing was written.
    Before,
    /// Another was made under this key; nothing was written.
    KeyReused,
}

/// What became of a gift card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptied {
    Done,
    /// Its balance is not what it was when it was read.
    Moved,
}

impl Credits {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// What somebody has, a currency each.
    pub async fn of(&self, user: &UserId) -> Result<Vec<Money>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(wallet_key(user))).consistent_read(true);
        Ok(get.send().await?.item.as_ref().map(balances).unwrap_or_default())
    }

    /// Entries of somebody, newest first.
    pub async fn entries(
        &self,
        user: &UserId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<CreditEntry>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :e)");
        let query =
            query.expression_attribute_values(":pk", s(wallet(user))).expression_attribute_values(":e", s("E#"));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Gives credit: once for each entry's id.
    pub async fn issue(&self, books: &Books, user: &UserId, entry: &CreditEntry) -> Result<Given, StorageError> {
        let mut actions = vec![
            given(&self.table, entry)?,
            add(&self.table, wallet_key(user), entry.money),
            note(&self.table, &wallet(user), entry)?,
        ];
        actions.extend(books.of_credit(entry)?);
        match transact(&self.db, actions, "the credit").await? {
            None => Ok(Given::Now),
            Some(_) => self.given_before(entry).await,
        }
    }

    /// Makes a gift card: once for each entry's id.
    pub async fn issue_card(
        &self,
        books: &Books,
        hash: &str,
        card: &GiftCard,
        entry: &CreditEntry,
    ) -> Result<Given, StorageError> {
        let item = to_item(card, &[("pk", of_card(hash)), ("sk", "BALANCE".to_owned())])?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        let mut actions = vec![
            given(&self.table, entry)?,
            TransactWriteItem::builder().put(put).build(),
            note(&self.table, &of_card(hash), entry)?,
        ];
        actions.extend(books.of_credit(entry)?);
        match transact(&self.db, actions, "the gift card").await? {
            None => Ok(Given::Now),
            Some(_) => self.given_before(entry).await,
        }
    }

    /// Whether what was given under an entry's id is what it says.
    async fn given_before(&self, entry: &CreditEntry) -> Result<Given, StorageError> {
        let key = key2(format!("GIVEN#{}", entry.id), "GIVEN");
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let before: Option<CreditEntry> = get.send().await?.item.map(from_item).transpose()?;
        let same = before.is_some_and(|before| (before.money, before.note) == (entry.money, entry.note.clone()));
        Ok(if same { Given::Before } else { Given::KeyReused })
    }

    pub async fn card(&self, hash: &str) -> Result<Option<GiftCard>, StorageError> {
        let key = key2(of_card(hash), "BALANCE");
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        get.send().await?.item.map(from_item).transpose()
    }

    /// Turns all of a card into somebody's credit. `entry` is of the credit; the card's is its opposite.
    pub async fn redeem(
        &self,
        books: &Books,
        hash: &str,
        card: &GiftCard,
        user: &UserId,
        entry: &CreditEntry,
    ) -> Result<Emptied, StorageError> {
        let mut actions = self.empty(books, hash, card, entry)?;
        actions.push(add(&self.table, wallet_key(user), entry.money));
        actions.push(note(&self.table, &wallet(user), entry)?);
        Ok(transact(&self.db, actions, "the gift card").await?.map_or(Emptied::Done, |_| Emptied::Moved))
    }

    /// Notes that the rest of a card was paid out.
    pub async fn cash_out(
        &self,
        books: &Books,
        hash: &str,
        card: &GiftCard,
        entry: &CreditEntry,
    ) -> Result<Emptied, StorageError> {
        let actions = self.empty(books, hash, card, entry)?;
        Ok(transact(&self.db, actions, "the gift card").await?.map_or(Emptied::Done, |_| Emptied::Moved))
    }

    fn empty(
        &self,
        books: &Books,
        hash: &str,
        card: &GiftCard,
        entry: &CreditEntry,
    ) -> Result<Vec<TransactWriteItem>, StorageError> {
        let update = Update::builder().table_name(&self.table).set_key(Some(key2(of_card(hash), "BALANCE")));
        let update = update.update_expression("SET balance = :none").condition_expression("balance = :all");
        let update =
            update.expression_attribute_values(":none", n(0)).expression_attribute_values(":all", n(card.balance));
        let taken = CreditEntry { money: Money::new(-card.balance, card.currency), ..entry.clone() };
        let mut actions = vec![
            TransactWriteItem::builder().update(update.build().expect("all is set")).build(),
            note(&self.table, &of_card(hash), &taken)?,
        ];
        actions.extend(books.of_credit(entry)?);
        Ok(actions)
    }
}

fn wallet(user: &UserId) -> String {
    format!("WALLET#{user}")
}

pub(crate) fn wallet_key(user: &UserId) -> Item {
    key2(wallet(user), "BALANCE")
}

fn of_card(hash: &str) -> String {
    format!("CARD#{hash}")
}

/// The balances of a wallet's item.
pub(crate) fn balances(item: &Item) -> Vec<Money> {
    let balance = |currency: &Currency| {
        let amount = item.get(currency.code())?.as_n().ok()?.parse().ok()?;
        Some(Money::new(amount, *currency))
    };
    Currency::ALL.iter().filter_map(balance).collect()
}

fn given(table: &str, entry: &CreditEntry) -> Result<TransactWriteItem, StorageError> {
    let keys = [("pk", format!("GIVEN#{}", entry.id)), ("sk", "GIVEN".to_owned())];
    let put = Put::builder().table_name(table).set_item(Some(to_item(entry, &keys)?));
    let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
    Ok(TransactWriteItem::builder().put(put).build())
}

fn add(table: &str, key: Item, money: Money) -> TransactWriteItem {
    let update = Update::builder().table_name(table).set_key(Some(key)).update_expression("ADD #c :amount");
    let update = update.expression_attribute_names("#c", money.currency.code());
    let update = update.expression_attribute_values(":amount", n(money.amount)).build().expect("all is set");
    TransactWriteItem::builder().update(update).build()
}

fn note(table: &str, pk: &str, entry: &CreditEntry) -> Result<TransactWriteItem, StorageError> {
    let sk = format!("E#{}#{}", entry.at, entry.id);
    let item = to_item(entry, &[("pk", pk.to_owned()), ("sk", sk)])?;
    let put = Put::builder().table_name(table).set_item(Some(item)).condition_expression("attribute_not_exists(pk)");
    Ok(TransactWriteItem::builder().put(put.build().expect("table and item are set")).build())
}

/// Pays a part of an order, if there is so much.
pub(crate) fn spend(table: &str, order: &Order) -> Result<Vec<TransactWriteItem>, StorageError> {
    if order.credit == 0 {
        return Ok(Vec::new());
    }
    let update = Update::builder().table_name(table).set_key(Some(wallet_key(&order.customer_id)));
    let update = update.update_expression("SET #c = #c - :amount").condition_expression("#c >= :amount");
    let update = update.expression_attribute_names("#c", order.currency.code());
    let update = update.expression_attribute_values(":amount", n(order.credit)).build().expect("all is set");
    let entry = of_order(order, CreditKind::Spent, -order.credit, order.placed_at);
    Ok(vec![TransactWriteItem::builder().update(update).build(), note(table, &wallet(&order.customer_id), &entry)?])
}

/// Gives back what a step of an order says went back.
pub(crate) fn give_back(table: &str, before: &Order, after: &Order) -> Result<Vec<TransactWriteItem>, StorageError> {
    let back = after.credit_back - before.credit_back;
    if back <= 0 {
        return Ok(Vec::new());
    }
    let at = after.timeline.last().map_or(after.placed_at, |step| step.at);
    let entry = of_order(after, CreditKind::GivenBack, back, at);
    let money = Money::new(back, after.currency);
    Ok(vec![add(table, wallet_key(&after.customer_id), money), note(table, &wallet(&after.customer_id), &entry)?])
}

/// An entry is named by its order and by what went back before it.
fn of_order(order: &Order, kind: CreditKind, amount: i64, at: jiff::Timestamp) -> CreditEntry {
    let sum = if kind == CreditKind::Spent { "spent".to_owned() } else { order.credit_back.to_string() };
    CreditEntry {
        id: LedgerEntryId::derive(&[order.id.as_str(), "credit", &sum]),
        kind,
        money: Money::new(amount, order.currency),
        order_id: Some(order.id.clone()),
        actor: None,
        note: None,
        at,
    }
}
