//! Time passes for one thing at a time: a test moves what is due, because the stack's clock is everybody's.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sipstr_domain::OrderId;

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

    /// Runs the sweep that the schedule runs every minute.
    pub async fn sweep_expired(&self) {
        self.invoke("orders-expire", &json!({"sweep": "expired"})).await;
    }
}
