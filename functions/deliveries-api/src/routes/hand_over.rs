use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use sipstr_compliance::{Book, DoorCheck, Doorstep, HandOver as Gate, IdSeen, Kind};
use sipstr_domain::DeliveryId;
use sipstr_domain::account::{Address, DateOfBirth};
use sipstr_domain::compliance::{LocalClock, Trace};
use sipstr_domain::delivery::{AgeCheck, Delivery, DeliveryAction, DeliveryState, IdMethod};
use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::store::Store;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Courier, PathOf, Problem};
use sipstr_runtime::count;
use sipstr_storage::orders::Orders;

use super::of_courier;
use crate::view::DeliveryView;
use crate::who::Sight;

/// What the courier saw at the door. It is judged and forgotten: no `Debug`, so that it reaches no log.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOver {
    pub id_method: IdMethod,
    /// As it stands on the ID.
    #[schema(value_type = String, format = Date, example = "1990-05-17")]
    pub date_of_birth: Date,
    /// Whether the ID is that of the person at the door.
    pub matches_recipient: bool,
    pub sober: bool,
    /// Whether the ID was read by a machine: some laws ask for it, some forbid it.
    #[serde(default)]
    pub id_scanned: bool,
}

/// Hands the bottles to a person who is sober, has shown an ID, is the one it names, and is of age, within selling hours.
///
/// Where a rule says no, nothing is written, and the courier refuses instead. Kept are the kind of ID, the time, and the
/// rules that were passed; never what the ID showed.
#[utoipa::path(
    post, path = "/v1/deliveries/{deliveryId}/hand-over", tag = "Deliveries", operation_id = "handOverDelivery",
    params(("deliveryId" = String, Path)),
    request_body = HandOver,
    responses(
        (status = 200, body = DeliveryView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not the caller's delivery"),
        (status = 409, body = ProblemBody, description = "`delivery_state`, `order_over`"),
        (status = 422, body = ProblemBody,
            description = "`outside_selling_hours`, `dry_day`, `recipient_intoxicated`, `id_scan_required`, \
                `id_scan_forbidden`, `id_mismatch`, `under_age`, with the rule"),
    ),
    security(("bearer" = []))
)]
pub async fn hand_over_delivery(
    courier: Courier,
    State(app): State<crate::State>,
    PathOf(id): PathOf<DeliveryId>,
    Body(seen): Body<HandOver>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = of_courier(&app.dispatch, &courier, &id).await?;
    match delivery.state {
        DeliveryState::PickedUp => {}
        DeliveryState::HandedOver => return Ok(Json(DeliveryView::of(delivery, Sight::UnderWay))),
        state => {
            let detail = format!("a delivery that is {} cannot be handed over", state.as_str());
            return Err(Problem::conflict("delivery_state", detail));
        }
    }
    let order = still_wanted(&app.orders, &delivery).await?;
    let store = app.stores.get(&delivery.store_id).await?;
    let store = store.ok_or_else(|| Problem::internal("the store of a delivery is not there"))?;
    let now = app.clock.now();
    let trace =
        judge(&store, &kinds(&order), &delivery.drop_off, &seen, app.local_clock, now).inspect_err(|problem| {
            if let Some(rule) = &problem.rule {
                tracing::info!(delivery = %id, code = problem.code, rule, "not handed over");
                count("hand_overs_refused", 1);
            }
        })?;
    let check = AgeCheck { method: seen.id_method, trace, at: now };
    let moved = app.dispatch.advance(&id, Some(&courier.id()), &DeliveryAction::HandOver { check }, now).await?;
    let view = DeliveryView::of_moved(moved, Sight::UnderWay)?;
    count("deliveries_handed_over", 1);
    Ok(Json(view))
}

/// The order may have been cancelled while the courier was on the way out of the door; then the bottles go back.
async fn still_wanted(orders: &Orders, delivery: &Delivery) -> ApiResult<Order> {
    let order = orders.get(&delivery.order_id).await?;
    let order = order.ok_or_else(|| Problem::internal("the order of a delivery is not there"))?;
    // The order follows the delivery by events, so it may still be a step behind.
    match order.state {
        OrderState::Ready | OrderState::OutForDelivery => Ok(order),
        state => Err(Problem::conflict("order_over", format!("the order is {}: bring it back", state.as_str()))),
    }
}

/// What an order keeps of its drinks is their category; rules about strength take the stricter reading.
fn kinds(order: &Order) -> Vec<Kind> {
    order.lines.iter().map(|line| Kind::of(line.priced.category)).collect()
}

