//! What the verifier takes for an access token, and all that it does not (attacks 10 to 12).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://api.sipstr.example";

struct Keys {
    private: EncodingKey,
    modulus: String,
    exponent: String,
}

impl Keys {
    fn new() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            base64::engine::general_purpose::STANDARD.encode(pkcs8.as_ref())
        );
        let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
        Self {
            private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
            modulus: URL_SAFE_NO_PAD.encode(public.n),
            exponent: URL_SAFE_NO_PAD.encode(public.e),
        }
    }

    fn verifier(&self) -> Verifier {
        let jwk =
            json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": self.modulus, "e": self.exponent});
        Verifier::new(&json!({"keys": [jwk]}).to_string(), ISSUER, "sipstr-api").unwrap()
    }

    fn sign(&self, header: Value, claims: &Value) -> String {
        let mut full = Header::new(Algorithm::RS256);
        full.typ = header["typ"].as_str().map(str::to_owned);
        full.kid = header["kid"].as_str().map(str::to_owned);
        full.jku = header["jku"].as_str().map(str::to_owned);
        jsonwebtoken::encode(&full, claims, &self.private).unwrap()
    }
}

fn claims(change: Value) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let mut claims = json!({
        "iss": ISSUER, "aud": "sipstr-api", "sub": UserId::derive(&["ada"]), "exp": now + 600, "iat": now, "jti": "1",
        "sid": "ses_1", "roles": ["customer"], "email_verified": true,
    });
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    claims
}

fn header() -> Value {
    json!({"typ": "at+jwt", "kid": "k1"})
}

#[test]
fn an_access_token_of_ours_is_taken() {
    let keys = Keys::new();
    let found = keys.verifier().verify(&keys.sign(header(), &claims(json!({})))).unwrap();
    assert_eq!((found.sub, found.roles), (UserId::derive(&["ada"]), vec![Role::Customer]));
}

#[test]
fn another_kind_of_token_is_not() {
    let keys = Keys::new();
    for header in [
        json!({"typ": "JWT", "kid": "k1"}),
        json!({"kid": "k1"}),
        json!({"typ": "at+jwt"}),
        json!({"typ": "at+jwt", "kid": "unknown"}),
        json!({"typ": "at+jwt", "kid": "../../etc/passwd"}),
        json!({"typ": "at+jwt", "kid": "elsewhere", "jku": "https://evil.example/jwks.json"}),
    ] {
        assert_eq!(keys.verifier().verify(&keys.sign(header.clone(), &claims(json!({})))), None, "{header}");
    }
}

#[test]
fn other_claims_are_not() {
    let keys = Keys::new();
    let long_ago = jiff::Timestamp::now().as_second() - 60;
    for change in [
        json!({"aud": "another-api"}),
        json!({"iss": "https://evil.example"}),
        json!({"exp": long_ago}),
        json!({"sub": "ord_0198c0de5f3a7b60a1b2c3d4e5f60718"}),
        json!({"roles": ["emperor"]}),
        json!({"exp": null}),
    ] {
        assert_eq!(keys.verifier().verify(&keys.sign(header(), &claims(change.clone()))), None, "{change}");
    }
}

#[test]
fn no_signature_a_symmetric_one_and_another_keys_are_not() {
    let (keys, stranger) = (Keys::new(), Keys::new());
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = encode(&claims(json!({})));
    let none = format!("{}.{body}.", encode(&json!({"alg": "none", "typ": "at+jwt", "kid": "k1"})));
    assert_eq!(keys.verifier().verify(&none), None);

    // The public key is known to all: as a shared secret it would let anybody sign.
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.typ = Some(TOKEN_TYPE.to_owned());
    symmetric.kid = Some("k1".to_owned());
    let secret = EncodingKey::from_secret(keys.modulus.as_bytes());
    let forged = jsonwebtoken::encode(&symmetric, &claims(json!({})), &secret).unwrap();
    assert_eq!(keys.verifier().verify(&forged), None);

    assert_eq!(keys.verifier().verify(&stranger.sign(header(), &claims(json!({})))), None);
    let good = keys.sign(header(), &claims(json!({})));
    let other_body = encode(&claims(json!({"roles": ["admin"]})));
    let parts: Vec<&str> = good.split('.').collect();
    assert_eq!(keys.verifier().verify(&format!("{}.{other_body}.{}", parts[0], parts[2])), None);
}

