//! Other identity providers: ceremonies that end once, identities that belong to one account, a last way in that stays, and
//! the settings of a store's own provider.

use jiff::SignedDuration;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{LinkId, StoreId, UserId};
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts, Verification};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::ceremonies::Ceremonies;
use sipstr_storage::federation::{Ceremony, IdentityKey, Known, Link};
use sipstr_storage::sign_on::SignOn;
use sipstr_storage::stores::Stores;

use crate::ground::{Ground, at_once, now};
use crate::people::{account, email};

struct Houses {
    /// Its tables go when it does.
    _ground: Ground,
    accounts: Accounts,
    ceremonies: Ceremonies,
    stores: Stores,
    audit: Audit,
}

impl Houses {
    async fn new() -> Self {
        let ground = Ground::new().await;
        Self {
            accounts: Accounts::new(ground.db.clone(), ground.table("accounts")),
            ceremonies: Ceremonies::new(ground.db.clone(), ground.table("ceremonies")),
            stores: Stores::new(ground.db.clone(), ground.table("stores")),
            audit: Audit::new(ground.db.clone(), ground.table("audit")),
            _ground: ground,
        }
    }

    fn event(&self, user: &UserId) -> Action {
        self.audit.entry(&SecurityEvent::new(user, SecurityEventKind::FederatedLinked, now())).unwrap()
    }

    async fn someone(&self, email: &str) -> Account {
        let someone = account(email.parse().unwrap());
        assert!(self.accounts.register(&someone).await.unwrap());
        someone
    }

    async fn read(&self, of: &Account) -> Account {
        self.accounts.get(&of.id).await.unwrap().expect("the account")
    }

    async fn link(&self, account: &Account, link: &Link, leftover: Option<&LinkId>) -> bool {
        self.accounts.link(account, link, leftover, self.event(&account.id)).await.unwrap()
    }

    async fn unlink(&self, account: &Account, link: &Link) -> bool {
        self.accounts.unlink(account, link, self.event(&account.id)).await.unwrap()
    }
}

fn link(to: &Account, subject: &str) -> Link {
    Link {
        id: LinkId::new(),
        user_id: to.id.clone(),
        provider: "google".to_owned(),
        identity: IdentityKey::new(None, "https://id.example", subject),
        email: None,
        linked_at: now(),
    }
}

fn ceremony(links_to: Option<UserId>) -> Ceremony {
    Ceremony {
        provider: "apple".to_owned(),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        redirect_uri: "https://api.example/callback".to_owned(),
        return_to: "https://www.example/in".to_owned(),
        secret_hash: "hash".to_owned(),
        links_to,
        told_name: None,
        expires_at: now() + SignedDuration::from_mins(10),
    }
}

fn sign_on(store: &StoreId) -> SignOn {
    SignOn {
        store_id: store.clone(),
        version: 1,
        issuer: "https://id.example".to_owned(),
        client_id: "c".to_owned(),
        sealed_secret: "s".to_owned(),
        domain: "bottles.example".parse().unwrap(),
        domain_token: "t".to_owned(),
        domain_proved_at: None,
        role_claim: "groups".to_owned(),
        roles: vec![],
        changed_at: now(),
    }
}

#[tokio::test]
async fn a_ceremony_ends_once_for_who_holds_its_secret_and_means_the_same() {
    let it = Houses::new().await;
    let ada = it.someone("ada@example.test").await;
    it.ceremonies.begin_elsewhere("s1", &ceremony(None)).await.unwrap();
    it.ceremonies.begin_elsewhere("s2", &ceremony(Some(ada.id.clone()))).await.unwrap();
    let end = async |state: &str, hash: &str, user: Option<&UserId>, later| {
        let at = now() + SignedDuration::from_mins(later);
        it.ceremonies.end_elsewhere(state, hash, user, at).await.unwrap()
    };
    assert_eq!(end("s1", "other", None, 0).await, None);
    assert_eq!(end("s1", "hash", Some(&ada.id), 0).await, None);
    assert_eq!(end("s1", "hash", None, 11).await, None, "over");
    assert_eq!(end("s3", "hash", None, 0).await, None);
    assert_eq!(end("s2", "hash", None, 0).await, None);
    assert_eq!(end("s2", "hash", Some(&UserId::new()), 0).await, None);
    let both = at_once(20, |_| end("s1", "hash", None, 0)).await;
    assert_eq!(both.iter().filter(|found| found.is_some()).count(), 1, "twenty at once");
    assert!(end("s2", "hash", Some(&ada.id), 0).await.is_some());
}

#[tokio::test]
async fn a_name_is_noted_once_on_a_ceremony_of_that_provider() {
    let it = Houses::new().await;
    it.ceremonies.begin_elsewhere("s", &ceremony(None)).await.unwrap();
    let note = async |state: &str, provider: &str, name: Option<&str>| {
        it.ceremonies.note_elsewhere(state, provider, name, now()).await.unwrap().and_then(|found| found.told_name)
    };
    assert_eq!(note("s", "google", Some("Eve")).await, None);
    assert_eq!(note("other", "apple", Some("Eve")).await, None);
    assert_eq!(note("s", "apple", Some("Ada")).await.as_deref(), Some("Ada"));
    assert_eq!(note("s", "apple", Some("Eve")).await.as_deref(), Some("Ada"));
    let ended = it.ceremonies.end_elsewhere("s", "hash", None, now()).await.unwrap().unwrap();
    assert_eq!((ended.told_name.as_deref(), ended.verifier.as_str()), (Some("Ada"), "v"));
}

