//! Google's Geocoding API: <https://developers.google.com/maps/documentation/geocoding/requests-geocoding>.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Deserialize;
use sipstr_domain::geo::Point;
use sipstr_outside::Lazy;

use crate::{Maps, MapsError, Place};

#[derive(Clone)]
pub struct GoogleMaps {
    http: Lazy,
    base_url: String,
    api_key: String,
}

#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    results: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    geometry: Geometry,
    /// Something of the request was not matched: a typing error, or another street of the name.
    #[serde(default)]
    partial_match: bool,
}

#[derive(Deserialize)]
struct Geometry {
    location: Point,
    location_type: String,
}

impl GoogleMaps {
    pub fn new(base_url: &str, api_key: &str) -> Self {
        let http = Lazy::new(Duration::from_millis(800), Duration::from_millis(2_500));
        Self { http, base_url: base_url.trim_end_matches('/').to_owned(), api_key: api_key.to_owned() }
    }
}

impl Maps for GoogleMaps {
    fn door<'a>(&'a self, place: Place<'a>) -> BoxFuture<'a, Result<Option<Point>, MapsError>> {
        let address = format!("{}, {}, {} {}", place.line1, place.city, place.region, place.postal_code);
        // The country is a filter, not a hint: a street of the same name elsewhere is not it.
        let components = format!("country:{}", place.country);
        let query = [("address", address), ("components", components), ("key", self.api_key.clone())];
        let request = self.http.get().get(format!("{}/maps/api/geocode/json", self.base_url)).query(&query);
        async move {
            let answer = request.send().await.map_err(unreachable)?;
            door_in(answer.json().await.map_err(unreachable)?)
        }
        .boxed()
    }
}

/// An error of the client names the address that was asked for, and with it the key and the person's home.
fn unreachable(error: reqwest::Error) -> MapsError {
    MapsError::Unreachable(error.without_url())
}

fn door_in(answer: Answer) -> Result<Option<Point>, MapsError> {
    match answer.status.as_str() {
        "OK" => {}
        "ZERO_RESULTS" => return Ok(None),
        other => return Err(MapsError::Refused(other.to_owned())),
    }
    let exact = |found: &&Found| {
        !found.partial_match && matches!(found.geometry.location_type.as_str(), "ROOFTOP" | "RANGE_INTERPOLATED")
    };
    let door = answer.results.iter().find(exact).map(|found| found.geometry.location);
    Ok(door.and_then(|door| Point::new(door.lat, door.lng).ok()))
}

impl std::fmt::Debug for GoogleMaps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GoogleMaps({})", self.base_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use wiremock::matchers::{method, path, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    const PLACE: Place<'_> =
        Place { line1: "1 Ferry Building", city: "San Francisco", region: "CA", postal_code: "94105", country: "US" };

    fn found(kind: &str, partial: bool) -> Value {
        let geometry = json!({"location": {"lat": 37.7955, "lng": -122.3937}, "location_type": kind});
        let mut found = json!({"geometry": geometry, "formatted_address": "1 Ferry Building", "types": ["premise"]});
        if partial {
            found["partial_match"] = json!(true);
        }
        found
    }

    async fn asked(answer: Value) -> Result<Option<Point>, MapsError> {
        let google = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path("/maps/api/geocode/json"))
            .and(query_param("address", "1 Ferry Building, San Francisco, CA 94105"))
            .and(query_param("components", "country:US"))
            .and(query_param("key", "secret"))
            .respond_with(ResponseTemplate::new(200).set_body_json(answer))
            .mount(&google)
            .await;
        GoogleMaps::new(&google.uri(), "secret").door(PLACE).await
    }

    #[tokio::test]
    async fn a_door_is_what_the_service_knows_to_the_house() {
        let door = asked(json!({"status": "OK", "results": [found("APPROXIMATE", false), found("ROOFTOP", false)]}));
        assert_eq!(door.await.unwrap(), Some(Point { lat: 37.7955, lng: -122.3937 }));
        for rough in [found("GEOMETRIC_CENTER", false), found("APPROXIMATE", false), found("ROOFTOP", true)] {
            assert_eq!(asked(json!({"status": "OK", "results": [rough]})).await.unwrap(), None);
        }
        assert_eq!(asked(json!({"status": "ZERO_RESULTS", "results": []})).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_refusal_names_neither_the_key_nor_the_home() {
        let refused = asked(json!({"status": "REQUEST_DENIED", "error_message": "bad key"})).await.unwrap_err();
        assert!(refused.to_string().contains("REQUEST_DENIED"));
        let nowhere = GoogleMaps::new("http://127.0.0.1:9", "secret").door(PLACE).await.unwrap_err();
        for text in [format!("{nowhere:?}"), nowhere.to_string()] {
            assert!(!text.contains("secret") && !text.contains("Ferry"), "{text}");
        }
        assert_eq!(format!("{PLACE:?}"), "Place(…)");
    }
}
