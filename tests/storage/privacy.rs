//! Copies of what is known of a person, and the end of an account: each step happens once, and only as it was read.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::privacy::{ERASURE_GRACE, Export};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{ExportId, UserId};
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::privacy::day_of;

use crate::ground::{Ground, at_once, now};
use crate::people::account;

struct Registry {
    /// Its tables go when it does.
    _ground: Ground,
    accounts: Accounts,
    audit: Audit,
}

impl Registry {
    async fn new() -> Self {
        let ground = Ground::new().await;
        Self {
            accounts: Accounts::new(ground.db.clone(), ground.table("accounts")),
            audit: Audit::new(ground.db.clone(), ground.table("audit")),
            _ground: ground,
        }
    }

    fn event(&self, user: &UserId) -> Action {
        self.audit.entry(&SecurityEvent::new(user, SecurityEventKind::ErasureRequested, now())).unwrap()
    }

    async fn someone(&self, email: &str) -> Account {
        let someone = account(email.parse().unwrap());
        assert!(self.accounts.register(&someone).await.unwrap());
        someone
    }

    async fn read(&self, of: &Account) -> Account {
        self.accounts.get(&of.id).await.unwrap().expect("the account")
    }

    async fn events(&self, of: &Account) -> usize {
        self.audit.of_user(&of.id, 100, None).await.unwrap().items.len()
    }
}

#[tokio::test]
async fn a_copy_is_asked_for_once_and_made_once() {
    let it = Registry::new().await;
    let ada = it.someone("ada@example.test").await;
    let at = |hours: i64| now() + SignedDuration::from_hours(hours);
    // Ids follow from requests: the later one may sort before the earlier.
    let copies = ["b", "a", "c"].map(|key| ExportId::derive(&[ada.id.as_str(), key]));
    for (hours, id) in (0..).zip(&copies) {
        let export = Export::new(id.clone(), ada.id.clone(), at(hours));
        let told = at_once(4, |_| async { it.accounts.ask_export(&export, it.event(&ada.id)).await.unwrap() }).await;
        assert_eq!(told.iter().filter(|made| **made).count(), 1);
    }
    assert_eq!(it.events(&ada).await, 3, "an event a copy");
    let listed: Vec<ExportId> = it.accounts.exports(&ada.id).await.unwrap().into_iter().map(|copy| copy.id).collect();
    assert_eq!(listed, [copies[2].clone(), copies[1].clone(), copies[0].clone()], "newest first");

    let copy = it.accounts.export(&ada.id, &copies[0]).await.unwrap().expect("it was asked for");
    let told = at_once(4, |_| async { it.accounts.export_made(&copy, at(1)).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|made| **made).count(), 1);
    let nobodys = Export::new(ExportId::new(), ada.id.clone(), now());
    assert!(!it.accounts.export_made(&nobodys, now()).await.unwrap());
    assert_eq!(it.accounts.export(&UserId::new(), &copies[0]).await.unwrap(), None);
}

#[tokio::test]
async fn who_wants_to_be_forgotten_is_on_the_list_of_a_day_and_may_come_back() {
    let it = Registry::new().await;
    let ada = it.someone("ada@example.test").await;
    let due = now() + ERASURE_GRACE;
    let ask = async |account: &Account| it.accounts.ask_erasure(account, now(), due, it.event(&ada.id)).await.unwrap();
    let told = at_once(4, |_| ask(&ada)).await;
    assert_eq!(told.iter().filter(|asked| **asked).count(), 1);
    let closed = it.read(&ada).await;
    assert_eq!((closed.erasure_due_at, closed.security_version), (Some(due), ada.security_version + 1));
    assert!(closed.disabled_at.is_some());
    assert!(!ask(&closed).await, "once");
    assert_eq!(it.accounts.erasures_of(day_of(due)).await.unwrap(), std::slice::from_ref(&ada.id));

    assert!(!it.accounts.cancel_erasure(&ada, it.event(&ada.id)).await.unwrap(), "not as it was read");
    assert!(it.accounts.cancel_erasure(&closed, it.event(&ada.id)).await.unwrap());
    let back = it.read(&ada).await;
    assert_eq!((back.erasure_due_at, back.disabled_at), (None, None));
    assert!(!it.accounts.cancel_erasure(&back, it.event(&ada.id)).await.unwrap(), "there is nothing to take back");
    it.accounts.erasure_handled(day_of(due), &ada.id).await.unwrap();
    assert!(it.accounts.erasures_of(day_of(due)).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_step_holds_only_for_the_account_as_it_was_read_and_frees_its_address() {
    let it = Registry::new().await;
    let ada = it.someone("ada@example.test").await;
    let erase = async |account: &Account| it.accounts.erase(account, now(), it.event(&ada.id)).await.unwrap();
    assert!(it.accounts.ask_erasure(&ada, now(), now(), it.event(&ada.id)).await.unwrap());
    assert!(!erase(&ada).await, "it was secured anew since");
    let closed = it.read(&ada).await;
    assert!(erase(&closed).await);
    assert!(!erase(&closed).await, "once");
    assert_eq!(it.accounts.get(&ada.id).await.unwrap(), None);
    assert_eq!(it.accounts.id_of(&ada.email).await.unwrap(), None);
    it.someone("ada@example.test").await;
}

#[tokio::test]
async fn what_nobody_proved_is_found_by_its_age() {
    let it = Registry::new().await;
    let made = |email: &str, created_at: Timestamp| Account { created_at, ..account(email.parse().unwrap()) };
    let long_ago: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let (old, young) = (made("old@example.test", long_ago), made("young@example.test", now()));
    let proved = Account { email_verified_at: Some(long_ago), ..made("proved@example.test", long_ago) };
    for someone in [&old, &proved, &young] {
        assert!(it.accounts.register(someone).await.unwrap());
    }
    let before: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let found = it.accounts.unproved_since(before, None).await.unwrap().items;
    assert_eq!(found.iter().map(|account| &account.id).collect::<Vec<_>>(), [&old.id]);
}
