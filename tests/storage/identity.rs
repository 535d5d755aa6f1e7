//! Sessions, credentials, second factors, limits and the record of what happened to them.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::security::{Method, SecondFactor, SecurityEventKind};
use sipstr_domain::{SessionId, UserId};
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts, EmailChange, PasswordHash, Verification};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::codes::Purpose;
use sipstr_storage::credentials::EmailChanged;
use sipstr_storage::factors::{PendingTotp, Totp};
use sipstr_storage::limits::{Limit, Limits, Taken};
use sipstr_storage::sessions::{Rotation, Session, Sessions};

use crate::ground::{Ground, at_once, now};
use crate::people::{account, email};

struct Identity {
    ground: Ground,
    accounts: Accounts,
    sessions: Sessions,
    audit: Audit,
    ada: Account,
}

impl Identity {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
        let sessions = Sessions::new(ground.db.clone(), ground.table("accounts"));
        let audit = Audit::new(ground.db.clone(), ground.table("audit"));
        let ada = account(email());
        assert!(accounts.register(&ada).await.unwrap());
        Self { ground, accounts, sessions, audit, ada }
    }

    async fn ada(&self) -> Account {
        self.accounts.get(&self.ada.id).await.unwrap().expect("the account")
    }

    fn event(&self, kind: SecurityEventKind) -> Action {
        self.audit.entry(&SecurityEvent::new(&self.ada.id, kind, now())).unwrap()
    }

    async fn kinds(&self) -> Vec<SecurityEventKind> {
        let page = self.audit.of_user(&self.ada.id, 50, None).await.unwrap();
        page.items.into_iter().map(|event| event.kind).collect()
    }

    async fn start(&self, account: &Account) -> Option<Session> {
        let session = session(account);
        let event = self.event(SecurityEventKind::SignedIn);
        self.sessions.start(&session, Some("device"), event, vec![]).await.unwrap().then_some(session)
    }
}

pub fn session(of: &Account) -> Session {
    Session {
        id: SessionId::new(),
        user_id: of.id.clone(),
        token_hash: "first".to_owned(),
        security_version: of.security_version,
        methods: vec![Method::Password],
        proved_at: now(),
        device: "curl".to_owned(),
        network: None,
        created_at: now(),
        expires_at: now() + SignedDuration::from_hours(1),
        rotation: None,
    }
}

#[tokio::test]
async fn a_session_s_token_is_rotated_by_one_and_not_after_its_end() {
    let it = Identity::new().await;
    let session = it.start(&it.ada).await.unwrap();
    let rotation = Rotation { at: now(), from_hash: "first".to_owned(), salt: "salt".to_owned() };
    let done = at_once(10, |_| async { it.sessions.rotate(&session, "second", &rotation).await.unwrap() }).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    let seen = it.sessions.get(&it.ada.id, &session.id).await.unwrap().unwrap();
    assert_eq!((seen.token_hash.as_str(), seen.rotation.as_ref()), ("second", Some(&rotation)));

    assert!(it.sessions.end(&it.ada.id, &session.id).await.unwrap());
    assert!(!it.sessions.end(&it.ada.id, &session.id).await.unwrap());
    let late = Rotation { from_hash: "second".to_owned(), ..rotation };
    assert!(!it.sessions.rotate(&session, "third", &late).await.unwrap());
    assert_eq!(it.sessions.get(&it.ada.id, &session.id).await.unwrap(), None);
}

