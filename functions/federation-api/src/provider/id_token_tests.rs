use super::*;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_458_600;

/// A pair of keys of P-256.
fn pair() -> (EncodingKey, DecodingKey) {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref()).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let [x, y] = [&public[1..33], &public[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
    (EncodingKey::from_ec_der(der.as_ref()), DecodingKey::from_ec_components(&x, &y).unwrap())
}

/// The claims of a token that is good for years by the real clock, which the library looks at.
fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "us", "sub": "1", "exp": 4_000_000_000_i64, "iat": NOW, "nonce": "n",
        "email": "ada@example.com", "email_verified": true,
    })
}

fn looked_at(claims: &Value) -> Result<Said, NotVouched> {
    let (private, public) = pair();
    let token = encode(&Header::new(Algorithm::ES256), claims, &private).unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let expected = Expected { issuer: ISSUER, client_id: "us", nonce: "n", access_token: Some("access"), now };
    believe(&token, &public, Algorithm::ES256, &expected)
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[test]
fn a_sound_token_is_believed() {
    let said = looked_at(&claims()).unwrap();
    assert_eq!((said.sub.as_str(), said.email_verified()), ("1", true));
    looked_at(&with("aud", json!(["us"]))).unwrap();
    looked_at(&with("azp", json!("us"))).unwrap();
    looked_at(&with("iat", json!(NOW + LEEWAY_SECONDS))).unwrap();
    looked_at(&with("at_hash", json!(half_hash("access")))).unwrap();
}

#[test]
fn a_token_that_is_not_for_us_now_and_here_is_not() {
    for (name, value) in [
        ("iss", json!("https://id.example/")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("them")),
        ("aud", json!(["us", "them"])),
        ("azp", json!("them")),
        ("exp", json!(NOW - 3_600 * 24 * 365 * 10)),
        ("iat", json!(NOW + LEEWAY_SECONDS + 1)),
        ("iat", json!(NOW - OLDEST_SECONDS - 1)),
        ("nonce", json!("other")),
        ("nonce", json!("")),
        ("at_hash", json!(half_hash("another"))),
        ("sub", json!("")),
        ("sub", json!("x".repeat(256))),
    ] {
        assert!(looked_at(&with(name, value.clone())).is_err(), "{name}: {value}");
    }
    for name in ["iss", "aud", "exp", "iat", "nonce", "sub"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert!(looked_at(&claims).is_err(), "without {name}");
    }
}

#[test]
fn a_verified_address_is_said_to_be_so_and_nothing_else_is_one() {
    for (value, verified, denied) in [
        (json!(true), true, false),
        (json!("true"), true, false),
        (json!(false), false, true),
        (json!("false"), false, true),
        (json!(1), false, true),
        (json!("yes"), false, true),
        (json!(null), false, false),
    ] {
        let said = looked_at(&with("email_verified", value.clone())).unwrap();
        assert_eq!((said.email_verified(), said.email_denied()), (verified, denied), "{value}");
    }
}

#[test]
fn another_key_or_rule_is_no_signature() {
    let (private, _) = pair();
    let (_, public) = pair();
    let token = encode(&Header::new(Algorithm::ES256), &claims(), &private).unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let expected = Expected { issuer: ISSUER, client_id: "us", nonce: "n", access_token: None, now };
    assert!(believe(&token, &public, Algorithm::ES256, &expected).is_err());
    let with_secret = encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(b"secret")).unwrap();
    assert!(believe(&with_secret, &public, Algorithm::ES256, &expected).is_err());
    let none =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims().to_string()));
    assert!(believe(&none, &public, Algorithm::ES256, &expected).is_err());
}
