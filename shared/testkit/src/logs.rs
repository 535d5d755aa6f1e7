//! What the functions said, and what lies in the queues of those given up: where nothing personal may be.

use serde_json::{Value, json};

use crate::World;

impl World {
    /// Every line that any function of the stack logged with this text in it.
    pub async fn logged_with(&self, text: &str) -> Vec<String> {
        self.logged_by("", text).await
    }

    /// The same of the functions whose name begins so.
    pub async fn logged_by(&self, function: &str, text: &str) -> Vec<String> {
        let prefix = format!("/aws/lambda/{}-{function}", self.stack.prefix);
        let groups = self.logs("DescribeLogGroups", &json!({"logGroupNamePrefix": prefix})).await;
        let mut lines = Vec::new();
        for group in groups["logGroups"].as_array().into_iter().flatten() {
            let mut wish = json!({"logGroupName": group["logGroupName"]});
            loop {
                let page = self.logs("FilterLogEvents", &wish).await;
                let said =
                    page["events"].as_array().into_iter().flatten().filter_map(|event| event["message"].as_str());
                lines.extend(said.filter(|line| line.contains(text)).map(str::to_owned));
                let Some(next) = page["nextToken"].as_str() else { break };
                wish["nextToken"] = json!(next);
            }
        }
        lines
    }

    /// Every message with this text in a queue of those given up. They stay there.
    pub async fn given_up_with(&self, text: &str) -> Vec<String> {
        let queues = self.sqs("ListQueues", &json!({"QueueNamePrefix": format!("{}-", self.stack.prefix)})).await;
        let mut found = Vec::new();
        let dead = |url: &&str| url.ends_with("-dlq") && !url.contains("-test-");
        for url in queues["QueueUrls"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(dead) {
            let wish = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0});
            let messages = self.sqs("ReceiveMessage", &wish).await;
            let bodies = messages["Messages"].as_array().into_iter().flatten().filter_map(|m| m["Body"].as_str());
            found.extend(bodies.filter(|body| body.contains(text)).map(str::to_owned));
        }
        found
    }

    async fn logs(&self, action: &str, body: &Value) -> Value {
        let request = self.client.post(&self.stack.aws).header("content-type", "application/x-amz-json-1.1");
        let request = request.header("x-amz-target", format!("Logs_20140328.{action}")).body(body.to_string());
        let sent = request.header("authorization", self.scope("logs")).send().await;
        let text = sent.unwrap_or_else(|error| panic!("{action}: {error}")).text().await.unwrap_or_default();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}