#[tokio::test]
async fn no_session_starts_on_an_account_that_was_secured_or_disabled_meanwhile() {
    let it = Identity::new().await;
    assert!(it.start(&it.ada).await.is_some());
    assert!(it.ada().await.known_devices.contains("device"));

    assert!(it.accounts.end_sessions(&it.ada, None, it.event(SecurityEventKind::AllSessionsEnded)).await.unwrap());
    assert!(it.start(&it.ada).await.is_none(), "the reader has an old account in hand");
    let secured = it.ada().await;
    let kept = it.start(&secured).await.unwrap();
    let event = it.event(SecurityEventKind::AllSessionsEnded);
    assert!(it.accounts.end_sessions(&secured, Some(&kept.id), event).await.unwrap());
    let again = it.sessions.get(&secured.id, &kept.id).await.unwrap().unwrap();
    assert_eq!(again.security_version, it.ada().await.security_version, "it goes on, and it alone");

    let disabled = it.event(SecurityEventKind::Disabled);
    assert!(it.accounts.set_disabled(&it.ada().await, Some(now()), vec![disabled]).await.unwrap());
    assert!(it.start(&it.ada().await).await.is_none());
    assert!(it.accounts.standing(&it.ada.id).await.unwrap().unwrap().disabled);
    let enabled = it.event(SecurityEventKind::Enabled);
    assert!(it.accounts.set_disabled(&it.ada().await, None, vec![enabled]).await.unwrap());
    assert!(it.start(&it.ada().await).await.is_some());

    it.sessions.end_others(&it.ada.id, Some(&kept.id)).await.unwrap();
    assert_eq!(it.sessions.of_user(&it.ada.id).await.unwrap().len(), 1);
    let told = it.kinds().await;
    assert_eq!(told.iter().filter(|kind| **kind == SecurityEventKind::SignedIn).count(), 3, "one a session: {told:?}");
}

fn code(nonce: &str) -> Verification {
    Verification { nonce: nonce.to_owned(), expires_at: now() + SignedDuration::from_mins(30), attempts: 0 }
}

#[tokio::test]
async fn a_reset_happens_once_however_many_have_the_code() {
    let it = Identity::new().await;
    assert!(it.accounts.issue_code(&it.ada.id, Purpose::ResetPassword, &code("n"), None).await.unwrap());
    let ada = it.ada().await;
    let done = at_once(10, |number| {
        let (it, ada) = (&it, &ada);
        async move {
            let hash = PasswordHash(format!("hash {number}"));
            let event = it.event(SecurityEventKind::PasswordReset);
            it.accounts.reset_password(ada, "n", &hash, now(), event).await.unwrap()
        }
    });
    assert_eq!(done.await.iter().filter(|done| **done).count(), 1);
    let after = it.ada().await;
    assert!(after.email_verified_at.is_some(), "who reads the mail has proved the address");
    assert_eq!((after.security_version, after.password_reset), (1, None));
    assert_eq!(it.kinds().await, [SecurityEventKind::PasswordReset]);
}

#[tokio::test]
async fn of_two_who_want_one_new_address_one_gets_it() {
    let it = Identity::new().await;
    let bea = account("bea@example.test".parse().unwrap());
    assert!(it.accounts.register(&bea).await.unwrap());
    let to: sipstr_domain::account::Email = "new@example.test".parse().unwrap();
    let mut told = Vec::new();
    for person in [&it.ada, &bea] {
        let change = EmailChange { to: to.clone(), code: code("n") };
        assert!(it.accounts.issue_email_change(&person.id, &change, None).await.unwrap());
        let person = it.accounts.get(&person.id).await.unwrap().unwrap();
        let event = it.event(SecurityEventKind::EmailChanged);
        told.push(it.accounts.change_email(&person, &change, now(), event).await.unwrap());
    }
    assert_eq!(told, [EmailChanged::Done, EmailChanged::InUse]);
    assert_eq!(it.accounts.id_of(&to).await.unwrap(), Some(it.ada.id.clone()));
    assert_eq!(it.accounts.id_of(&email()).await.unwrap(), None, "the old address is free");
    assert_eq!(it.ada().await.previous_email, Some(email()));
    assert!(it.accounts.register(&account(email())).await.unwrap());
}

#[tokio::test]
async fn whose_address_was_disputed_loses_the_password_with_the_proof() {
    let it = Identity::new().await;
    assert!(it.accounts.issue_code(&it.ada.id, Purpose::ProveEmail, &code("n"), None).await.unwrap());
    it.accounts.contest(&it.ada.id, &email()).await.unwrap();
    it.accounts.verify_email(&it.ada.id, "n", now()).await.unwrap();
    let after = it.ada().await;
    assert!(after.email_verified_at.is_some() && after.password_hash.is_none() && !after.contested);
    it.accounts.contest(&it.ada.id, &email()).await.unwrap();
    assert!(!it.ada().await.contested, "what is proved is not disputed any more");
}

