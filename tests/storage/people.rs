//! Accounts, addresses, mailed codes and notices.

use jiff::SignedDuration;
use jiff::civil::date;
use sipstr_domain::account::{DateOfBirth, Email, Role};
use sipstr_domain::{NotificationId, UserId};
use sipstr_storage::accounts::{Account, Accounts, PasswordHash, ProfileChange, Verification};
use sipstr_storage::addresses::AddressAdded;
use sipstr_storage::codes::Purpose;
use sipstr_storage::notifications::{Notice, Notifications, sort_key};
use sipstr_testkit::{address, store_somewhere};

use crate::ground::{Ground, at_once, now};

pub fn email() -> Email {
    "ada@example.test".parse().expect("an address")
}

pub fn account(email: Email) -> Account {
    let born = DateOfBirth::new(date(1990, 5, 17), date(2026, 1, 1)).expect("a birthday");
    Account {
        password_hash: Some(PasswordHash("$argon2id$".to_owned())),
        ..Account::new(UserId::new(), email, "Ada Adult".parse().expect("a name"), born, vec![Role::Customer], now())
    }
}

#[tokio::test]
async fn of_twenty_who_register_with_one_address_one_has_it() {
    let ground = Ground::new().await;
    let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
    let people: Vec<Account> = (0..20).map(|_| account(email())).collect();
    let told = at_once(20, |number| {
        let (accounts, person) = (&accounts, &people[number]);
        async move { (person.id.clone(), accounts.register(person).await.unwrap()) }
    });
    let winners: Vec<UserId> = told.await.into_iter().filter(|(_, done)| *done).map(|(id, _)| id).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(accounts.id_of(&email()).await.unwrap().as_ref(), winners.first());
    for person in &people {
        assert_eq!(accounts.get(&person.id).await.unwrap().is_some(), person.id == winners[0], "nothing is half-done");
    }
}

#[tokio::test]
async fn guesses_at_a_code_are_counted_before_they_are_looked_at() {
    let ground = Ground::new().await;
    let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
    let ada = account(email());
    assert!(accounts.register(&ada).await.unwrap());
    assert_eq!(
        accounts.count_code_guess(&ada.id, Purpose::ProveEmail, 5).await.unwrap(),
        None,
        "no code was asked for"
    );

    let code = |nonce: &str| Verification { nonce: nonce.to_owned(), expires_at: now(), attempts: 0 };
    assert!(accounts.issue_code(&ada.id, Purpose::ProveEmail, &code("one"), None).await.unwrap());
    assert!(
        !accounts.issue_code(&ada.id, Purpose::ProveEmail, &code("two"), None).await.unwrap(),
        "another request was faster"
    );
    assert!(accounts.issue_code(&ada.id, Purpose::ProveEmail, &code("two"), Some("one")).await.unwrap());
    let counted =
        at_once(20, |_| async { accounts.count_code_guess(&ada.id, Purpose::ProveEmail, 5).await.unwrap().is_some() })
            .await;
    assert_eq!(counted.iter().filter(|counted| **counted).count(), 5);

    accounts.verify_email(&ada.id, "one", now()).await.unwrap();
    assert_eq!(accounts.get(&ada.id).await.unwrap().unwrap().email_verified_at, None, "the code was replaced");
    accounts.verify_email(&ada.id, "two", now()).await.unwrap();
    assert!(accounts.get(&ada.id).await.unwrap().unwrap().email_verified_at.is_some());
    let renamed = ProfileChange { name: Some("Ada Lovelace".parse().unwrap()), phone: None };
    assert_eq!(accounts.change_profile(&ada.id, &renamed).await.unwrap().unwrap().name.as_str(), "Ada Lovelace");
    assert_eq!(accounts.change_profile(&UserId::new(), &renamed).await.unwrap(), None);
}

#[tokio::test]
async fn a_person_has_so_many_addresses_and_each_is_added_once() {
    let ground = Ground::new().await;
    let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
    let ada = UserId::new();
    let place = store_somewhere().location;
    let home = address(place);
    let told = at_once(10, |_| async { accounts.add_address(&ada, &home, 3).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|answer| **answer == AddressAdded::Done).count(), 1);
    assert!(told.iter().all(|answer| matches!(answer, AddressAdded::Done | AddressAdded::Before(_))), "{told:?}");

    let told = at_once(10, |_| async { accounts.add_address(&ada, &address(place), 3).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|answer| **answer == AddressAdded::Done).count(), 2);
    assert_eq!(accounts.addresses(&ada).await.unwrap().len(), 3);
    assert!(accounts.remove_address(&ada, &home.id).await.unwrap());
    assert!(!accounts.remove_address(&ada, &home.id).await.unwrap());
    assert_eq!(accounts.add_address(&ada, &address(place), 3).await.unwrap(), AddressAdded::Done);
}

#[tokio::test]
async fn an_event_that_comes_again_is_one_notice() {
    let ground = Ground::new().await;
    let inbox = Notifications::new(ground.db.clone(), ground.table("notifications"));
    let ada = UserId::new();
    let notice = |title: &str, second: i64| Notice {
        id: NotificationId::derive(&[ada.as_str(), &second.to_string()]),
        user_id: ada.clone(),
        kind: "order_confirmed".to_owned(),
        title: title.to_owned(),
        body: String::new(),
        subject: "ord".to_owned(),
        at: now() + SignedDuration::from_secs(second),
        read_at: None,
        mailed: false,
    };
    let first = notice("first", 0);
    assert_eq!(inbox.add(&first).await.unwrap(), first);
    inbox.mark_mailed(&first).await.unwrap();
    let again = Notice { title: "in other words".to_owned(), ..first.clone() };
    let stored = inbox.add(&again).await.unwrap();
    assert_eq!((stored.title.as_str(), stored.mailed), ("first", true));

    inbox.add(&notice("second", 1)).await.unwrap();
    assert!(inbox.mark_read(&ada, &sort_key(&first), now()).await.unwrap());
    assert!(!inbox.mark_read(&UserId::new(), &sort_key(&first), now()).await.unwrap());
    let page = inbox.of_user(&ada, 1, None).await.unwrap();
    assert_eq!(page.items[0].title, "second", "newest first");
    let rest = inbox.of_user(&ada, 5, page.next).await.unwrap();
    assert_eq!(rest.items.len(), 1);
    assert!(rest.items[0].read_at.is_some());
}
