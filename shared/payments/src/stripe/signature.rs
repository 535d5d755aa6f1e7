//! `Stripe-Signature: t=1700000000,v1=5257a8…,v1=…`: HMAC-SHA256, in hexadecimal, of `t`, a full stop and the raw body.
//!
//! Source: <https://docs.stripe.com/webhooks/signature>. While a secret is rotated Stripe signs with both, so there may
//! be several `v1`; other schemes (`v0` in test mode) prove nothing and are passed over.

use aws_lc_rs::{constant_time, hmac};
use http::HeaderMap;
use jiff::Timestamp;

use crate::{Secret, WebhookRejected};

/// The header's name.
pub const HEADER: &str = "stripe-signature";

/// How far, in seconds, the signed time may be from ours, either way. A replay is older; a signed time far ahead could
/// be kept and replayed for as long.
const TOLERANCE: i64 = 300;

pub(super) fn verify(
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[Secret],
    now: Timestamp,
) -> Result<(), WebhookRejected> {
    let header = headers.get(HEADER).ok_or(WebhookRejected::MissingSignature)?;
    let claim = header.to_str().ok().and_then(Claim::parse).ok_or(WebhookRejected::MalformedSignature)?;
    // An empty secret is a mistake in the settings that anybody could sign with.
    let genuine = secrets.iter().filter(|secret| !secret.expose().is_empty()).any(|secret| {
        let expected = tag(secret, claim.time_text, body);
        claim.tags.iter().any(|given| constant_time::verify_slices_are_equal(expected.as_ref(), given).is_ok())
    });
    if !genuine {
        return Err(WebhookRejected::WrongSignature);
    }
    let age_seconds = now.as_second().saturating_sub(claim.time);
    if age_seconds.saturating_abs() > TOLERANCE {
        return Err(WebhookRejected::WrongTime { age_seconds });
    }
    Ok(())
}

/// The header that makes `body` Stripe's: for fakes and tests.
pub fn sign(secret: &Secret, body: &[u8], at: Timestamp) -> String {
    let time = at.as_second().to_string();
    let tag = hex::encode(tag(secret, &time, body));
    format!("t={time},v1={tag}")
}

fn tag(secret: &Secret, time: &str, body: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()));
    context.update(time.as_bytes());
    context.update(b".");
    context.update(body);
    context.sign()
}

/// What the header says, before any of it is believed.
struct Claim<'a> {
    /// As it was signed, digit for digit.
    time_text: &'a str,
    time: i64,
    tags: Vec<Vec<u8>>,
}

