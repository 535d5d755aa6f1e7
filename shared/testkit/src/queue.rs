//! A queue as Terraform makes them, but impatient: it brings a message again after a second, not after six time-outs.

use serde_json::{Value, json};
use sipstr_domain::EventId;

use crate::World;

/// A queue of a test's own in front of a real function, and the queue behind it.
pub struct ImpatientQueue<'a> {
    world: &'a World,
    url: String,
    dead_url: String,
    mapping: String,
}

impl World {
    /// Puts a queue in front of a function, from which a message is put aside when it was received `most` times.
    pub async fn queue_before(&self, function: &str, most: u32) -> ImpatientQueue<'_> {
        let name = format!("{}-test-{}", self.stack.prefix, &EventId::new().suffix()[20..]);
        let dead_url = self.create_queue(&format!("{name}-dlq"), json!({})).await;
        let dead_arn = self.arn_of(&dead_url).await;
        let redrive = json!({"deadLetterTargetArn": dead_arn, "maxReceiveCount": most}).to_string();
        let url = self.create_queue(&name, json!({"VisibilityTimeout": "1", "RedrivePolicy": redrive})).await;
        let mapping = json!({
            "EventSourceArn": self.arn_of(&url).await, "FunctionName": format!("{}-{function}", self.stack.prefix),
            "BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"],
        });
        let made = self.lambda(reqwest::Method::POST, "", Some(&mapping)).await;
        let mapping = made["UUID"].as_str().expect("a mapping").to_owned();
        ImpatientQueue { world: self, url, dead_url, mapping }
    }

    async fn create_queue(&self, name: &str, attributes: Value) -> String {
        let made = self.sqs("CreateQueue", &json!({"QueueName": name, "Attributes": attributes})).await;
        made["QueueUrl"].as_str().expect("a queue").to_owned()
    }

    async fn arn_of(&self, url: &str) -> String {
        let asked = json!({"QueueUrl": url, "AttributeNames": ["QueueArn"]});
        let found = self.sqs("GetQueueAttributes", &asked).await;
        found["Attributes"]["QueueArn"].as_str().expect("an address").to_owned()
    }

    pub(crate) async fn sqs(&self, action: &str, body: &Value) -> Value {
        let request = self.client.post(&self.stack.aws).header("content-type", "application/x-amz-json-1.0");
        let request = request.header("x-amz-target", format!("AmazonSQS.{action}")).body(body.to_string());
        let sent = request.header("authorization", self.scope("sqs")).send().await;
        let text = sent.unwrap_or_else(|error| panic!("{action}: {error}")).text().await.unwrap_or_default();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn lambda(&self, method: reqwest::Method, id: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/2015-03-31/event-source-mappings/{id}", self.stack.aws);
        let request = self.client.request(method, url).header("authorization", self.scope("lambda"));
        let request = if let Some(body) = body { request.json(body) } else { request };
        let sent = request.send().await.unwrap_or_else(|error| panic!("event source mapping: {error}"));
        serde_json::from_str(&sent.text().await.unwrap_or_default()).unwrap_or(Value::Null)
    }
}

impl ImpatientQueue<'_> {
    pub async fn send(&self, body: &str) {
        let sent = self.world.sqs("SendMessage", &json!({"QueueUrl": self.url, "MessageBody": body})).await;
        assert!(sent["MessageId"].is_string(), "the message is taken: {sent}");
    }

    /// What lies in the queue of those given up, which it leaves empty.
    pub async fn given_up(&self) -> Vec<String> {
        let wish = json!({"QueueUrl": self.dead_url, "MaxNumberOfMessages": 10});
        let found = self.world.sqs("ReceiveMessage", &wish).await;
        let mut bodies = Vec::new();
        for message in found["Messages"].as_array().into_iter().flatten() {
            let handle = json!({"QueueUrl": self.dead_url, "ReceiptHandle": message["ReceiptHandle"]});
            self.world.sqs("DeleteMessage", &handle).await;
            bodies.extend(message["Body"].as_str().map(str::to_owned));
        }
        bodies
    }

    /// How many messages wait or are being handled.
    pub async fn depth(&self) -> u32 {
        const NAMES: [&str; 2] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let asked = json!({"QueueUrl": self.url, "AttributeNames": NAMES});
        let found = self.world.sqs("GetQueueAttributes", &asked).await;
        NAMES.iter().filter_map(|name| found["Attributes"][name].as_str()?.parse::<u32>().ok()).sum()
    }

    /// Takes the queue away.
    pub async fn close(self) {
        self.world.lambda(reqwest::Method::DELETE, &self.mapping, None).await;
        for url in [&self.url, &self.dead_url] {
            self.world.sqs("DeleteQueue", &json!({"QueueUrl": url})).await;
        }
    }
}
