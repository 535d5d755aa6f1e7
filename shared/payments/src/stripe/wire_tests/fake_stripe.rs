//! As much of Stripe as the tests need, over HTTP.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// What goes wrong with a request.
pub enum Fault {
    None,
    /// It is done, and the answer comes after the client has hung up.
    ActThenHang,
    /// Nothing is done.
    Status(u16),
    RateLimit {
        retry_after: Option<u64>,
    },
    Decline,
    Unauthorised,
}

pub struct FakeStripe {
    server: MockServer,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    intents: BTreeMap<String, Value>,
    refunds: Vec<Value>,
    /// By idempotency key: the request's body, and the answer.
    answered: HashMap<String, (Vec<u8>, u16, Value)>,
    faults: VecDeque<Fault>,
}

impl FakeStripe {
    pub async fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Handler(state.clone())).mount(&server).await;
        Self { server, state }
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// What befalls the next requests, one each.
    pub fn next<const N: usize>(&self, faults: [Fault; N]) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// The customer, or the bank, moves the payment on.
    pub fn set_status(&self, intent: &str, status: &str) {
        let mut state = self.state.lock().unwrap();
        let intent = state.intents.get_mut(intent).unwrap();
        intent["status"] = json!(status);
        if status == "succeeded" {
            intent["amount_received"] = intent["amount"].clone();
        }
    }

    /// A day passes.
    pub fn forget_keys(&self) {
        self.state.lock().unwrap().answered.clear();
    }

    pub fn intents(&self) -> usize {
        self.state.lock().unwrap().intents.len()
    }

    pub fn refunds(&self) -> usize {
        self.state.lock().unwrap().refunds.len()
    }

    pub async fn requests(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }

    pub async fn only_request(&self) -> Request {
        let mut requests = self.server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1);
        requests.remove(0)
    }
}

struct Handler(Arc<Mutex<State>>);

impl Respond for Handler {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().unwrap();
        let refused = |status, error: Value| ResponseTemplate::new(status).set_body_json(json!({ "error": error }));
        match state.faults.pop_front().unwrap_or(Fault::None) {
            Fault::None => state.answer(request),
            Fault::ActThenHang => state.answer(request).set_delay(Duration::from_millis(1_500)),
            Fault::Status(status) => refused(status, json!({"type": "api_error"})),
            Fault::RateLimit { retry_after } => {
                let answer = refused(429, json!({"type": "invalid_request_error", "code": "rate_limit"}));
                retry_after.iter().fold(answer, |answer, after| answer.insert_header("Retry-After", after.to_string()))
            }
            Fault::Decline => {
                let error =
                    json!({"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"});
                refused(402, error)
            }
            Fault::Unauthorised => {
                let message = "Invalid API Key provided: sk_test_canary";
                refused(401, json!({"type": "invalid_request_error", "message": message}))
            }
        }
    }
}

impl State {
    /// Acts once a key, and repeats the first answer for it.
    fn answer(&mut self, request: &Request) -> ResponseTemplate {
        let key = request.headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
        if let Some((body, status, answer)) = key.as_ref().and_then(|key| self.answered.get(key)) {
            if *body != request.body {
                let error = json!({"error": {"type": "idempotency_error", "message": "other parameters"}});
                return ResponseTemplate::new(400).set_body_json(error);
            }
            let replay = ResponseTemplate::new(*status).insert_header("Idempotent-Replayed", "true");
            return replay.set_body_json(answer);
        }
        let form: HashMap<String, String> = url_decoded(&request.body);
        let path: Vec<&str> = request.url.path().trim_start_matches("/v1/").split('/').collect();
        let (status, answer) = match (request.method.as_str(), path.as_slice()) {
            ("POST", ["payment_intents"]) => self.create(&form),
            ("GET", ["payment_intents", id]) => self.change(id, |_| Ok(())),
            ("POST", ["payment_intents", id, "cancel"]) => self.change(id, |intent| match intent["status"].as_str() {
                Some("succeeded" | "canceled" | "processing") => Err(()),
                _ => {
                    intent["status"] = json!("canceled");
                    Ok(())
                }
            }),
            ("POST", ["payment_intents", id, "capture"]) => self.change(id, |intent| {
                if intent["status"] != "requires_capture" {
                    return Err(());
                }
                intent["amount_received"] = json!(form["amount_to_capture"].parse::<i64>().unwrap());
                intent["status"] = json!("succeeded");
                Ok(())
            }),
            ("GET", ["refunds"]) => (200, json!({"object": "list", "data": self.refunds})),
            ("POST", ["refunds"]) => self.refund(&form),
            _ => (404, json!({"error": {"type": "invalid_request_error"}})),
        };
        if let Some(key) = key {
            self.answered.insert(key, (request.body.clone(), status, answer.clone()));
        }
        ResponseTemplate::new(status).set_body_json(answer)
    }

    fn create(&mut self, form: &HashMap<String, String>) -> (u16, Value) {
        let id = format!("pi_{}", self.intents.len() + 1);
        let intent = json!({
            "id": id, "object": "payment_intent", "status": "requires_payment_method",
            "client_secret": format!("{id}_secret"),
            "amount": form["amount"].parse::<i64>().unwrap(), "amount_received": 0, "currency": form["currency"],
            "metadata": {"order_id": form["metadata[order_id]"]},
        });
        self.intents.insert(id, intent.clone());
        (200, intent)
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Value) -> Result<(), ()>) -> (u16, Value) {
        let refused = |status, code| (status, json!({"error": {"type": "invalid_request_error", "code": code}}));
        match self.intents.get_mut(id) {
            None => refused(404, "resource_missing"),
            Some(intent) => match change(intent) {
                Ok(()) => (200, intent.clone()),
                Err(()) => refused(400, "payment_intent_unexpected_state"),
            },
        }
    }

    fn refund(&mut self, form: &HashMap<String, String>) -> (u16, Value) {
        let amount = form["amount"].parse::<i64>().unwrap();
        let before: i64 = self.refunds.iter().map(|refund| refund["amount"].as_i64().unwrap()).sum();
        let captured = self.intents[&form["payment_intent"]]["amount_received"].as_i64().unwrap();
        if before + amount > captured {
            return (400, json!({"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}));
        }
        let refund = json!({
            "id": format!("re_{}", self.refunds.len() + 1), "object": "refund", "status": "succeeded",
            "amount": amount, "currency": "usd",
            "metadata": {"order_id": form["metadata[order_id]"], "refund_id": form["metadata[refund_id]"]},
        });
        self.refunds.push(refund.clone());
        (200, refund)
    }
}

fn url_decoded(form: &[u8]) -> HashMap<String, String> {
    let url = format!("http://form/?{}", String::from_utf8_lossy(form));
    url.parse::<reqwest::Url>().unwrap().query_pairs().into_owned().collect()
}