fn judge(
    store: &Store,
    kinds: &[Kind],
    drop_off: &Address,
    seen: &HandOver,
    clock: LocalClock,
    now: jiff::Timestamp,
) -> Result<Trace, Problem> {
    let local = clock.at(store, now)?;
    let date_of_birth = DateOfBirth::new(seen.date_of_birth, local.date())
        .map_err(|invalid| Problem::invalid("/dateOfBirth", invalid.to_string()))?;
    let door = DoorCheck {
        // A courier hands over to a person, and there is no hand-over without a kind of ID.
        attended: true,
        id: if seen.id_scanned { IdSeen::Scanned } else { IdSeen::Looked },
        sober: seen.sober,
        matches_recipient: seen.matches_recipient,
        date_of_birth,
    };
    let doorstep = Doorstep::of(drop_off, Book::builtin(), local.date());
    Ok(Gate { store, destination: doorstep.destination(), kinds, door, local }.decide()?)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use jiff::civil::{date, time};
    use sipstr_domain::catalog::Category;
    use sipstr_domain::geo::Point;
    use sipstr_domain::money::Rate;
    use sipstr_domain::store::{DeliveryTerms, Licence};
    use sipstr_domain::{AddressId, Currency, StoreId};
    use sipstr_http::body::parse;

    use super::*;

    fn store() -> Store {
        Store {
            id: StoreId::derive(&["store"]),
            name: "Corner Bottles".into(),
            address: "1 Market St".into(),
            location: Point::new(37.79, -122.40).unwrap(),
            time_zone: "America/Los_Angeles".into(),
            jurisdiction: "us-ca".into(),
            sales_tax: Rate(86_250),
            currency: Currency::Usd,
            licence: Licence {
                number: "21-1".into(),
                classes: vec![],
                categories: vec![],
                expires_on: date(2039, 1, 1),
            },
            hours: vec![],
            paused: false,
            delivery: DeliveryTerms {
                radius_metres: 5_000,
                fee: 499,
                minimum_basket: 1_000,
                ..DeliveryTerms::default()
            },
            preparation_minutes: 15,
            commission: Default::default(),
        }
    }

    fn address() -> Address {
        Address {
            id: AddressId::derive(&["home"]),
            recipient: "Ada Lovelace".parse().unwrap(),
            line1: "1 Ferry Building".into(),
            line2: None,
            city: "San Francisco".into(),
            region: "CA".into(),
            postal_code: "94105".into(),
            country: "US".into(),
            location: Point::new(37.79, -122.40).unwrap(),
            instructions: None,
        }
    }

    fn judged(change: &str) -> Result<Trace, Problem> {
        let mut seen: serde_json::Value = serde_json::from_str(
            r#"{"idMethod":"passport","dateOfBirth":"1990-05-17","matchesRecipient":true,"sober":true}"#,
        )
        .unwrap();
        let change: serde_json::Value = serde_json::from_str(change).unwrap();
        seen.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let seen: HandOver = parse(seen.to_string().as_bytes())?;
        let clock = LocalClock { fixed_time_of_day: Some(time(18, 30, 0, 0)) };
        let kinds = [Kind::of(Category::Beer)];
        judge(&store(), &kinds, &address(), &seen, clock, "2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn only_a_sober_matching_adult_is_handed_anything() {
        assert!(judged("{}").unwrap().passed.contains(&"us-ca.age".to_owned()));
        let refused = |change: &str| {
            let problem = judged(change).unwrap_err();
            assert_eq!((problem.status, problem.rule.is_some()), (StatusCode::UNPROCESSABLE_ENTITY, true), "{change}");
            problem.code
        };
        assert_eq!(refused(r#"{"sober":false}"#), "recipient_intoxicated");
        assert_eq!(refused(r#"{"matchesRecipient":false}"#), "id_mismatch");
        assert_eq!(refused(r#"{"dateOfBirth":"2008-06-15"}"#), "under_age");
    }

    #[test]
    fn what_cannot_stand_on_an_id_is_refused() {
        for change in [
            r#"{"dateOfBirth":"2031-01-01"}"#,
            r#"{"dateOfBirth":"1850-01-01"}"#,
            r#"{"dateOfBirth":"1990-02-30"}"#,
            r#"{"idMethod":"library_card"}"#,
            r#"{"idMethod":null}"#,
            r#"{"ageVerified":true}"#,
        ] {
            assert_eq!(judged(change).unwrap_err().code, "invalid_request", "{change}");
        }
    }

    #[test]
    fn the_sample_is_a_request_for_this_route() {
        let sample = include_str!("../../../../events/aws/deliveries-api.hand-over.json");
        let request = lambda_http::request::from_str(sample).unwrap();
        let lambda_http::Body::Text(body) = request.body() else { panic!("a body of text") };
        assert!(parse::<HandOver>(body.as_bytes()).is_ok());
    }
}