#[test]
fn a_key_set_without_a_usable_key_is_refused() {
    let symmetric = json!({"keys": [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}]});
    assert!(Verifier::new(&symmetric.to_string(), ISSUER, "sipstr-api").is_err());
    assert!(Verifier::new("{}", ISSUER, "sipstr-api").is_err());
}

/// Whether the signature was believed. Claims are read after it, and no vector holds any; a header is read before it.
fn believed(verifier: &Verifier, jws: &str, key: &DecodingKey) -> bool {
    use jsonwebtoken::errors::ErrorKind;
    match verifier.read(jws, key) {
        Ok(_) => true,
        Err(_) if decode_header(jws).is_err() => false,
        Err(error) => {
            matches!(error.kind(), ErrorKind::Json(_) | ErrorKind::Utf8(_) | ErrorKind::MissingRequiredClaim(_))
        }
    }
}

#[test]
fn no_vector_of_wycheproof_is_believed_that_should_not_be() {
    const DEFECTIVE: [u64; 2] = [367, 370];
    let vectors = include_str!("../../../data/wycheproof/json_web_signature_test.json");
    let vectors: Value = serde_json::from_str(vectors).unwrap();
    let (mut refused, mut taken) = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = group.get("public").or(group.get("private")).unwrap();
        let set = json!({"keys": [key]}).to_string();
        // A key that is not for RS256 is none of ours: whatever it signed, nobody looks at it.
        let Ok(verifier) = Verifier::new(&set, ISSUER, "sipstr-api") else { continue };
        let key = verifier.keys.values().next().unwrap();
        for test in group["tests"].as_array().unwrap() {
            if DEFECTIVE.contains(&test["tcId"].as_u64().unwrap()) {
                continue;
            }
            let believed = believed(&verifier, test["jws"].as_str().unwrap(), key);
            let valid = test["result"] == "valid";
            assert!(valid || !believed, "{} {}", test["tcId"], test["comment"]);
            refused += usize::from(!valid);
            taken += usize::from(valid && believed);
        }
    }
    assert!(refused > 200 && taken >= 5, "{refused} refused, {taken} taken");
}

#[tokio::test]
async fn who_acts_for_somebody_else_looks_as_a_customer_and_does_nothing_in_person() {
    let keys = Keys::new();
    let verifier = keys.verifier();
    let parts = |change: Value| {
        let token = keys.sign(header(), &claims(change));
        let request = http::Request::builder().header("authorization", format!("Bearer {token}")).body(()).unwrap();
        request.into_parts().0
    };
    let acting = || parts(json!({"act": {"sub": UserId::derive(&["agent"])}}));
    let looked = Customer::from_request_parts(&mut acting(), &verifier).await.unwrap();
    assert_eq!(looked.0.claims.act.unwrap().sub, UserId::derive(&["agent"]));
    let refused = InPerson::<Customer>::from_request_parts(&mut acting(), &verifier).await.unwrap_err();
    assert_eq!((refused.status.as_u16(), refused.code), (403, "not_while_acting"));
    assert!(InPerson::<Customer>::from_request_parts(&mut parts(json!({})), &verifier).await.is_ok());
    let courier = InPerson::<Courier>::from_request_parts(&mut parts(json!({})), &verifier).await.unwrap_err();
    assert_eq!(courier.code, "forbidden");
}

#[test]
fn staff_may_what_their_role_says_in_their_store_and_another_store_does_not_exist() {
    let store = StoreId::new();
    let staff = |role: StoreRole| {
        let stores = vec![Membership { store_id: store.clone(), role }];
        let claims = claims(json!({"roles": ["store_staff"], "stores": stores}));
        StoreStaff::of_person(Person { claims: serde_json::from_value(claims).unwrap() }).unwrap()
    };
    let code = |role, store: &StoreId| staff(role).may(store, Permission::AdjustStock).map_err(|problem| problem.code);
    assert_eq!(code(StoreRole::Manager, &store), Ok(StoreRole::Manager));
    assert_eq!(code(StoreRole::Picker, &store), Err("forbidden"));
    assert_eq!(code(StoreRole::Owner, &StoreId::new()), Err("not_found"));
}
