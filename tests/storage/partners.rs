//! What partners are told is written once, sent by one at a time, and found when it is due.

use jiff::ToSpan;
use sipstr_domain::partner::{Attempt, Message, MessageState, Miss, Subscription, Wanted};
use sipstr_domain::{EventId, StoreId, SubscriptionId};
use sipstr_storage::partners::{DueMessage, Partners};

use crate::ground::{Ground, at_once, now};

fn partners(ground: &Ground) -> Partners {
    Partners::new(ground.db.clone(), ground.table("partners"))
}

fn subscription() -> Subscription {
    let wanted = Wanted { url: "https://till.example/".into(), events: ["order.ready".into()].into(), note: None };
    Subscription::new(SubscriptionId::new(), wanted, EventId::new().suffix().to_owned(), now())
}

fn message() -> Message {
    let place = (StoreId::new(), SubscriptionId::new());
    Message::of(place, &EventId::new(), "order.ready", "{}".into(), now())
}

#[tokio::test]
async fn subscriptions_that_are_made_at_once_are_all_there_up_to_ten() {
    let ground = Ground::new().await;
    let (partners, store) = (partners(&ground), StoreId::new());
    let made = at_once(3, async |_| {
        let new = subscription();
        partners.alter(&store, |before| before.with(new.clone()).ok_or(())).await.unwrap()
    });
    assert!(made.await.iter().all(Result::is_ok));
    let all = partners.of_store(&store).await.unwrap();
    assert_eq!((all.items.len(), all.version), (3, 3));
    for _ in 3..10 {
        let new = subscription();
        partners.alter(&store, |before| before.with(new.clone()).ok_or(())).await.unwrap().unwrap();
    }
    let eleventh = subscription();
    assert_eq!(partners.alter(&store, |before| before.with(eleventh.clone()).ok_or(())).await.unwrap(), Err(()));
    assert_eq!(partners.of_store(&store).await.unwrap().items.len(), 10);
    assert_eq!(partners.of_store(&StoreId::new()).await.unwrap().items, []);
}

#[tokio::test]
async fn a_message_is_written_once_and_one_of_many_takes_it_in_hand() {
    let ground = Ground::new().await;
    let (partners, message) = (partners(&ground), message());
    let told = at_once(8, |_| async { partners.tell(&message).await.unwrap() }).await;
    assert_eq!(told.iter().filter(|told| **told).count(), 1);
    let claimed = message.claimed(now()).unwrap();
    let hands = at_once(8, |_| async { partners.advance(&message, &claimed).await.unwrap() }).await;
    assert_eq!(hands.iter().filter(|hand| **hand).count(), 1);
}

#[tokio::test]
async fn a_message_is_due_until_it_is_settled_and_listed_afterwards() {
    let ground = Ground::new().await;
    let (partners, message) = (partners(&ground), message());
    partners.tell(&message).await.unwrap();
    let due = DueMessage { subscription: message.subscription_id.clone(), message: message.id.clone() };
    assert_eq!(partners.due(now(), 10).await.unwrap(), [due]);
    let claimed = message.claimed(now()).unwrap();
    assert!(partners.advance(&message, &claimed).await.unwrap());
    assert_eq!(partners.due(now(), 10).await.unwrap(), [], "it is in hand");
    let missed = claimed.after(Attempt { at: now(), miss: Some(Miss::TimedOut), status: None, millis: 10_000 });
    assert!(partners.advance(&claimed, &missed).await.unwrap());
    assert!(!partners.advance(&claimed, &missed).await.unwrap(), "whoever comes late changes nothing");
    assert_eq!(partners.due(now() + 2.minutes(), 10).await.unwrap().len(), 1);
    let again = missed.claimed(now() + 2.minutes()).unwrap();
    partners.advance(&missed, &again).await.unwrap();
    let done = again.after(Attempt { at: now(), miss: None, status: Some(200), millis: 8 });
    partners.advance(&again, &done).await.unwrap();
    assert_eq!(partners.due(now() + 48.hours(), 10).await.unwrap(), []);
    let listed = partners.messages(&message.subscription_id, 10, None).await.unwrap().items;
    assert_eq!((listed[0].state, listed[0].attempts.len()), (MessageState::Delivered, 2));
}
