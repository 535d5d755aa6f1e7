//! People: registered through the front door, or arranged with a role that nobody can give themselves.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use sipstr_domain::account::{Address, DateOfBirth, Membership, Role};
use sipstr_domain::geo::Point;
use sipstr_domain::security::{Method, SecurityEventKind};
use sipstr_domain::watch::Watch;
use sipstr_domain::{AddressId, EventId, ProductId, SessionId, StoreId, UserId};
use sipstr_http::auth::{Claims, TOKEN_TYPE};
use sipstr_storage::accounts::Account;
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::sessions::{Session, Sessions};

use crate::{Api, World};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub email: String,
    /// The public edge with their token.
    pub api: Api,
}

/// Good for registering; long enough for the rules.
pub const PASSWORD: &str = "correct horse battery staple";

impl World {
    /// An address of mail that nobody has used.
    pub fn fresh_email(&self, name: &str) -> String {
        format!("{name}-{}@example.test", &EventId::new().suffix()[16..])
    }

    /// Registers through the public edge, proves the address with the code from the mail, and signs in.
    pub async fn register(&self, name: &str, born: &str) -> Person {
        let email = self.fresh_email("customer");
        let form = json!({"email": email, "password": PASSWORD, "name": name, "dateOfBirth": born});
        self.api.post("/v1/auth/register", form).await.expect(202);
        let code = self.code_mailed_to(&email).await;
        self.api.post("/v1/auth/verify-email", json!({"email": email, "code": code})).await.expect(204);
        self.login(&email, PASSWORD).await
    }

    pub async fn login(&self, email: &str, password: &str) -> Person {
        let session = self.api.post("/v1/auth/login", json!({"email": email, "password": password})).await.expect(200);
        let api = self.api.with_token(session["accessToken"].as_str().expect("a token"));
        let me = api.get("/v1/me").await.expect(200);
        let id = me["id"].as_str().expect("an id").parse().expect("a user's id");
        Person { id, email: email.to_owned(), api }
    }

    /// A person of age with these roles, arranged without the ceremony: for the tests in which registering is not the point.
    pub async fn person(&self, name: &str, roles: &[Role], memberships: Vec<Membership>) -> Person {
        let id = UserId::new();
        let email = self.fresh_email("person");
        let now = Timestamp::now();
        let born = DateOfBirth::new(date(1990, 5, 17), date(2026, 1, 1)).expect("a birthday");
        let (address, called) = (email.parse().expect("an address"), name.parse().expect("a name"));
        let account = Account {
            memberships: memberships.clone(),
            email_verified_at: Some(now),
            ..Account::new(id.clone(), address, called, born, roles.to_vec(), now)
        };
        self.accounts().put_demo(&account, &[]).await.expect("the account is written");
        let claims = self.claims(&id, roles, memberships);
        self.start_session(&claims).await;
        Person { id, email, api: self.api.with_token(self.sign(&claims)) }
    }

    /// The session that arranged claims are of.
    async fn start_session(&self, claims: &Claims) {
        let now = Timestamp::now();
        let session = Session {
            id: claims.sid.parse().expect("a session's id"),
            user_id: claims.sub.clone(),
            token_hash: "nobody refreshes this".to_owned(),
            security_version: claims.sv,
            methods: claims.amr.clone(),
            proved_at: now,
            device: "a test".to_owned(),
            network: None,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(1),
            rotation: None,
        };
        let event = SecurityEvent::new(&claims.sub, SecurityEventKind::SignedIn, now);
        let event = Audit::new(self.db.clone(), self.table("audit")).entry(&event).expect("an event");
        let sessions = Sessions::new(self.db.clone(), self.table("accounts"));
        assert!(sessions.start(&session, None, event, vec![]).await.expect("the session is written"));
    }

    /// A customer of age who lives at this place, with her address.
    pub async fn customer_at(&self, place: Point) -> (Person, AddressId) {
        let person = self.person("Ada Adult", &[Role::Customer], Vec::new()).await;
        let address = self.add_address(&person, place).await;
        (person, address)
    }

    pub async fn add_address(&self, person: &Person, place: Point) -> AddressId {
        let key = EventId::new();
        let added = person.api.post_keyed("/v1/me/addresses", key.as_str(), address_form(place)).await.expect(201);
        added["id"].as_str().expect("an id").parse().expect("an address's id")
    }

    /// Lets somebody wait for a product, whether there is one or not.
    pub async fn let_wait(&self, person: &Person, store: &StoreId, product: &ProductId) {
        let watch = Watch::new(person.id.clone(), store.clone(), product.clone(), Timestamp::now());
        self.accounts().watch(&watch, usize::MAX).await.expect("the watch is written");
    }

    /// The claims that the stack would put into this person's access token.
    pub fn claims(&self, id: &UserId, roles: &[Role], stores: Vec<Membership>) -> Claims {
        let now = Timestamp::now().as_second();
        Claims {
            iss: self.stack.api.clone(),
            aud: "sipstr-api".to_owned(),
            sub: id.clone(),
            iat: now,
            exp: now + 3_600,
            jti: EventId::new().to_string(),
            sid: SessionId::new().to_string(),
            roles: roles.to_vec(),
            stores,
            email_verified: true,
            sv: 0,
            auth_time: now,
            amr: vec![Method::Password],
            act: None,
        }
    }

    /// The same access token an hour after its person proved who they are.
    pub fn proved_long_ago(&self, token: &str) -> String {
        let payload = token.split('.').nth(1).expect("a token of three parts");
        let payload = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload);
        let claims: Claims = serde_json::from_slice(&payload.expect("base64")).expect("claims");
        self.sign(&Claims { auth_time: claims.auth_time - 3_600, ..claims })
    }

    /// Signs claims as the stack does.
    pub fn sign(&self, claims: &Claims) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.keys.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.keys.private).expect("a token")
    }
}

pub fn address_form(place: Point) -> Value {
    json!({
        "recipient": "Ada Adult", "line1": "2 Test Street", "city": "San Francisco", "region": "CA",
        "postalCode": "94105", "country": "US", "location": {"lat": place.lat, "lng": place.lng},
        "instructions": "Ring twice",
    })
}

/// An address as stored, for buyers who are arranged by the hundred.
pub fn address(place: Point) -> Address {
    Address {
        id: AddressId::new(),
        recipient: "Ada Adult".parse().expect("a name"),
        line1: "2 Test Street".to_owned(),
        line2: None,
        city: "San Francisco".to_owned(),
        region: "CA".to_owned(),
        postal_code: "94105".to_owned(),
        country: "US".to_owned(),
        location: place,
        instructions: None,
    }
}
