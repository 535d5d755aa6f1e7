//! A copy of everything that is known of a person: one document, for programs and for people.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sipstr_domain::privacy::ExportForm;
use sipstr_domain::{DeliveryId, ExportId, UserId};
use sipstr_runtime::{HandlerError, count};
use sipstr_storage::{Item, from_item};

use crate::{State, page};

/// What of the items under a person the copy shows: by the beginning of the sort key, the section and its fields. Secrets are
/// not on the list: hashes, nonces, sealed texts.
const SECTIONS: &[(&str, &str, &[&str])] = &[
    (
        "ACCOUNT",
        "account",
        &[
            "id",
            "email",
            "name",
            "dateOfBirth",
            "phone",
            "roles",
            "memberships",
            "emailVerifiedAt",
            "secondFactors",
            "previousEmail",
            "age",
            "createdAt",
        ],
    ),
    (
        "adr_",
        "addresses",
        &["recipient", "line1", "line2", "city", "region", "postalCode", "country", "location", "instructions"],
    ),
    ("PREFERENCES", "preferences", &["preferences"]),
    ("CONSENT#", "consents", &["at", "marketing", "wording"]),
    ("ses_", "sessions", &["device", "network", "methods", "createdAt", "provedAt", "expiresAt"]),
    ("psk_", "passkeys", &["name", "createdAt", "lastUsedAt", "backedUp"]),
    ("lnk_", "links", &["provider", "email", "linkedAt"]),
    ("exp_", "exports", &["requestedAt", "readyAt"]),
    ("wch#", "watches", &["storeId", "productId", "since", "answeredAt"]),
];

/// Makes a copy and says that it is there. Made again it is written over, under the same key.
pub async fn make(state: &State, user: &UserId, id: &ExportId) -> Result<(), HandlerError> {
    let Some(export) = state.accounts.export(user, id).await? else { return Ok(()) };
    let now = state.clock.now();
    if export.ready_at.is_some() || now >= export.expires_at {
        return Ok(());
    }
    let document = document(state, user, now).await?;
    for form in ExportForm::ALL {
        let bytes = match form {
            ExportForm::Json => serde_json::to_vec_pretty(&document)?,
            ExportForm::Html => page::of(&document).into_bytes(),
        };
        state.files.put(&export.key(form), form.content_type(), bytes).await?;
    }
    if state.accounts.export_made(&export, now).await? {
        count("exports_made", 1);
    }
    Ok(())
}

async fn document(state: &State, user: &UserId, now: Timestamp) -> Result<Value, HandlerError> {
    let mut document = Map::new();
    document.insert("madeAt".into(), json!(now));
    let mut from = None;
    loop {
        let page = state.accounts.everything_of(user, from).await?;
        for item in page.items {
            add(&mut document, item)?;
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    let events = all(async |from| state.audit.of_user(user, 100, from).await).await?;
    document.insert("securityEvents".into(), without(&events, &["id", "userId"])?);
    let mut carts = state.carts.of_customer(user).await?;
    carts.retain(|cart| cart.chosen_at.is_some() || !cart.lines.is_empty());
    document.insert("carts".into(), without(&carts, &["customerId", "version", "idleSince"])?);
    let lists = state.carts.lists(user).await?;
    document.insert("lists".into(), without(&lists, &["id", "customerId", "version", "madeAs"])?);
    // The hash is what the link is found by, and no use to anybody.
    let shares = state.carts.shares(user).await?;
    document.insert("sharedCarts".into(), without(&shares, &["id", "tokenHash"])?);
    let credit = all(async |from| state.credits.entries(user, 100, from).await).await?;
    document.insert("credit".into(), without(&credit, &["id"])?);
    let notices = all(async |from| state.notifications.of_user(user, 100, from).await).await?;
    document.insert("notices".into(), without(&notices, &["id", "userId", "mailed"])?);
    let orders = all(async |from| state.orders.of_customer(user, 100, from).await).await?;
    let mut described = Vec::new();
    for order in &orders {
        let delivery = state.deliveries.get(&DeliveryId::of_order(&order.id)).await?;
        let delivery: Vec<_> = delivery.into_iter().collect();
        let payments = state.payments.of_order(&order.id).await?;
        let mut order =
            without(std::slice::from_ref(order), &["customerId", "version", "requestHash", "due"])?[0].take();
        for line in order["lines"].as_array_mut().into_iter().flatten() {
            line.as_object_mut().map(|line| line.remove("takes"));
        }
        // Whose way it was is the courier's data, not the customer's.
        order["delivery"] = without(&delivery, &["version", "customerId", "courierId", "orderId", "storeId"])?;
        order["payments"] = without(&payments, &["orderId"])?;
        described.push(order);
    }
    document.insert("orders".into(), Value::Array(described));
    Ok(Value::Object(document))
}

/// Puts what the list allows of an item into its section.
fn add(document: &mut Map<String, Value>, item: Item) -> Result<(), HandlerError> {
    let item: Map<String, Value> = from_item(item)?;
    let key = item.get("sk").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some((_, section, fields)) = SECTIONS.iter().find(|(prefix, ..)| key.starts_with(prefix)) else {
        return Ok(());
    };
    let shown: Map<String, Value> = item.into_iter().filter(|(name, _)| fields.contains(&name.as_str())).collect();
    let section = document.entry(*section).or_insert_with(|| json!([]));
    section.as_array_mut().expect("sections are lists").push(Value::Object(shown));
    Ok(())
}

/// Every page of a list.
async fn all<T>(
    page: impl AsyncFn(Option<sipstr_storage::PageKey>) -> Result<sipstr_storage::Page<T>, sipstr_storage::StorageError>,
) -> Result<Vec<T>, HandlerError> {
    let (mut items, mut from) = (Vec::new(), None);
    loop {
        let found = page(from).await?;
        items.extend(found.items);
        from = found.next;
        if from.is_none() {
            return Ok(items);
        }
    }
}

/// Our own types as they serialise, but for what tells a person nothing.
fn without<T: Serialize>(values: &[T], fields: &[&str]) -> Result<Value, HandlerError> {
    let mut list = serde_json::to_value(values)?;
    for value in list.as_array_mut().into_iter().flatten() {
        if let Some(object) = value.as_object_mut() {
            object.retain(|name, _| !fields.contains(&name.as_str()));
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(value: &Value) -> Item {
        serde_dynamo::to_item(value).unwrap()
    }

    #[test]
    fn no_secret_of_an_account_is_shown() {
        let mut document = Map::new();
        let account =
            json!({"pk": "usr_1", "sk": "ACCOUNT", "email": "ada@example.com", "passwordHash": "$argon2id$…"});
        add(&mut document, item(&account)).unwrap();
        add(&mut document, item(&json!({"pk": "usr_1", "sk": "FACTORS", "totp": "sealed"}))).unwrap();
        add(&mut document, item(&json!({"pk": "usr_1", "sk": "ses_1", "device": "curl", "tokenHash": "00"}))).unwrap();
        let expected = json!({"account": [{"email": "ada@example.com"}], "sessions": [{"device": "curl"}]});
        assert_eq!(Value::Object(document), expected);
    }
}
