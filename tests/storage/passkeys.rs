//! Passkeys and the questions that they answer.

use jiff::SignedDuration;
use sipstr_domain::security::{SecondFactor, SecurityEventKind};
use sipstr_domain::{PasskeyId, SessionId, UserId};
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::ceremonies::{Ceremonies, Ceremony, Purpose, Subject};
use sipstr_storage::factors::{PendingTotp, Totp};
use sipstr_storage::passkeys::{Passkey, PasskeyAdded};
use sipstr_storage::sessions::Sessions;

use crate::ground::{Ground, at_once, now};
use crate::people::{account, email};

struct Keys {
    ground: Ground,
    accounts: Accounts,
    audit: Audit,
    ada: Account,
}

impl Keys {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
        let audit = Audit::new(ground.db.clone(), ground.table("audit"));
        let ada = account(email());
        assert!(accounts.register(&ada).await.unwrap());
        Self { ground, accounts, audit, ada }
    }

    async fn ada(&self) -> Account {
        self.accounts.get(&self.ada.id).await.unwrap().expect("the account")
    }

    fn event(&self) -> Action {
        self.audit.entry(&SecurityEvent::new(&self.ada.id, SecurityEventKind::PasskeyAdded, now())).unwrap()
    }

    async fn add(&self, account: &Account, passkey: &Passkey) -> PasskeyAdded {
        self.accounts.add_passkey(account, passkey, &["code".to_owned()], self.event()).await.unwrap()
    }
}

fn passkey(of: &UserId, credential: &str) -> Passkey {
    Passkey {
        id: PasskeyId::new(),
        user_id: of.clone(),
        name: "A phone".parse().expect("a name"),
        credential_id: credential.to_owned(),
        public_key: "AAAA".to_owned(),
        sign_count: 7,
        transports: vec!["internal".to_owned()],
        backup_eligible: true,
        backed_up: false,
        created_at: now(),
        last_used_at: None,
    }
}

#[tokio::test]
async fn a_question_is_taken_once_and_only_for_what_it_was_asked() {
    let ground = Ground::new().await;
    let ceremonies = Ceremonies::new(ground.db.clone(), ground.table("ceremonies"));
    let (ada, eve) = (Subject::Person(UserId::new()), Subject::Person(UserId::new()));
    let asked = Ceremony {
        purpose: Purpose::SecondFactor,
        subject: ada.clone(),
        security_version: 3,
        expires_at: now() + SignedDuration::from_mins(5),
    };
    ceremonies.begin(b"challenge", &asked).await.unwrap();
    assert!(ceremonies.begin(b"challenge", &asked).await.is_err(), "no challenge is given twice");
    let take = async |challenge: &[u8], purpose, subject: &Subject, at| {
        ceremonies.take(challenge, purpose, subject, at).await.unwrap()
    };
    assert_eq!(take(b"another", Purpose::SecondFactor, &ada, now()).await, None);
    assert_eq!(take(b"challenge", Purpose::SignIn, &ada, now()).await, None);
    assert_eq!(take(b"challenge", Purpose::SecondFactor, &eve, now()).await, None);
    assert_eq!(take(b"challenge", Purpose::SecondFactor, &Subject::Anybody, now()).await, None);
    assert_eq!(take(b"challenge", Purpose::SecondFactor, &ada, asked.expires_at).await, None, "it is too old then");
    let taken = at_once(10, |_| take(b"challenge", Purpose::SecondFactor, &ada, now())).await;
    assert_eq!(taken.into_iter().flatten().collect::<Vec<_>>(), [asked]);
}

