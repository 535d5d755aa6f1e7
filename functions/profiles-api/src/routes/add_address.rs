use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::AddressId;
use sipstr_domain::account::{Address, PersonName};
use sipstr_domain::geo::Point;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, IdempotencyKey, Person, Problem};
use sipstr_storage::addresses::AddressAdded;

use crate::place::{AddressView, located};

/// Addresses that a person may have.
const MOST_ADDRESSES: usize = 20;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAddress {
    #[schema(min_length = 1, max_length = 100)]
    pub recipient: PersonName,
    #[schema(min_length = 1, max_length = 120, example = "1 Ferry Building")]
    pub line1: String,
    #[schema(min_length = 1, max_length = 120)]
    pub line2: Option<String>,
    #[schema(min_length = 1, max_length = 80, example = "San Francisco")]
    pub city: String,
    /// State, province or county, as the country's post writes it.
    #[schema(min_length = 1, max_length = 80, example = "CA")]
    pub region: String,
    #[schema(min_length = 1, max_length = 16, example = "94105")]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$", example = "US")]
    pub country: String,
    /// A pin, where the person set one; without it the address has to be known to the map.
    pub location: Option<Point>,
    /// For the courier.
    #[schema(min_length = 1, max_length = 300)]
    pub instructions: Option<String>,
}

impl NewAddress {
    /// The address, and the pin where there is one. Until it is located it lies nowhere.
    fn check(self, id: AddressId) -> ApiResult<(Address, Option<Point>)> {
        let pin = self.location.map(location).transpose()?;
        let address = Address {
            id,
            recipient: self.recipient,
            line1: field("/line1", &self.line1, 120)?,
            line2: self.line2.map(|text| field("/line2", &text, 120)).transpose()?,
            city: field("/city", &self.city, 80)?,
            region: field("/region", &self.region, 80)?,
            postal_code: field("/postalCode", &self.postal_code, 16)?,
            country: country(&self.country)?,
            location: pin.unwrap_or(Point { lat: 0.0, lng: 0.0 }),
            instructions: self.instructions.map(|text| field("/instructions", &text, 300)).transpose()?,
        };
        Ok((address, pin))
    }
}

pub(super) fn field(pointer: &str, text: &str, most: usize) -> ApiResult<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        let detail = format!("must be 1 to {most} characters without control characters");
        return Err(Problem::invalid(pointer, detail));
    }
    Ok(text.to_owned())
}

pub(super) fn country(code: &str) -> ApiResult<String> {
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(code.to_owned());
    }
    Err(Problem::invalid("/country", "must be two capital letters (ISO 3166-1 alpha-2)"))
}

pub(super) fn location(point: Point) -> ApiResult<Point> {
    Point::new(point.lat, point.lng)
        .map_err(|_| Problem::invalid("/location", "must be latitude and longitude in degrees"))
}

/// Adds an address to one's own, of which there are at most twenty; the first is the default.
///
/// It is looked up on the map. A pin may stand for what the map does not know, and may not lie two kilometres from what it knows.
/// The same `Idempotency-Key` adds it once; with another address it is refused.
#[utoipa::path(
    post, path = "/v1/me/addresses", tag = "Account", operation_id = "addAddress",
    params(("Idempotency-Key" = String, Header)),
    request_body = NewAddress,
    responses(
        (status = 201, body = AddressView),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `idempotency_key_missing`"),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`too_many_addresses`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`; `address_unknown`: set a pin; `place_differs`: pin and address are two places"),
        (status = 503, body = ProblemBody, description = "`unavailable`: the map is out of reach, and there is no pin"),
    ),
    security(("bearer" = []))
)]
pub async fn add_address(
    person: Person,
    State(state): State<crate::State>,
    key: IdempotencyKey,
    Body(wish): Body<NewAddress>,
) -> ApiResult<(StatusCode, Json<AddressView>)> {
    let (mut address, pin) = wish.check(AddressId::derive(&[person.id().as_str(), key.as_str()]))?;
    address.location = located(&state, &address, pin).await?;
    let shown = async |address| Ok((StatusCode::CREATED, Json(AddressView::of(&state, person.id(), address).await?)));
    match state.accounts.add_address(person.id(), &address, MOST_ADDRESSES).await? {
        AddressAdded::Done => shown(address).await,
        AddressAdded::Before(address) => shown(*address).await,
        AddressAdded::KeyReused => {
            Err(Problem::unprocessable("idempotency_key_reused", "this key was used for another address"))
        }
        AddressAdded::TooMany => {
            Err(Problem::conflict("too_many_addresses", format!("at most {MOST_ADDRESSES}; remove one first")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut NewAddress)) -> Option<String> {
        let mut wish = NewAddress {
            recipient: "Ada".parse().unwrap(),
            line1: "1 Ferry Building".into(),
            line2: None,
            city: "San Francisco".into(),
            region: "CA".into(),
            postal_code: "94105".into(),
            country: "US".into(),
            location: Some(Point { lat: 37.7955, lng: -122.3937 }),
            instructions: None,
        };
        change(&mut wish);
        wish.check(AddressId::new()).err().map(|problem| problem.errors[0].pointer.clone())
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        assert_eq!(refused(|_| {}), None);
        assert_eq!(refused(|wish| wish.country = "us".into()).as_deref(), Some("/country"));
        assert_eq!(refused(|wish| wish.location = Some(Point { lat: 90.1, lng: 0.0 })).as_deref(), Some("/location"));
        assert_eq!(refused(|wish| wish.line1 = "  ".into()).as_deref(), Some("/line1"));
        assert_eq!(refused(|wish| wish.line2 = Some("a\nb".into())).as_deref(), Some("/line2"));
        assert_eq!(refused(|wish| wish.postal_code = "9".repeat(17)).as_deref(), Some("/postalCode"));
    }
}