#[tokio::test]
async fn a_code_s_time_step_and_a_recovery_code_are_used_once() {
    let it = Identity::new().await;
    let pending = PendingTotp { sealed_secret: "sealed".into(), expires_at: now() };
    assert!(it.accounts.offer_totp(&it.ada.id, &pending).await.unwrap());
    let totp = Totp { sealed_secret: "sealed".into(), last_step: 100, since: now() };
    let codes = ["a".to_owned(), "b".to_owned()];
    let enable = async |pending: &PendingTotp| {
        let event = it.event(SecurityEventKind::TotpEnabled);
        it.accounts.enable_totp(&it.ada().await, pending, &totp, &codes, event).await.unwrap()
    };
    assert!(!enable(&PendingTotp { sealed_secret: "another".into(), ..pending.clone() }).await);
    assert!(enable(&pending).await);
    assert!(!enable(&pending).await);
    assert_eq!(it.ada().await.second_factors, [SecondFactor::Totp]);
    assert!(!it.accounts.offer_totp(&it.ada.id, &pending).await.unwrap(), "there is one already");

    assert!(!it.accounts.use_totp_step(&it.ada.id, 100).await.unwrap());
    let done = at_once(10, |_| async { it.accounts.use_totp_step(&it.ada.id, 101).await.unwrap() }).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1);

    let done = at_once(10, |_| async {
        let event = it.event(SecurityEventKind::RecoveryCodeUsed);
        it.accounts.use_recovery_code(&it.ada.id, "a", event).await.unwrap()
    });
    assert_eq!(done.await.iter().filter(|done| **done).count(), 1);
    let event = it.event(SecurityEventKind::TotpDisabled);
    assert!(it.accounts.disable_totp(&it.ada().await, event).await.unwrap());
    let left = it.accounts.factors(&it.ada.id).await.unwrap();
    assert!(left.totp.is_none() && left.recovery.is_empty(), "the codes go with the last factor");
    assert!(it.ada().await.second_factors.is_empty());
}

#[tokio::test]
async fn a_bucket_gives_so_many_at_once_and_refills_evenly() {
    let ground = Ground::new().await;
    let limits = Limits::new(ground.db.clone(), ground.table("limits"));
    let limit = Limit { of: "test", burst: 5, per: SignedDuration::from_secs(50) };
    let at = now();
    let told = at_once(20, |_| async { limits.take(limit, "ada", at).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|taken| **taken == Taken::Yes).count(), 5);
    assert_eq!(limits.take(limit, "ada", at).await.unwrap(), Taken::Empty { retry_after: 10 });
    assert_eq!(limits.take(limit, "bea", at).await.unwrap(), Taken::Yes, "a bucket of her own");
    let later = |seconds: i64| -> Timestamp { at + SignedDuration::from_secs(seconds) };
    assert_eq!(limits.take(limit, "ada", later(9)).await.unwrap(), Taken::Empty { retry_after: 1 });
    assert_eq!(limits.take(limit, "ada", later(10)).await.unwrap(), Taken::Yes);
    assert_eq!(limits.take(limit, "ada", later(10)).await.unwrap(), Taken::Empty { retry_after: 10 });
    limits.fill_now(limit, "ada").await.unwrap();
    for _ in 0..5 {
        assert_eq!(limits.take(limit, "ada", later(11)).await.unwrap(), Taken::Yes);
    }
}

#[tokio::test]
async fn what_happened_stays_as_it_was_written() {
    let it = Identity::new().await;
    let event = SecurityEvent::new(&it.ada.id, SecurityEventKind::SignInFailed, now());
    it.audit.note(&event).await.unwrap();
    assert!(it.audit.note(&event).await.is_err(), "an event is written once");
    assert_eq!(it.audit.of_user(&it.ada.id, 10, None).await.unwrap().items, [event]);
    assert!(it.audit.of_user(&UserId::new(), 10, None).await.unwrap().items.is_empty());
    drop(it.ground);
}
