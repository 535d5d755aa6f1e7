//! The shop that is measured in: a store with its shelves and a buyer at the till, written by the code that writes them in
//! production, and the events that a gateway would send for them.

use std::time::{Duration, Instant};

use anyhow::Context;
use aws_credential_types::Credentials;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::civil::date;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sipstr_checkout::{QUOTE_LIFE, Request, Ticket, quote};
use sipstr_domain::account::{Address, DateOfBirth, Role};
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::catalog::Listing;
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::security::Method;
use sipstr_domain::stock::Level;
use sipstr_domain::store::Store;
use sipstr_domain::{AddressId, EventId, OrderId, ProductId, StoreId, UserId};
use sipstr_http::auth::{Claims, TOKEN_TYPE};
use sipstr_http::{Signer, Verifier};
use sipstr_runtime::Aws;
use sipstr_storage::Db;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::carts::Carts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::checkout::{Checkout, Question};
use sipstr_storage::inventory::Inventory;
use sipstr_storage::settings::Settings;
use sipstr_storage::stores::Stores;

use crate::{instant, shelf};

const KID: &str = "bench";
const ISSUER: &str = "https://api.bench.test";
const AUDIENCE: &str = "sipstr-api";
const EVENING: &str = "20:00";
const TABLES: [&str; 12] = [
    "accounts",
    "audit",
    "limits",
    "stores",
    "catalog",
    "products",
    "inventory",
    "carts",
    "promotions",
    "credits",
    "orders",
    "settings",
];
const EMAIL: &str = "bea.buyer@example.test";
const PASSWORD: &str = "lantern harbour velvet 77";
/// More than a page of a list, so that each page ends in a cursor.
const PRODUCTS: usize = 24;

pub struct Shop {
    pub db: Db,
    url: String,
    store: Store,
    customer: UserId,
    verifier: Verifier,
    token: String,
    claims: Value,
    quote_token: String,
}

/// The name of a table, as the functions are told it.
pub fn table(name: &str) -> String {
    format!("bench-{name}")
}

impl Shop {
    pub async fn open(aws: &instant::Instant) -> anyhow::Result<Self> {
        let credentials = Credentials::new("bench", "bench", None, None, "bench");
        let db = Aws::new(credentials, "us-west-2".to_owned(), Some(aws.url())).dynamodb();
        let store = shelf::store();
        Stores::new(db.clone(), table("stores")).put(&store).await?;
        let products = stock(&db, &store).await?;
        let (customer, address) = register(&db, &store).await?;
        let lines = vec![CartLine { product_id: products[0].clone(), quantity: 1 }];
        let now = Timestamp::now();
        let mut cart = Cart::new(customer.clone(), store.id.clone());
        (cart.address_id, cart.chosen_at) = (Some(address.clone()), Some(now));
        cart.lines = lines.iter().cloned().collect();
        cart.touch(now);
        Carts::new(db.clone(), table("carts")).store(&cart).await?;

        let (pem, jwks) = signing_key()?;
        let key = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        aws.put_secret("bench/jwt-signing-key", &json!({"kid": KID, "privateKeyPem": pem}));
        Settings::new(db.clone(), table("settings")).put("jwks", &jwks).await?;
        let app_key: [u8; 32] = std::array::from_fn(|place| place as u8);
        aws.put_secret("bench/app-keys", &json!({"current": STANDARD.encode(app_key)}));
        aws.put_secret("bench/stripe", &json!({"apiKey": "sk_test_bench", "webhookSecrets": ["whsec_bench"]}));

        let total = total(&db, &cart, &store, now).await?;
        let ticket = Ticket {
            customer: customer.clone(),
            cart_version: 1,
            store: store.id.clone(),
            address,
            lines,
            promo_code: None,
            promotions: Vec::new(),
            tip: 0,
            total,
            credit: 0,
            expires_at: now + QUOTE_LIFE,
        };
        let claims = claims(&customer, now);
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(KID.to_owned());
        Ok(Self {
            verifier: Verifier::new(&jwks, ISSUER, AUDIENCE)?,
            token: jsonwebtoken::encode(&header, &claims, &key)?,
            claims: as_the_gateway_says(&serde_json::to_value(&claims)?),
            quote_token: Signer::new(&app_key).seal(Ticket::PURPOSE, &ticket),
            url: aws.url(),
            db,
            store,
            customer,
        })
    }

