use std::time::Instant;

use jiff::Timestamp;
use reqwest::StatusCode;
use sipstr_domain::partner::{Attempt, Message, Miss, Subscription};
use sipstr_http::{PartnerKey, Signer};

use crate::State;

/// Sends a message, signed under each key that signs now, and says what came of it. The answer's body is nobody's concern.
pub async fn send(state: &State, subscription: &Subscription, message: &Message) -> Attempt {
    let (at, began) = (state.clock.now(), Instant::now());
    let (miss, status) = match state.outside.post(&subscription.wanted.url) {
        Err(_) => (Some(Miss::Forbidden), None),
        Ok(request) => {
            let request = request
                .header("content-type", "application/json")
                .header("user-agent", "sipstr-webhooks/1")
                .header("webhook-id", message.id.as_str())
                .header("webhook-timestamp", at.as_second())
                .header("webhook-signature", signatures(&state.signer, subscription, message, at));
            match request.body(message.body.clone()).send().await {
                Ok(answer) => (miss_of(answer.status()), Some(answer.status().as_u16())),
                Err(error) if error.is_timeout() => (Some(Miss::TimedOut), None),
                Err(_) => (Some(Miss::Unreachable), None),
            }
        }
    };
    Attempt { at, miss, status, millis: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX) }
}

fn miss_of(status: StatusCode) -> Option<Miss> {
    match status {
        status if status.is_success() => None,
        StatusCode::GONE => Some(Miss::Gone),
        _ => Some(Miss::Refused),
    }
}

fn signatures(signer: &Signer, subscription: &Subscription, message: &Message, at: Timestamp) -> String {
    let sign = |nonce: &str| PartnerKey::derive(signer, nonce).sign(message.id.as_str(), at, &message.body);
    subscription.signing(at).map(|key| sign(&key.nonce)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert_eq!(miss_of(StatusCode::OK), None);
        assert_eq!(miss_of(StatusCode::NO_CONTENT), None);
        for status in [StatusCode::FOUND, StatusCode::NOT_MODIFIED, StatusCode::BAD_REQUEST, StatusCode::BAD_GATEWAY] {
            assert_eq!(miss_of(status), Some(Miss::Refused));
        }
        assert_eq!(miss_of(StatusCode::GONE), Some(Miss::Gone));
    }
}
