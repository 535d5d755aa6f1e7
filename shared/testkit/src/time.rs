//! Time passes for one thing at a time: a test moves what is due, because the stack's clock is everybody's.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sipstr_domain::{OrderId, StoreId, UserId};
use sipstr_storage::privacy::day_of;

use crate::{Person, World};

impl World {
    /// Lets the payment window of an order pass.
    pub async fn let_the_window_pass(&self, order: &OrderId) {
        let past = Timestamp::now() - SignedDuration::from_mins(1);
        let update =
            self.db.update_item().table_name(self.table("orders")).key("pk", AttributeValue::S(order.to_string()));
        let update = update.update_expression("SET expiresAt = :t, dueAt = :n");
        let update = update.condition_expression("attribute_exists(dueAt)");
        let update = update.expression_attribute_values(":t", AttributeValue::S(past.to_string()));
        let update = update.expression_attribute_values(":n", AttributeValue::N(past.as_second().to_string()));
        update.send().await.expect("the order is waiting for its payment");
    }

    /// Lets a question to an authenticator grow too old; it is known by its challenge.
    pub async fn let_the_question_age(&self, challenge: &str) {
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, challenge);
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes.expect("base64url"));
        let digits: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let update = self.db.update_item().table_name(self.table("ceremonies")).key("pk", AttributeValue::S(digits));
        let update = update.update_expression("SET #ttl = :past").condition_expression("attribute_exists(pk)");
        let past = AttributeValue::N((Timestamp::now().as_second() - 1).to_string());
        let update = update.expression_attribute_names("#ttl", "ttl").expression_attribute_values(":past", past);
        update.send().await.expect("the question was asked");
    }

    /// Takes the password of an account away, as the proof of a contested address does.
    pub async fn forget_password(&self, person: &UserId) {
        let update = self.db.update_item().table_name(self.table("accounts"));
        let update = update.key("pk", AttributeValue::S(person.to_string()));
        let update = update.key("sk", AttributeValue::S("ACCOUNT".to_owned()));
        let update = update.update_expression("REMOVE passwordHash").condition_expression("attribute_exists(pk)");
        update.send().await.expect("there is an account");
    }

    /// Runs the sweep that the schedule runs every minute.
    pub async fn sweep_expired(&self) {
        self.invoke("orders-expire", &json!({"sweep": "expired"})).await;
    }

    /// Moves a time of something that lies under a person.
    pub async fn move_time(&self, person: &Person, sort_key: &str, attribute: &str, to: Timestamp) {
        let key = AttributeValue::S(person.id.to_string());
        let update = self.db.update_item().table_name(self.table("accounts")).key("pk", key);
        let update = update.key("sk", AttributeValue::S(sort_key.to_owned())).update_expression("SET #a = :t");
        let update = update.condition_expression("attribute_exists(pk)").expression_attribute_names("#a", attribute);
        let update = update.expression_attribute_values(":t", AttributeValue::S(to.to_string()));
        update.send().await.expect("it is there");
    }

    /// Lets the time pass in which somebody who wants to be forgotten may think better of it.
    pub async fn let_the_grace_pass(&self, person: &Person) {
        let past = Timestamp::now() - SignedDuration::from_mins(1);
        let account = self.accounts().get(&person.id).await.expect("the table answers").expect("an account");
        if account.erasure_due_at.is_some() {
            self.move_time(person, "ACCOUNT", "erasureDueAt", past).await;
        }
        let listed = self.db.put_item().table_name(self.table("accounts"));
        let listed = listed.item("pk", AttributeValue::S(format!("ERASURE#{}", day_of(past))));
        listed.item("sk", AttributeValue::S(person.id.to_string())).send().await.expect("the table answers");
    }

    /// Lets an order have been placed at another time.
    pub async fn age_order(&self, order: &OrderId, placed_at: Timestamp) {
        let update =
            self.db.update_item().table_name(self.table("orders")).key("pk", AttributeValue::S(order.to_string()));
        let update = update.update_expression("SET placedKey = :t").condition_expression("attribute_exists(pk)");
        let key = format!("{placed_at}#{}", &order.suffix()[..8]);
        update.expression_attribute_values(":t", AttributeValue::S(key)).send().await.expect("the order is there");
    }

    /// Lets an account have been made at another time.
    pub async fn age_account(&self, user: &UserId, created_at: Timestamp) {
        let update =
            self.db.update_item().table_name(self.table("accounts")).key("pk", AttributeValue::S(user.to_string()));
        let update = update.key("sk", AttributeValue::S("ACCOUNT".to_owned())).update_expression("SET createdAt = :t");
        let update = update.condition_expression("attribute_exists(pk)");
        let update = update.expression_attribute_values(":t", AttributeValue::S(created_at.to_string()));
        update.send().await.expect("the account is there");
    }

    /// Lets a customer's cart have lain still for so long.
    pub async fn let_the_cart_lie(&self, person: &Person, store: &StoreId, how_long: SignedDuration) {
        let then = Timestamp::from_second((Timestamp::now() - how_long).as_second()).expect("a time");
        let update = self.db.update_item().table_name(self.table("carts"));
        let update = update.key("pk", AttributeValue::S(person.id.to_string()));
        let update = update.key("sk", AttributeValue::S(format!("CART#{store}")));
        let update = update.update_expression("SET changedAt = :t, idleSince = :t");
        let update = update.condition_expression("attribute_exists(idleKey)");
        let update = update.expression_attribute_values(":t", AttributeValue::S(then.to_string()));
        update.send().await.expect("the cart is watched");
    }

    /// Runs the sweep of abandoned carts that the schedule runs every ten minutes.
    pub async fn sweep_carts(&self) {
        self.invoke("carts-remind", &json!({"sweep": "abandoned"})).await;
    }

    /// Whose e-mail address this is.
    pub async fn account_of(&self, email: &str) -> Option<UserId> {
        self.accounts().id_of(&email.parse().expect("an address")).await.expect("the table answers")
    }

    /// Whether anything personal of somebody is stored, wherever it lies.
    pub async fn knows_of(&self, person: &Person) -> bool {
        let under = self.accounts().everything_of(&person.id, None).await.expect("the table answers").items;
        let key = |item: &sipstr_storage::Item| item["sk"].as_s().cloned().unwrap_or_default();
        let personal = under.iter().map(key).any(|key| !key.starts_with("CONSENT#") && key != "ERASED");
        let notices = self.notifications().of_user(&person.id, 1, None).await.expect("the table answers").items;
        let carts = self.carts().of_customer(&person.id).await.expect("the table answers");
        let lists = self.carts().lists(&person.id).await.expect("the table answers");
        let shares = self.carts().shares(&person.id).await.expect("the table answers");
        let basket = !carts.is_empty() || !lists.is_empty() || !shares.is_empty();
        personal || basket || !notices.is_empty() || self.account_of(&person.email).await.is_some()
    }
}