    /// What Terraform and Lambda give a function.
    pub fn environment(&self) -> Vec<(String, String)> {
        let tables = TABLES.iter().map(|name| (format!("TABLE_{}", name.to_uppercase()), table(name)));
        let rest = [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("STRIPE_URL", &self.url),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_REGION", "us-west-2"),
            ("SIPSTR_ENV", "local"),
            ("LOG_LEVEL", "info"),
            // Orders are placed at any hour of the day that this is run.
            ("LOCAL_TIME_OF_DAY", EVENING),
            ("ISSUER", ISSUER),
            ("AUDIENCE", AUDIENCE),
            ("SECRET_APP_KEYS", "bench/app-keys"),
            ("SECRET_STRIPE", "bench/stripe"),
            ("SECRET_JWT_SIGNING_KEY", "bench/jwt-signing-key"),
            ("BUCKET_FILES", "bench-files"),
            ("WEB_ORIGINS", "https://bench.test"),
            ("STAFF_NEEDS_TWO_FACTORS", "true"),
            ("NETWORK_LIMIT", "300"),
            ("PAYMENT_WINDOW_SECONDS", "900"),
        ];
        tables.chain(rest.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
    }

    /// `POST /v1/orders`, under this key.
    pub fn place_order(&self, key: &str) -> Vec<u8> {
        let mut event = with_body(event("POST", "/v1/orders", &[]), &json!({"quoteToken": self.quote_token}));
        event["headers"]["authorization"] = json!(format!("Bearer {}", self.token));
        event["headers"]["idempotency-key"] = json!(key);
        event["requestContext"]["authorizer"] = json!({"jwt": {"claims": self.claims, "scopes": null}});
        event.to_string().into_bytes()
    }

    /// `POST /v1/auth/login` with the right password.
    pub fn login(&self) -> Vec<u8> {
        let body = json!({"email": EMAIL, "password": PASSWORD});
        with_body(event("POST", "/v1/auth/login", &[]), &body).to_string().into_bytes()
    }

    /// Checks the buyer's access token so many times, as every function does; what one check took on average.
    pub fn verify(&self, times: u32) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        for _ in 0..times {
            self.verifier.verify(&self.token).context("the token is not valid")?;
        }
        Ok(begun.elapsed() / times)
    }

    /// The order that such a request makes.
    pub fn order_of(&self, key: &str) -> OrderId {
        OrderId::derive(&[self.customer.as_str(), key])
    }

    /// `GET /v1/products` of a store, 50 a page, from a cursor on.
    pub fn list_page(&self, store: &StoreId, cursor: Option<&str>) -> Vec<u8> {
        let mut query = vec![("storeId", store.as_str()), ("limit", "50")];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        event("GET", "/v1/products", &query).to_string().into_bytes()
    }

    /// Another store, with so many products.
    pub async fn open_another(&self, products: usize) -> anyhow::Result<StoreId> {
        let another = Store { id: StoreId::new(), ..self.store.clone() };
        let catalog = Catalog::new(self.db.clone(), table("catalog"));
        for begin in (0..products).step_by(1_000) {
            let end = products.min(begin + 1_000);
            let listings: Vec<Listing> = (begin..end).map(|number| shelf::listing(&another, number)).collect();
            catalog.put_many(&listings).await?;
        }
        Ok(another.id)
    }

    /// `GET /v1/products`: one page of the store's list.
    pub fn list_products(&self) -> Vec<u8> {
        event("GET", "/v1/products", &[("storeId", self.store.id.as_str()), ("limit", "20")]).to_string().into_bytes()
    }
}

fn with_body(mut event: Value, body: &Value) -> Value {
    let body = body.to_string();
    event["headers"]["content-type"] = json!("application/json");
    event["headers"]["content-length"] = json!(body.len().to_string());
    event["body"] = json!(body);
    event
}

/// An event of the gateway, format 2.0.
fn event(method: &str, path: &str, query: &[(&str, &str)]) -> Value {
    let raw: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query: serde_json::Map<String, Value> =
        query.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let route = format!("{method} {path}");
    json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": raw.join("&"),
        "headers": {
            "accept": "application/json", "host": "api.bench.test", "user-agent": "bench",
            "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700", "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443", "x-forwarded-proto": "https",
        },
        "queryStringParameters": query,
        "requestContext": {
            "accountId": "000000000000", "apiId": "bench", "domainName": "api.bench.test", "domainPrefix": "api",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "bench",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": route, "stage": "$default",
            "time": "23/Nov/2026:18:30:00 +0000", "timeEpoch": 1_795_458_600_000_i64,
        },
        "isBase64Encoded": false,
    })
}

