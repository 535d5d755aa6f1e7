//! Time passes for one thing at a time: a test moves what is due, because the stack's clock is everybody's.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sipstr_domain::{OrderId, UserId};

use crate::World;

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
}