impl<'a> Claim<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let mut time_text = None;
        let mut tags = Vec::new();
        for element in header.split(',') {
            match element.split_once('=')? {
                ("t", value) if time_text.replace(value).is_some() => return None,
                ("v1", value) => tags.push(hex::decode(value).ok()?),
                _ => {}
            }
        }
        let time_text = time_text?;
        let time = time_text.parse().ok()?;
        (!tags.is_empty()).then_some(Self { time_text, time, tags })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1", "type":"ping"}"#;
    const SIGNED_AT: i64 = 1_795_415_000;
    /// Computed with another implementation:
    /// `printf '1795415000.{"id":"evt_1", "type":"ping"}' | openssl dgst -sha256 -hmac whsec_current`
    const TAG: &str = "4b3a801a3ec66eba065a9f47e062cd77f7beaf06daf7e7b7cf485cac66acf24f";

    fn secrets() -> [Secret; 2] {
        [Secret::new("whsec_current"), Secret::new("whsec_previous")]
    }

    fn check(header: &str, body: &[u8], now: i64) -> Result<(), WebhookRejected> {
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), header.parse().unwrap())]);
        verify(&headers, body, &secrets(), Timestamp::from_second(now).unwrap())
    }

    #[test]
    fn what_stripe_signed_is_believed() {
        assert_eq!(check(&format!("t={SIGNED_AT},v1={TAG}"), BODY, SIGNED_AT), Ok(()));
        let ours = sign(&secrets()[0], BODY, Timestamp::from_second(SIGNED_AT).unwrap());
        assert_eq!(ours, format!("t={SIGNED_AT},v1={TAG}"));
    }

    #[test]
    fn a_flipped_byte_anywhere_is_noticed() {
        let header = format!("t={SIGNED_AT},v1={TAG}");
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(check(&header, &body, SIGNED_AT), Err(WebhookRejected::WrongSignature), "byte {at}");
        }
        let other_time = format!("t={},v1={TAG}", SIGNED_AT + 1);
        assert_eq!(check(&other_time, BODY, SIGNED_AT), Err(WebhookRejected::WrongSignature));
        let zero = format!("t=0{SIGNED_AT},v1={TAG}");
        assert_eq!(check(&zero, BODY, SIGNED_AT), Err(WebhookRejected::WrongSignature));
    }

    #[test]
    fn the_same_json_written_anew_is_not_what_was_signed() {
        let parsed: serde_json::Value = serde_json::from_slice(BODY).unwrap();
        let rewritten = serde_json::to_vec(&parsed).unwrap();
        let header = format!("t={SIGNED_AT},v1={TAG}");
        assert_eq!(check(&header, &rewritten, SIGNED_AT), Err(WebhookRejected::WrongSignature));
    }

    #[test]
    fn five_minutes_of_skew_are_tolerated_and_no_more() {
        let header = format!("t={SIGNED_AT},v1={TAG}");
        for now in [SIGNED_AT - 300, SIGNED_AT + 300] {
            assert_eq!(check(&header, BODY, now), Ok(()));
        }
        let late = check(&header, BODY, SIGNED_AT + 301);
        assert_eq!(late, Err(WebhookRejected::WrongTime { age_seconds: 301 }));
        let from_the_future = check(&header, BODY, SIGNED_AT - 3600);
        assert_eq!(from_the_future, Err(WebhookRejected::WrongTime { age_seconds: -3600 }));
    }

    #[test]
    fn one_right_signature_of_several_is_enough() {
        let wrong = "0".repeat(64);
        let header = format!("t={SIGNED_AT},v1={wrong},v0={wrong},v1={TAG}");
        assert_eq!(check(&header, BODY, SIGNED_AT), Ok(()));
        let only_old_scheme = format!("t={SIGNED_AT},v0={TAG},v1={wrong}");
        assert_eq!(check(&only_old_scheme, BODY, SIGNED_AT), Err(WebhookRejected::WrongSignature));
    }

    #[test]
    fn during_a_rotation_the_previous_secret_counts_and_a_retired_one_does_not() {
        let at = Timestamp::from_second(SIGNED_AT).unwrap();
        let previous = sign(&Secret::new("whsec_previous"), BODY, at);
        assert_eq!(check(&previous, BODY, SIGNED_AT), Ok(()));
        let retired = sign(&Secret::new("whsec_retired"), BODY, at);
        assert_eq!(check(&retired, BODY, SIGNED_AT), Err(WebhookRejected::WrongSignature));
    }

    #[test]
    fn without_secrets_nothing_is_believed() {
        let at = Timestamp::from_second(SIGNED_AT).unwrap();
        let header = sign(&Secret::new(""), BODY, at).parse().unwrap();
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), header)]);
        assert_eq!(verify(&headers, BODY, &[], at), Err(WebhookRejected::WrongSignature));
        assert_eq!(verify(&headers, BODY, &[Secret::new("")], at), Err(WebhookRejected::WrongSignature));
    }

    #[test]
    fn a_header_that_says_nothing_is_refused() {
        let none = verify(&HeaderMap::new(), BODY, &secrets(), Timestamp::UNIX_EPOCH);
        assert_eq!(none, Err(WebhookRejected::MissingSignature));
        let no_time = format!("v1={TAG}");
        let two_times = format!("t={SIGNED_AT},t={SIGNED_AT},v1={TAG}");
        let no_number = format!("t=now,v1={TAG}");
        let no_tag = format!("t={SIGNED_AT}");
        let no_hex = format!("t={SIGNED_AT},v1=zz");
        for header in ["", "nonsense", &no_time, &two_times, &no_number, &no_tag, &no_hex] {
            assert_eq!(check(header, BODY, SIGNED_AT), Err(WebhookRejected::MalformedSignature), "{header:?}");
        }
        let short = format!("t={SIGNED_AT},v1={}", &TAG[..62]);
        assert_eq!(check(&short, BODY, SIGNED_AT), Err(WebhookRejected::WrongSignature));
    }
}