/// The total that a quote of this cart shows.
async fn total(db: &Db, cart: &Cart, store: &Store, now: Timestamp) -> anyhow::Result<i64> {
    let lines = cart.lines.wanted();
    let checkout = Checkout {
        db: db.clone(),
        accounts_table: table("accounts"),
        stores_table: table("stores"),
        catalog_table: table("catalog"),
        inventory_table: table("inventory"),
        promotions_table: table("promotions"),
        credits_table: None,
        orders_table: None,
    };
    let question = Question {
        customer: &cart.customer_id,
        store: &store.id,
        address: cart.address_id.as_ref(),
        lines: &lines,
        asks: &[],
        automatic: false,
        credit: false,
        order: None,
        now,
    };
    let facts = checkout.read(&question).await?;
    let clock = LocalClock { fixed_time_of_day: Some(EVENING.parse()?) };
    let request =
        Request { store: &store.id, lines: &lines, typed: None, asks: &[], tip: 0, use_credit: false, now, clock };
    let quote = quote(&request, &facts).ok_or_else(|| anyhow::anyhow!("the store is not there"))?;
    anyhow::ensure!(quote.obstacles.is_empty(), "the order would be refused: {:?}", quote.obstacles);
    Ok(quote.price.total)
}

fn claims(customer: &UserId, now: Timestamp) -> Claims {
    Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: customer.clone(),
        iat: now.as_second(),
        exp: now.as_second() + 3_600,
        jti: EventId::new().to_string(),
        sid: "ses_bench".to_owned(),
        roles: vec![Role::Customer],
        stores: Vec::new(),
        email_verified: true,
        sv: 0,
        auth_time: now.as_second(),
        amr: vec![Method::Password],
        act: None,
    }
}

/// The authoriser hands on every claim as text: `[customer]`, `1795458600`.
fn as_the_gateway_says(claims: &Value) -> Value {
    let text = |claim: &Value| claim.as_str().map_or_else(|| claim.to_string().replace('"', ""), str::to_owned);
    claims.as_object().into_iter().flatten().map(|(name, claim)| (name.clone(), json!(text(claim)))).collect()
}

/// A key of this run's own, and its public half as a key set.
fn signing_key() -> anyhow::Result<(String, String)> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let der = AsDer::<Pkcs8V1Der>::as_der(&pair)?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
    let public = pair.public_key();
    let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    let (n, e) = (public.modulus(), public.exponent());
    let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
    let jwk = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KID, "n": text(n), "e": text(e)});
    Ok((pem, json!({"keys": [jwk]}).to_string()))
}

async fn register(db: &Db, store: &Store) -> anyhow::Result<(UserId, AddressId)> {
    let (id, now) = (UserId::new(), Timestamp::now());
    let address = Address {
        id: AddressId::new(),
        recipient: "Bea Buyer".parse()?,
        line1: "548 Market Street".to_owned(),
        line2: Some("Apartment 12".to_owned()),
        city: "San Francisco".to_owned(),
        region: "CA".to_owned(),
        postal_code: "94105".to_owned(),
        country: "US".to_owned(),
        location: store.location,
        instructions: Some("Ring twice".to_owned()),
    };
    let born = DateOfBirth::new(date(1990, 5, 17), date(2026, 1, 1))?;
    let hash = sipstr_identity::password::hash(&PASSWORD.parse()?).map_err(|error| anyhow::anyhow!("{error}"))?;
    let account = Account {
        phone: Some("+14155550100".parse()?),
        password_hash: Some(hash),
        email_verified_at: Some(now),
        ..Account::new(id.clone(), EMAIL.parse()?, "Bea Buyer".parse()?, born, vec![Role::Customer], now)
    };
    Accounts::new(db.clone(), table("accounts")).put_demo(&account, std::slice::from_ref(&address)).await?;
    Ok((id, address.id))
}

async fn stock(db: &Db, store: &Store) -> anyhow::Result<Vec<ProductId>> {
    let listings: Vec<Listing> = (0..PRODUCTS).map(|number| shelf::listing(store, number)).collect();
    Catalog::new(db.clone(), table("catalog")).put_many(&listings).await?;
    for listing in &listings {
        let level = Level::new(store.id.clone(), listing.product.id.clone(), 48, 6);
        Inventory::new(db.clone(), table("inventory")).stock_first(&level, 1).await?;
    }
    Ok(listings.into_iter().map(|listing| listing.product.id).collect())
}
