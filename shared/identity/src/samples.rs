//! An account and a session that a test changes to what it is about.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::security::Method;
use sipstr_domain::{StoreId, UserId};
use sipstr_storage::accounts::Account;
use sipstr_storage::sessions::Session;

use crate::RefreshToken;

pub fn account() -> Account {
    let membership = Membership { store_id: StoreId::new(), role: StoreRole::Owner };
    let json = serde_json::json!({
        "id": UserId::new(), "version": 1, "email": "ada@example.com", "name": "Ada", "dateOfBirth": "1990-01-01",
        "roles": [Role::Customer], "memberships": [membership], "createdAt": "2026-11-01T00:00:00Z",
    });
    serde_json::from_value(json).expect("an account")
}

pub fn session(refresh: &RefreshToken, methods: Vec<Method>, now: Timestamp) -> Session {
    Session {
        id: refresh.session.clone(),
        user_id: refresh.user.clone(),
        token_hash: refresh.hash(),
        security_version: 0,
        methods,
        proved_at: now,
        device: "curl".into(),
        network: None,
        created_at: now,
        expires_at: now + SignedDuration::from_hours(1),
        rotation: None,
    }
}
