//! People: registered through the front door, or arranged with a role that nobody can give themselves.

use jiff::Timestamp;
use jiff::civil::date;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use sipstr_domain::account::{Address, DateOfBirth, Membership, Role};
use sipstr_domain::geo::Point;
use sipstr_domain::{AddressId, EventId, UserId};
use sipstr_http::auth::{Claims, TOKEN_TYPE};
use sipstr_storage::accounts::{Account, PasswordHash};

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
        let account = Account {
            id: id.clone(),
            version: 1,
            email: email.parse().expect("an address"),
            name: name.parse().expect("a name"),
            date_of_birth: DateOfBirth::new(date(1990, 5, 17), date(2026, 1, 1)).expect("a birthday"),
            phone: None,
            password_hash: PasswordHash("nobody signs in with this".to_owned()),
            roles: roles.to_vec(),
            memberships: memberships.clone(),
            email_verified_at: Some(now),
            verification: None,
            created_at: now,
        };
        self.accounts().put_demo(&account, &[]).await.expect("the account is written");
        let token = self.sign(&self.claims(&id, roles, memberships));
        Person { id, email, api: self.api.with_token(token) }
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
            sid: "ses_test".to_owned(),
            roles: roles.to_vec(),
            stores,
            email_verified: true,
        }
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
