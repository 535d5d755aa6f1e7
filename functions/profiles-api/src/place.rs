//! Where an address lies, and who delivers there.

use serde::Serialize;
use sipstr_domain::UserId;
use sipstr_domain::account::Address;
use sipstr_domain::geo::Point;
use sipstr_http::{ApiResult, Problem};
use sipstr_maps::{Place, agree};

/// An address as its person sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddressView {
    #[serde(flatten)]
    pub address: Address,
    /// Whether it is chosen where nothing else is said.
    pub is_default: bool,
    /// Whether any store delivers there, open or not.
    pub delivered_to: bool,
}

impl AddressView {
    pub async fn of(state: &crate::State, person: &UserId, address: Address) -> ApiResult<Self> {
        let is_default = state.accounts.default_address(person).await?.as_ref() == Some(&address.id);
        let delivered_to = !state.stores.near(address.location).await?.is_empty();
        Ok(Self { address, is_default, delivered_to })
    }
}

/// Where an address lies: at the person's pin, unless the map knows its door elsewhere; without a pin at the door.
pub async fn located(state: &crate::State, address: &Address, pin: Option<Point>) -> ApiResult<Point> {
    let place = Place {
        line1: &address.line1,
        city: &address.city,
        region: &address.region,
        postal_code: &address.postal_code,
        country: &address.country,
    };
    let door = match (state.maps.door(place).await, pin) {
        (Ok(door), _) => door,
        (Err(error), pin) => {
            tracing::warn!(cause = %error, "an address was not looked up");
            // A map that is out of reach keeps nobody from what they know themselves.
            return pin.ok_or_else(Problem::unavailable);
        }
    };
    match (pin, door) {
        (Some(pin), Some(door)) if !agree(pin, door) => {
            let detail = "the pin lies more than two kilometres from the address";
            Err(Problem::unprocessable("place_differs", detail))
        }
        (Some(pin), _) => Ok(pin),
        (None, Some(door)) => Ok(door),
        (None, None) => Err(Problem::unprocessable("address_unknown", "the map does not know this address: set a pin")),
    }
}
