//! Faults below the SDK: what DynamoDB may answer on a bad day, and what no emulator ever does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// What happens to a call in the place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction is at the first item that this one updates; nothing is written.
    Conflict,
    /// One of a transaction's actions makes no sense to the database.
    Nonsense,
    /// A transaction of somebody else is at the item of this single write.
    ItemInTransaction,
    Throttled,
    /// The table, or one partition of it, is asked for more than it gives.
    ThroughputExceeded,
    ServerError,
    /// Nobody answers, and nothing was done.
    Silence,
    /// It is done, and the answer is lost.
    LostAnswer,
    /// A batch of reads is answered with none of its items: ask again.
    Unprocessed,
}

/// An HTTP client that fails when it is told to. Clones share what they were told and what they saw.
#[derive(Debug, Clone)]
pub struct Faults {
    below: SharedHttpClient,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    ordered: HashMap<String, Ordered>,
    calls: HashMap<String, usize>,
}

/// What happens to calls of an operation: some pass, then some fail.
#[derive(Debug)]
struct Ordered {
    pass: usize,
    fault: Fault,
    times: usize,
}

impl Faults {
    /// Over plain HTTP.
    #[expect(clippy::new_without_default, reason = "it opens connections")]
    pub fn new() -> Self {
        Self { below: aws_smithy_http_client::Builder::new().build_http(), plan: Arc::default() }
    }

    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// The next `times` calls of an operation, such as `TransactWriteItems`, end like this.
    pub fn next(&self, times: usize, operation: &str, fault: Fault) {
        self.plan().ordered.insert(operation.to_owned(), Ordered { pass: 0, fault, times });
    }

    /// So many calls of an operation pass; every later one ends like this.
    pub fn after(&self, pass: usize, operation: &str, fault: Fault) {
        self.plan().ordered.insert(operation.to_owned(), Ordered { pass, fault, times: usize::MAX });
    }

    /// From now on every call of an operation ends like this.
    pub fn always(&self, operation: &str, fault: Fault) {
        self.next(usize::MAX, operation, fault);
    }

    pub fn heal(&self) {
        self.plan().ordered.clear();
    }

    /// How many calls of an operation were made, retries of the SDK included.
    pub fn calls(&self, operation: &str) -> usize {
        self.plan().calls.get(operation).copied().unwrap_or(0)
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().expect("no test panics in here")
    }

    fn take(&self, operation: &str) -> Option<Fault> {
        let mut plan = self.plan();
        *plan.calls.entry(operation.to_owned()).or_insert(0) += 1;
        let ordered = plan.ordered.get_mut(operation).filter(|ordered| ordered.times > 0)?;
        if ordered.pass > 0 {
            ordered.pass -= 1;
            return None;
        }
        ordered.times -= 1;
        Some(ordered.fault)
    }
}

impl HttpClient for Faults {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let below = self.below.http_connector(settings, components);
        SharedHttpConnector::new(Connector { faults: self.clone(), below })
    }
}

#[derive(Debug)]
struct Connector {
    faults: Faults,
    below: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        match self.faults.take(&operation) {
            None => self.below.call(request),
            Some(Fault::LostAnswer) => {
                let call = self.below.call(request);
                HttpConnectorFuture::new(async move {
                    call.await?;
                    Err(ConnectorError::io("the connection broke before the answer came".into()))
                })
            }
            Some(Fault::Silence) => HttpConnectorFuture::new(async {
                // Longer than any time-out of ours.
                tokio::time::sleep(Duration::from_secs(60)).await;
                Err(ConnectorError::timeout("nobody answered".into()))
            }),
            Some(fault) => {
                let body = request.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
                let (status, answer) = answer(fault, &body.unwrap_or_default());
                HttpConnectorFuture::ready(Ok(response(status, &answer)))
            }
        }
    }
}

/// The answer in DynamoDB's own words.
fn answer(fault: Fault, request: &Value) -> (u16, Value) {
    let error = |name: &str| json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": name});
    match fault {
        Fault::Conflict | Fault::Nonsense => {
            let code = if fault == Fault::Conflict { "TransactionConflict" } else { "ValidationError" };
            let actions = request["TransactItems"].as_array().map(Vec::as_slice).unwrap_or_default();
            let hit = actions.iter().position(|action| action.get("Update").is_some()).unwrap_or(0);
            let reasons = (0..actions.len()).map(|at| match at == hit {
                true => json!({"Code": code, "Message": "ordered by a test"}),
                false => json!({"Code": "None"}),
            });
            let mut cancelled = error("TransactionCanceledException");
            cancelled["CancellationReasons"] = reasons.collect();
            (400, cancelled)
        }
        Fault::ItemInTransaction => (400, error("TransactionConflictException")),
        Fault::Throttled => (400, error("ThrottlingException")),
        Fault::ThroughputExceeded => (400, error("ProvisionedThroughputExceededException")),
        Fault::Unprocessed => (200, json!({"Responses": {}, "UnprocessedKeys": request["RequestItems"]})),
        Fault::ServerError | Fault::Silence | Fault::LostAnswer => (500, error("InternalServerError")),
    }
}

fn response(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
