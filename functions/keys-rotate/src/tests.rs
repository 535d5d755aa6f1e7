//! A rotation from its first day to the week after, with a crash after every write.

use std::cell::{Cell, RefCell};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sipstr_runtime::HandlerError;

use super::rotation::Keys;
use super::vault::Vault;
use super::*;
use crate::key::PrivateKey;

/// Secret and key set in memory. It can lose one write of the secret, as when the function dies before it.
struct Memory {
    keys: RefCell<Keys>,
    shown: RefCell<Vec<Value>>,
    dies: Cell<bool>,
}

impl Memory {
    fn new() -> Self {
        let current = PrivateKey::generate().unwrap();
        let shown = RefCell::new(vec![current.jwk().unwrap()]);
        let keys = Keys { current, since: None, next: None, retired: vec![] };
        Self { keys: RefCell::new(keys), shown, dies: Cell::new(false) }
    }

    fn shown(&self) -> Vec<String> {
        self.shown.borrow().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    fn signs(&self) -> String {
        self.keys.borrow().current.kid.clone()
    }
}

impl Vault for Memory {
    async fn keys(&self) -> Result<Keys, HandlerError> {
        Ok(self.keys.borrow().clone())
    }

    async fn keep(&self, keys: &Keys) -> Result<(), HandlerError> {
        if self.dies.take() {
            return Err("the function died".into());
        }
        // As the secret holds it.
        *self.keys.borrow_mut() = serde_json::from_value(serde_json::json!(keys)).unwrap();
        Ok(())
    }

    async fn publish(&self, jwk: &Value) -> Result<(), HandlerError> {
        let mut shown = self.shown.borrow_mut();
        if !shown.iter().any(|key| key["kid"] == jwk["kid"]) {
            shown.push(jwk.clone());
        }
        Ok(())
    }

    async fn withdraw(&self, kids: &[String]) -> Result<(), HandlerError> {
        self.shown.borrow_mut().retain(|key| !kids.iter().any(|kid| key["kid"] == kid.as_str()));
        Ok(())
    }
}

fn hour(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

/// Runs once an hour for 45 days, dying before the secret is written where `dies` says so.
async fn live(memory: &Memory, dies: bool) -> Vec<(i64, Step)> {
    let mut steps = Vec::new();
    let mut signed_with: Vec<(i64, String)> = Vec::new();
    let mut shown_since: std::collections::HashMap<String, i64> = Default::default();
    for now in 0..24 * 45 {
        if dies && due(&memory.keys.borrow(), hour(now)).is_some() {
            memory.dies.set(true);
            assert!(step(memory, hour(now)).await.is_err());
        }
        if let Some(step) = step(memory, hour(now)).await.unwrap() {
            steps.push((now, step));
        }
        for kid in memory.shown() {
            shown_since.entry(kid).or_insert(now);
        }
        let signs = memory.signs();
        assert!(memory.shown().contains(&signs), "a token that nobody can check");
        if signed_with.last().is_none_or(|(_, kid)| *kid != signs) {
            assert!(now == 0 || now - shown_since[&signs] >= 24, "it signs before everybody knows it");
            signed_with.push((now, signs));
        }
        // Whoever started up to six days ago may still sign with the key of that day.
        let old = signed_with.iter().rev().find(|(since, _)| *since <= now - 24 * 6);
        assert!(old.is_none_or(|(_, kid)| memory.shown().contains(kid)), "a key was forgotten too soon");
    }
    steps
}

#[tokio::test]
async fn a_key_is_known_a_day_before_it_signs_and_a_week_after() {
    for dies in [false, true] {
        let memory = Memory::new();
        let first = memory.signs();
        let steps = live(&memory, dies).await;
        let day = |days: i64| days * 24;
        assert_eq!(
            steps,
            [
                (0, Step::Date),
                (day(29), Step::Prepare),
                (day(29) + 1, Step::Publish),
                (day(30) + 1, Step::Promote),
                (day(37) + 1, Step::Forget),
            ],
            "with crashes: {dies}"
        );
        assert_ne!(memory.signs(), first);
        assert_eq!(memory.shown(), [memory.signs()]);
    }
}

#[test]
fn the_secret_that_is_made_by_hand_is_one_that_signs() {
    let key = PrivateKey::generate().unwrap();
    let by_hand = serde_json::json!({"kid": key.kid, "privateKeyPem": key.private_key_pem});
    let keys: Keys = serde_json::from_value(by_hand).unwrap();
    assert_eq!((due(&keys, hour(0)), keys.current), (Some(Step::Date), key.clone()));
    assert!(!format!("{key:?}").contains("PRIVATE"));
    assert!(PrivateKey { private_key_pem: "nonsense".into(), ..key }.jwk().is_err());
}
