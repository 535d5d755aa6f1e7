//! What people show of themselves: one picture is shown, a check of the age is settled once, one address is the default.

use sipstr_domain::age::AgeAssurance;
use sipstr_domain::picture::{Picture, PictureFault, PictureState};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{AddressId, PictureId};
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::ages::AgeCheckOpen;
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_testkit::address;

use crate::ground::{Ground, at_once, now};
use crate::people::account;

async fn someone(ground: &Ground) -> (Accounts, Account) {
    let accounts = Accounts::new(ground.db.clone(), ground.table("accounts"));
    let ada = account("ada@example.test".parse().unwrap());
    assert!(accounts.register(&ada).await.unwrap());
    (accounts, ada)
}

#[tokio::test]
async fn a_picture_is_shown_once_in_the_place_of_the_one_that_was_seen() {
    let ground = Ground::new().await;
    let (accounts, ada) = someone(&ground).await;
    let read = async || accounts.get(&ada.id).await.unwrap().expect("the account");
    let [first, second, bad] = [(); 3].map(|()| Picture::new(PictureId::new(), ada.id.clone(), now()));
    for picture in [&first, &second, &bad] {
        assert!(accounts.offer_picture(picture).await.unwrap());
        assert!(!accounts.offer_picture(picture).await.unwrap());
    }
    let told = at_once(4, |_| async { accounts.show_picture(&ada, &first).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|shown| **shown).count(), 1);
    assert!(!accounts.show_picture(&ada, &second).await.unwrap(), "another is shown since");
    let shows_first = read().await;
    assert_eq!(shows_first.avatar, Some(first.id.clone()));
    assert!(accounts.show_picture(&shows_first, &second).await.unwrap());
    assert_eq!(read().await.avatar, Some(second.id.clone()));

    assert!(accounts.refuse_picture(&bad, PictureFault::NoPicture).await.unwrap());
    assert!(!accounts.show_picture(&read().await, &bad).await.unwrap(), "it was refused");
    assert!(!accounts.refuse_picture(&second, PictureFault::NoPicture).await.unwrap(), "it is shown");
    let newest = accounts.newest_picture(&ada.id).await.unwrap().unwrap();
    assert_eq!((newest.state, newest.fault), (PictureState::Refused, Some(PictureFault::NoPicture)));

    assert!(!accounts.hide_picture(&shows_first).await.unwrap(), "another is shown since");
    assert!(accounts.hide_picture(&read().await).await.unwrap());
    assert_eq!(read().await.avatar, None);
    accounts.forget_picture(&ada.id, &second.id).await.unwrap();
    assert_eq!(accounts.picture(&ada.id, &second.id).await.unwrap(), None);
}

#[tokio::test]
async fn the_open_check_of_an_age_is_settled_once_and_an_older_one_never() {
    let ground = Ground::new().await;
    let (accounts, ada) = someone(&ground).await;
    let audit = Audit::new(ground.db.clone(), ground.table("audit"));
    let check = |reference: &str, minutes: i64| AgeCheckOpen {
        reference: reference.to_owned(),
        started_at: now() + jiff::SignedDuration::from_mins(minutes),
    };
    let (older, newer) = (check("vs_1", 0), check("vs_2", 1));
    accounts.open_age_check(&ada.id, &newer).await.unwrap();
    accounts.open_age_check(&ada.id, &older).await.unwrap();
    assert_eq!(accounts.age_check(&ada.id, now()).await.unwrap(), Some(newer.clone()), "the later one counts");
    let at = now();
    let settle = async |check: &AgeCheckOpen| {
        let event = audit.entry(&SecurityEvent::new(&ada.id, SecurityEventKind::AgeRefused, now())).unwrap();
        accounts.settle_age(&ada, check, AgeAssurance::Refused { at }, event).await.unwrap()
    };
    assert!(!settle(&older).await);
    let told = at_once(4, |_| settle(&newer)).await;
    assert_eq!(told.iter().filter(|settled| **settled).count(), 1);
    assert_eq!(accounts.get(&ada.id).await.unwrap().unwrap().age, Some(AgeAssurance::Refused { at }));
    assert_eq!(accounts.age_check(&ada.id, now()).await.unwrap(), None);
    assert_eq!(audit.of_user(&ada.id, 10, None).await.unwrap().items.len(), 1, "an event, once");
}

#[tokio::test]
async fn the_first_address_is_the_default_until_another_is_chosen_or_it_goes() {
    let ground = Ground::new().await;
    let (accounts, ada) = someone(&ground).await;
    let place = sipstr_testkit::store_somewhere().location;
    let [home, work] = [(); 2].map(|()| address(place));
    for one in [&home, &work] {
        accounts.add_address(&ada.id, one, 3).await.unwrap();
    }
    let default = async || accounts.default_address(&ada.id).await.unwrap();
    assert_eq!(default().await, Some(home.id.clone()));
    assert!(!accounts.set_default_address(&ada.id, &AddressId::new()).await.unwrap());
    assert!(accounts.set_default_address(&ada.id, &work.id).await.unwrap());
    assert!(accounts.remove_address(&ada.id, &home.id).await.unwrap());
    assert_eq!(default().await, Some(work.id.clone()), "another went");
    assert!(accounts.remove_address(&ada.id, &work.id).await.unwrap());
    assert!(!accounts.remove_address(&ada.id, &work.id).await.unwrap());
    assert_eq!(default().await, None);
}
