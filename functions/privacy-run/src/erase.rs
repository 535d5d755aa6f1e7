//! Forgetting somebody. What the law wants kept of orders stays without the person; everything else goes, the account last.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sipstr_domain::picture::avatar_key;
use sipstr_domain::privacy::{ExportForm, is_unfinished};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{CourierId, UserId};
use sipstr_runtime::{HandlerError, count};
use sipstr_storage::accounts::Account;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::privacy::day_of;

use crate::State;

/// Lists of so many days are looked through: somebody whose erasure failed, or who had an order under way, is on one of them.
const DAYS: i64 = 60;

/// What stays under a person: the proof of what they allowed, which names nobody, and that they were forgotten.
const STAYS: [&str; 2] = ["CONSENT#", "ERASED"];

/// Forgets everybody whose day has come. One who cannot be forgotten now stays on the list and stops nobody else.
pub async fn sweep(state: &State) -> Result<usize, HandlerError> {
    let now = state.clock.now();
    let today = day_of(now);
    let mut erased = 0;
    for back in 0..DAYS {
        let day = today.checked_sub(back.days())?;
        for user in state.accounts.erasures_of(day).await? {
            match forget_if_due(state, day, &user, now).await {
                Ok(done) => erased += usize::from(done),
                Err(error) => {
                    count("erasures_failed", 1);
                    tracing::error!(userId = %user, cause = %error, "somebody could not be forgotten");
                }
            }
        }
    }
    tracing::info!(erased, "swept");
    Ok(erased)
}

async fn forget_if_due(state: &State, day: Date, user: &UserId, now: Timestamp) -> Result<bool, HandlerError> {
    let Some(account) = state.accounts.get(user).await? else {
        // Forgotten before, and stopped before the list was told.
        state.accounts.erasure_handled(day, user).await?;
        return Ok(false);
    };
    match account.erasure_due_at {
        // Somebody changed their mind, or is due on another day.
        None => state.accounts.erasure_handled(day, user).await?,
        Some(due) if day_of(due) != day => state.accounts.erasure_handled(day, user).await?,
        Some(due) if due > now => {}
        Some(_) => {
            let forgotten = forget(state, &account, now).await?;
            if forgotten {
                state.accounts.erasure_handled(day, user).await?;
            }
            return Ok(forgotten);
        }
    }
    Ok(false)
}

/// Forgets somebody now. `false` where an order of theirs is under way, or they changed their mind meanwhile.
pub async fn forget(state: &State, account: &Account, now: Timestamp) -> Result<bool, HandlerError> {
    let user = &account.id;
    if !forget_orders(state, user).await? {
        return Ok(false);
    }
    for export in state.accounts.exports(user).await? {
        for form in ExportForm::ALL {
            state.files.delete(&export.key(form)).await?;
        }
    }
    state.carts.remove_all(user).await?;
    state.notifications.remove_all(user).await?;
    state.accounts.remove_marks(user).await?;
    state.couriers.remove(&CourierId::of_user(user)).await?;
    loop {
        let page = state.accounts.everything_of(user, None).await?;
        let keys = page.items.iter().filter_map(|item| item.get("sk")?.as_s().ok()).filter(|key| goes(key));
        let keys: Vec<String> = keys.cloned().collect();
        if keys.is_empty() {
            break;
        }
        for key in keys {
            if let Ok(picture) = key.parse() {
                state.files.delete(&avatar_key(&picture)).await?;
            }
            state.accounts.remove_item(user, &key).await?;
        }
    }
    let event = SecurityEvent::new(user, SecurityEventKind::Erased, now);
    let done = state.accounts.erase(account, now, state.audit.entry(&event)?).await?;
    count("accounts_erased", u64::from(done));
    Ok(done)
}

/// Whether an item goes before the account does.
fn goes(key: &str) -> bool {
    key != "ACCOUNT" && !STAYS.iter().any(|stays| key.starts_with(stays))
}

/// Takes the person out of their orders and deliveries; `false`, and nothing changed, where one is under way.
async fn forget_orders(state: &State, user: &UserId) -> Result<bool, HandlerError> {
    let (mut orders, mut from) = (Vec::new(), None);
    loop {
        let page = state.orders.of_customer(user, 100, from).await?;
        orders.extend(page.items);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    if orders.iter().any(is_unfinished) {
        return Ok(false);
    }
    for order in &orders {
        state.orders.forget_person(&order.id).await?;
        state.deliveries.forget_person(&order.id).await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_goes_last_and_proof_of_consent_stays() {
        for key in ["adr_1", "ses_1", "FACTORS", "PREFERENCES", "exp_1", "ADDRESSES"] {
            assert!(goes(key), "{key}");
        }
        for key in ["ACCOUNT", "CONSENT#2026-11-27T10:00:00Z#1", "ERASED"] {
            assert!(!goes(key), "{key}");
        }
    }
}
