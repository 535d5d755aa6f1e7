use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::AddressId;
use sipstr_domain::account::PersonName;
use sipstr_domain::geo::Point;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Person, Problem};
use sipstr_storage::addresses::AddressChange;

use super::add_address::{country, field, location};
use super::present;
use crate::place::{AddressView, located};

/// What shall change; what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressEdit {
    #[schema(min_length = 1, max_length = 100)]
    pub recipient: Option<PersonName>,
    #[schema(min_length = 1, max_length = 120)]
    pub line1: Option<String>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 120)]
    pub line2: Option<Option<String>>,
    #[schema(min_length = 1, max_length = 80)]
    pub city: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    pub region: Option<String>,
    #[schema(min_length = 1, max_length = 16)]
    pub postal_code: Option<String>,
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    pub location: Option<Point>,
    /// `null` removes them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    pub instructions: Option<Option<String>>,
}

impl AddressEdit {
    fn check(self) -> ApiResult<AddressChange> {
        let text = |pointer, text: Option<String>, most| text.map(|text| field(pointer, &text, most)).transpose();
        let optional =
            |pointer, change: Option<Option<String>>, most| change.map(|value| text(pointer, value, most)).transpose();
        Ok(AddressChange {
            recipient: self.recipient,
            line1: text("/line1", self.line1, 120)?,
            line2: optional("/line2", self.line2, 120)?,
            city: text("/city", self.city, 80)?,
            region: text("/region", self.region, 80)?,
            postal_code: text("/postalCode", self.postal_code, 16)?,
            country: self.country.map(|code| country(&code)).transpose()?,
            location: self.location.map(location).transpose()?,
            instructions: optional("/instructions", self.instructions, 300)?,
        })
    }
}

/// Changes one of one's own addresses. What changes of the place is looked up on the map as when it was added. Orders that were placed keep the address they were placed with.
#[utoipa::path(
    patch, path = "/v1/me/addresses/{addressId}", tag = "Account", operation_id = "changeAddress",
    params(("addressId" = String, Path)),
    request_body = AddressEdit,
    responses(
        (status = 200, body = AddressView),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`address_unknown`, `place_differs`"),
        (status = 503, body = ProblemBody, description = "`unavailable`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_address(
    person: Person,
    State(state): State<crate::State>,
    PathOf(id): PathOf<AddressId>,
    Body(edit): Body<AddressEdit>,
) -> ApiResult<Json<AddressView>> {
    let mut change = edit.check()?;
    if change.moves() {
        let before = state.accounts.address(person.id(), &id).await?.ok_or_else(Problem::not_found)?;
        let after = change.applied_to(&before);
        // The old pin does not stand for a new street.
        let same_place = (&before.line1, &before.city, &before.region, &before.postal_code, &before.country)
            == (&after.line1, &after.city, &after.region, &after.postal_code, &after.country);
        let pin = change.location.or_else(|| same_place.then_some(before.location));
        change.location = Some(located(&state, &after, pin).await?);
    }
    let changed = state.accounts.change_address(person.id(), &id, &change).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(AddressView::of(&state, person.id(), changed).await?))
}