#[tokio::test]
async fn an_identity_belongs_to_one_account() {
    let it = Houses::new().await;
    let (ada, eve) = (it.someone("ada@example.test").await, it.someone("eve@example.test").await);
    let (hers, his) = (link(&ada, "1"), link(&eve, "1"));
    let (a, b) = tokio::join!(it.link(&ada, &hers, None), it.link(&eve, &his, None));
    assert!(a ^ b, "one of the two");
    let (owner, other) = if a { (&ada, &eve) } else { (&eve, &ada) };
    let Known::Account(known) = it.accounts.known(&hers.identity).await.unwrap() else { panic!("known") };
    assert_eq!(known.id, owner.id);
    let other = it.read(other).await;
    assert!(other.links.is_empty() && it.accounts.links(&other).await.unwrap().is_empty(), "nothing is half-done");
    assert!(!it.link(owner, &link(owner, "2"), None).await, "the account has changed since it was read");
}

#[tokio::test]
async fn a_newcomer_has_address_and_identity_or_nothing() {
    let it = Houses::new().await;
    let ada = it.someone("ada@example.test").await;
    let known = link(&ada, "1");
    assert!(it.link(&ada, &known, None).await);
    for (address, subject) in [("ada@example.test", "2"), ("new@example.test", "1")] {
        let newcomer = account(address.parse().unwrap());
        let link = link(&newcomer, subject);
        let newcomer = Account { links: vec![link.id.clone()], ..newcomer };
        let event = it.event(&newcomer.id);
        assert!(!it.accounts.register_linked(&newcomer, &link, None, vec![event]).await.unwrap());
        assert_eq!(it.accounts.get(&newcomer.id).await.unwrap(), None);
        assert!(it.audit.of_user(&newcomer.id, 10, None).await.unwrap().items.is_empty());
    }
    assert_eq!(it.accounts.id_of(&"new@example.test".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn of_two_ways_in_that_are_taken_off_at_once_one_stays() {
    let it = Houses::new().await;
    let ada = it.someone("ada@example.test").await;
    let (one, two) = (link(&ada, "1"), link(&ada, "2"));
    assert!(it.link(&ada, &one, None).await);
    assert!(it.link(&it.read(&ada).await, &two, None).await);
    let read = it.read(&ada).await;
    assert_eq!(read.ways_in().federated, 2);
    let (a, b) = tokio::join!(it.unlink(&read, &one), it.unlink(&read, &two));
    assert!(a ^ b, "one of the two");
    assert_eq!(it.read(&ada).await.links.len(), 1);
    let gone = if a { &one } else { &two };
    assert_eq!(it.accounts.known(&gone.identity).await.unwrap(), Known::Nobody { leftover: None });
}

#[tokio::test]
async fn links_of_who_came_first_go_when_the_address_is_proved_by_another() {
    let it = Houses::new().await;
    let code = Verification { nonce: "n".to_owned(), expires_at: now() + SignedDuration::from_mins(30), attempts: 0 };
    let first = Account { password_hash: None, verification: Some(code), ..account(email()) };
    let link_of_first = link(&first, "1");
    let first = Account { links: vec![link_of_first.id.clone()], ..first };
    let event = it.event(&first.id);
    assert!(it.accounts.register_linked(&first, &link_of_first, None, vec![event]).await.unwrap());
    it.accounts.contest(&first.id, &email()).await.unwrap();
    it.accounts.verify_email(&first.id, "n", now()).await.unwrap();
    let proved = it.read(&first).await;
    assert_eq!((proved.links.len(), proved.security_version, proved.email_verified_at.is_some()), (0, 1, true));
    let known = it.accounts.known(&link_of_first.identity).await.unwrap();
    assert_eq!(known, Known::Nobody { leftover: Some(link_of_first.id.clone()) });
    let eve = it.someone("eve@example.test").await;
    let again = link(&eve, "1");
    assert!(!it.link(&eve, &again, None).await, "the mark is there");
    assert!(!it.link(&eve, &again, Some(&LinkId::new())).await, "it is of another");
    assert!(it.link(&eve, &again, Some(&link_of_first.id)).await);
    assert!(matches!(it.accounts.known(&again.identity).await.unwrap(), Known::Account(found) if found.id == eve.id));
}

#[tokio::test]
async fn a_sign_on_is_changed_by_who_read_it_as_it_is() {
    let it = Houses::new().await;
    let store = StoreId::new();
    let first = sign_on(&store);
    assert_eq!(it.stores.sign_on(&store).await.unwrap(), None);
    assert!(it.stores.put_sign_on(&first, None, vec![]).await.unwrap());
    assert!(!it.stores.put_sign_on(&first, None, vec![]).await.unwrap(), "there is one");
    let second = SignOn { version: 2, domain_proved_at: Some(now()), changed_at: now(), ..first.clone() };
    assert!(it.stores.put_sign_on(&second, Some(&first), vec![]).await.unwrap());
    assert!(!it.stores.put_sign_on(&second, Some(&first), vec![]).await.unwrap(), "it was read before");
    assert_eq!(it.stores.sign_on(&store).await.unwrap().as_ref(), Some(&second));
    assert!(it.accounts.commit(vec![it.stores.still_signs_on(&second)]).await.unwrap());
    assert!(!it.accounts.commit(vec![it.stores.still_signs_on(&first)]).await.unwrap());
    assert!(!it.stores.remove_sign_on(&first, vec![]).await.unwrap());
    assert!(it.stores.remove_sign_on(&second, vec![]).await.unwrap());
    assert!(it.stores.members(&store).await.unwrap().is_empty(), "it was nobody of the staff");
}