#[tokio::test]
async fn a_credential_is_of_one_account_and_an_account_is_as_it_was_read() {
    let it = Keys::new().await;
    let first = passkey(&it.ada.id, "credential");
    assert_eq!(it.add(&it.ada, &first).await, PasskeyAdded::Done);
    assert_eq!(
        it.add(&it.ada, &passkey(&it.ada.id, "other")).await,
        PasskeyAdded::Stale,
        "there is one more than read"
    );
    let again = it.add(&it.ada().await, &passkey(&it.ada.id, "credential")).await;
    assert_eq!(again, PasskeyAdded::InUse);
    assert_eq!(it.accounts.passkeys(&it.ada.id).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(it.accounts.passkey_of("credential").await.unwrap(), Some((it.ada.id.clone(), first.id.clone())));
    assert_eq!(it.ada().await.second_factors, [SecondFactor::Passkey]);
    assert_eq!(it.accounts.factors(&it.ada.id).await.unwrap().recovery.len(), 1);

    // Of ten at once, each in the belief to be the next, one is.
    let read = it.ada().await;
    let told = at_once(10, |number| {
        let (it, read, another) = (&it, &read, passkey(&it.ada.id, &format!("at once {number}")));
        async move { it.add(read, &another).await }
    });
    let told = told.await;
    assert_eq!(told.iter().filter(|added| **added == PasskeyAdded::Done).count(), 1, "{told:?}");

    let read = it.ada().await;
    assert!(it.accounts.remove_passkey(&read, &first, false, it.event()).await.unwrap());
    let other = it.accounts.passkeys(&it.ada.id).await.unwrap().remove(0);
    assert!(!it.accounts.remove_passkey(&read, &other, false, it.event()).await.unwrap(), "it may be the last by now");
    assert_eq!(it.accounts.passkey_of("credential").await.unwrap(), None);
    assert!(it.accounts.remove_passkey(&it.ada().await, &other, true, it.event()).await.unwrap());
    assert!(it.ada().await.second_factors.is_empty());
    assert!(it.accounts.factors(&it.ada.id).await.unwrap().recovery.is_empty(), "they go with the last factor");
    let renamed = it.accounts.rename_passkey(&it.ada.id, &other.id, &"Gone".parse().unwrap()).await.unwrap();
    assert_eq!(renamed, None, "a name makes no passkey");
}

#[tokio::test]
async fn two_kinds_of_second_factor_that_come_at_once_do_not_forget_each_other() {
    let it = Keys::new().await;
    let pending = PendingTotp { sealed_secret: "sealed".into(), expires_at: now() };
    assert!(it.accounts.offer_totp(&it.ada.id, &pending).await.unwrap());
    let totp = Totp { sealed_secret: "sealed".into(), last_step: 100, since: now() };
    assert_eq!(it.add(&it.ada, &passkey(&it.ada.id, "credential")).await, PasskeyAdded::Done);
    let enable = async |read: &Account| it.accounts.enable_totp(read, &pending, &totp, &[], it.event()).await.unwrap();
    assert!(!enable(&it.ada).await, "what was read says nothing of the passkey");
    assert!(enable(&it.ada().await).await);
    assert_eq!(it.ada().await.second_factors, [SecondFactor::Totp, SecondFactor::Passkey]);
    assert!(it.accounts.disable_totp(&it.ada().await, it.event()).await.unwrap());
    assert_eq!(it.ada().await.second_factors, [SecondFactor::Passkey]);
    assert_eq!(it.accounts.factors(&it.ada.id).await.unwrap().recovery.len(), 1, "one factor is left to recover");
}

#[tokio::test]
async fn a_use_counts_once_and_only_of_a_passkey_that_is_there() {
    let it = Keys::new().await;
    let sessions = Sessions::new(it.ground.db.clone(), it.ground.table("accounts"));
    let phone = passkey(&it.ada.id, "credential");
    assert_eq!(it.add(&it.ada, &phone).await, PasskeyAdded::Done);
    let start = async |used: Action| {
        let session = crate::identity::session(&it.ada().await);
        sessions.start(&session, None, it.event(), vec![used]).await.unwrap()
    };
    let told = at_once(5, |_| start(it.accounts.used_passkey(&phone, 8, true, now()))).await;
    assert_eq!(told.iter().filter(|started| **started).count(), 1);
    let seen = it.accounts.passkey(&it.ada.id, &phone.id).await.unwrap().unwrap();
    assert_eq!((seen.sign_count, seen.backed_up, seen.last_used_at.is_some()), (8, true, true));
    assert!(it.accounts.remove_passkey(&it.ada().await, &seen, true, it.event()).await.unwrap());
    assert!(!start(it.accounts.used_passkey(&seen, 9, true, now())).await, "it was removed on the way");
    assert!(it.accounts.passkey(&it.ada.id, &phone.id).await.unwrap().is_none());
    let nobody = sessions.prove(&it.ada.id, &SessionId::new(), &[], now(), vec![it.event()]).await.unwrap();
    assert!(!nobody, "a session that is over is not proved");
}
