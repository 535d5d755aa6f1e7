//! What a person tells and shows of themselves, over HTTP: addresses, a picture, and proof of their age.
//!
//! An address is looked up on the map, so that the courier finds it and the law of the place is asked.
//! A picture goes straight to the bucket, by a link that fixes its type and size; `images-on-upload` looks at it. A document goes
//! straight to the verifier; what comes back is whether the person told the right day of birth.

mod config;
mod place;
mod routes;

use std::sync::Arc;

use axum::extract::FromRef;
use serde::Deserialize;
use sipstr_assurance::{AgeVerifier, StripeIdentity};
use sipstr_files::Files;
use sipstr_http::routes;
use sipstr_http::{Signer, Verifier};
use sipstr_maps::{GoogleMaps, Maps, Offline};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::limits::Limits;
use sipstr_storage::stores::Stores;
use utoipa_axum::router::OpenApiRouter;

pub use config::{Config, VerifierKind};

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    clock: Clock,
    accounts: Accounts,
    audit: Audit,
    limits: Limits,
    files: Files,
    /// `None` where nobody looks at documents.
    age_verifier: Option<Arc<dyn AgeVerifier>>,
    return_to: ReturnTo,
    maps: Arc<dyn Maps>,
    stores: Stores,
    catalog: Catalog,
    inventory: Inventory,
    signer: Signer,
}

/// Where a person comes back to from the verifier.
#[derive(Debug, Clone)]
struct ReturnTo(String);

/// Of a secret what a service outside asks for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    api_key: String,
}

/// What lets us ask the services outside.
pub struct Keys {
    pub verifier: ApiKey,
    pub maps: ApiKey,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, files: Files, keys: &Keys) -> Self {
        let age_verifier: Option<Arc<dyn AgeVerifier>> = match config.verifier {
            VerifierKind::Nobody => None,
            VerifierKind::StripeIdentity => {
                Some(Arc::new(StripeIdentity::new(&config.verifier_url, &keys.verifier.api_key)))
            }
        };
        Self {
            verifier: access.verifier,
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            audit: Audit::new(aws.dynamodb(), &config.audit_table),
            limits: Limits::new(aws.dynamodb(), &config.limits_table),
            files,
            age_verifier,
            maps: if config.maps_url.is_empty() {
                Arc::new(Offline)
            } else {
                Arc::new(GoogleMaps::new(&config.maps_url, &keys.maps.api_key))
            },
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
            catalog: Catalog::new(aws.dynamodb(), &config.catalog_table),
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
            signer: access.signer,
            return_to: ReturnTo(format!("{}/account/age", config.web_url)),
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{add_address, change_address, choose_address, list_addresses, remove_address};
    use routes::{check_age, remove_avatar, send_avatar, show_age, show_avatar};
    use routes::{list_watches, unwatch, watch};
    OpenApiRouter::new()
        .routes(routes!(list_addresses::list_addresses, add_address::add_address))
        .routes(routes!(change_address::change_address, remove_address::remove_address))
        .routes(routes!(choose_address::choose_address))
        .routes(routes!(show_avatar::show_avatar, send_avatar::send_avatar, remove_avatar::remove_avatar))
        .routes(routes!(show_age::show_age))
        .routes(routes!(check_age::check_age))
        .routes(routes!(list_watches::list_watches))
        .routes(routes!(watch::watch, unwatch::unwatch))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
