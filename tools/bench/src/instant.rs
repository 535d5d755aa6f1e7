//! An AWS that answers at once: DynamoDB's JSON protocol over items in memory, secrets, and Stripe's PaymentIntents.
//!
//! It keeps what is put and gives back what is asked for, and notes every call. Updates change nothing and conditions always
//! hold, so that each order meets the same shop.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Request, Response, serve};
use crate::units::item_size;

/// A call that was made, and the items that it touched.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: String,
    pub reads: Vec<Touched>,
    pub writes: Vec<Touched>,
}

#[derive(Debug, Clone)]
pub struct Touched {
    pub table: String,
    /// As it is stored; nothing where there is none.
    pub item: Value,
}

impl Touched {
    pub fn bytes(&self) -> usize {
        item_size(&self.item)
    }
}

#[derive(Clone)]
pub struct Instant {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    tables: HashMap<String, BTreeMap<(String, String), Value>>,
    secrets: HashMap<String, String>,
    calls: Vec<Call>,
}

impl Instant {
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        let address = serve(move |request| Some(shared.lock().ok()?.answer(&request)))?;
        Ok(Self { address, state })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn put_secret(&self, name: &str, value: &Value) {
        self.locked().secrets.insert(name.to_owned(), value.to_string());
    }

    /// The calls since the last time that this was asked.
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.locked().calls)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> Response {
        if let Some(target) = request.header("x-amz-target") {
            let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
            let input: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let mut call = Call { operation, reads: Vec::new(), writes: Vec::new() };
            let output = self.aws(&mut call, &input);
            let known = output.is_some();
            self.calls.push(call);
            let body = output.unwrap_or_else(|| json!({"__type": "UnknownOperationException"})).to_string();
            let mut response = Response::of(if known { 200 } else { 400 }, body);
            response.headers.push(("content-type", "application/x-amz-json-1.0".to_owned()));
            return response;
        }
        let operation = format!("Stripe {} {}", request.method, request.path);
        self.calls.push(Call { operation, reads: Vec::new(), writes: Vec::new() });
        stripe(request)
    }

    fn aws(&mut self, call: &mut Call, input: &Value) -> Option<Value> {
        let table = input["TableName"].as_str().unwrap_or_default();
        match call.operation.as_str() {
            "GetItem" => {
                let item = self.get(call, table, &input["Key"]);
                Some(if item.is_null() { json!({}) } else { json!({"Item": item}) })
            }
            "BatchGetItem" => Some(self.batch_get(call, input)),
            "Query" => Some(self.query(call, table, input)),
            "PutItem" => {
                self.put(call, table, &input["Item"]);
                Some(json!({}))
            }
            "UpdateItem" => {
                let item = self.find(table, &input["Key"]);
                call.writes.push(Touched { table: table.to_owned(), item });
                Some(json!({}))
            }
            "BatchWriteItem" => {
                for (table, requests) in input["RequestItems"].as_object()? {
                    for request in requests.as_array()? {
                        self.put(call, table, &request["PutRequest"]["Item"]);
                    }
                }
                Some(json!({}))
            }
            "TransactWriteItems" => {
                for action in input["TransactItems"].as_array()? {
                    let (kind, action) = action.as_object()?.iter().next()?;
                    let table = action["TableName"].as_str()?;
                    if kind == "Put" {
                        self.put(call, table, &action["Item"]);
                    } else {
                        let item = self.find(table, &action["Key"]);
                        call.writes.push(Touched { table: table.to_owned(), item });
                    }
                }
                Some(json!({}))
            }
            "GetSecretValue" => {
                let name = input["SecretId"].as_str()?;
                Some(json!({"Name": name, "SecretString": self.secrets.get(name)?}))
            }
            _ => None,
        }
    }

    fn find(&self, table: &str, key: &Value) -> Value {
        self.tables.get(table).and_then(|items| items.get(&key_of(key))).cloned().unwrap_or_default()
    }

    fn get(&self, call: &mut Call, table: &str, key: &Value) -> Value {
        let item = self.find(table, key);
        call.reads.push(Touched { table: table.to_owned(), item: item.clone() });
        item
    }

    fn put(&mut self, call: &mut Call, table: &str, item: &Value) {
        call.writes.push(Touched { table: table.to_owned(), item: item.clone() });
        self.tables.entry(table.to_owned()).or_default().insert(key_of(item), item.clone());
    }

    fn batch_get(&self, call: &mut Call, input: &Value) -> Value {
        let mut responses = serde_json::Map::new();
        for (table, wanted) in input["RequestItems"].as_object().into_iter().flatten() {
            let keys = wanted["Keys"].as_array().into_iter().flatten();
            let items = keys.map(|key| self.get(call, table, key)).filter(|item| !item.is_null()).collect();
            responses.insert(table.clone(), Value::Array(items));
        }
        json!({"Responses": responses, "UnprocessedKeys": {}})
    }

    /// The items whose attribute is what the one condition says, in the order of their keys, after the one that is named.
    fn query(&self, call: &mut Call, table: &str, input: &Value) -> Value {
        let condition = input["KeyConditionExpression"].as_str().unwrap_or_default();
        let (attribute, value) = condition.split_once(" = ").unwrap_or_default();
        let attribute = input["ExpressionAttributeNames"][attribute].as_str().unwrap_or(attribute);
        let value = &input["ExpressionAttributeValues"][value];
        let limit = input["Limit"].as_u64().map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let start = &input["ExclusiveStartKey"];
        let from = if start.is_null() { Bound::Unbounded } else { Bound::Excluded(key_of(start)) };
        let items = self.tables.get(table).into_iter();
        let items = items.flat_map(|items| items.range((from.clone(), Bound::Unbounded))).map(|(_, item)| item);
        let mut items = items.filter(|item| item[attribute] == *value);
        let page: Vec<Value> = items.by_ref().take(limit).cloned().collect();
        let noted = page.iter().map(|item| Touched { table: table.to_owned(), item: item.clone() });
        call.reads.extend(noted);
        let mut output = json!({"Count": page.len(), "ScannedCount": page.len()});
        if let (Some(last), Some(_)) = (page.last(), items.next()) {
            output["LastEvaluatedKey"] = json!({"pk": last["pk"], "sk": last["sk"], attribute: value});
        }
        output["Items"] = Value::Array(page);
        output
    }
}

fn key_of(item: &Value) -> (String, String) {
    let part = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
    (part("pk"), part("sk"))
}

/// A PaymentIntent of the amount that is asked for.
fn stripe(request: &Request) -> Response {
    let form = String::from_utf8_lossy(&request.body);
    let amount = form.split('&').find_map(|field| field.strip_prefix("amount=")?.parse::<i64>().ok());
    let intent = json!({
        "id": "pi_3QbenchmarkIntent", "object": "payment_intent", "amount": amount.unwrap_or(0), "amount_received": 0,
        "amount_capturable": 0, "capture_method": "automatic_async", "currency": "usd", "livemode": false,
        "client_secret": "pi_3QbenchmarkIntent_secret_of_nobody", "metadata": {}, "last_payment_error": null,
        "payment_method_types": ["card"], "status": "requires_payment_method",
    });
    let mut response = Response::of(200, intent.to_string());
    response.headers.push(("content-type", "application/json".to_owned()));
    response
}
