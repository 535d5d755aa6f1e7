//! The platform's catalogue over HTTP, for administration: products from draft to archive with their pictures, and what they
//! refer to. What customers read of it is in `catalog-api`; stores' listings follow through `listings-on-product`.

mod checking;
mod config;
mod routes;

use axum::extract::FromRef;
use sipstr_files::Files;
use sipstr_http::auth::Admin;
use sipstr_http::routes;
use sipstr_http::{Current, InPerson, Signer, Verifier};
use sipstr_runtime::{Access, Aws, Clock};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::products::Products;
use utoipa_axum::router::OpenApiRouter;

pub use config::Config;

/// An administrator as they are now, and acting for themselves.
pub(crate) type Editor = InPerson<Current<Admin>>;

#[derive(Debug, Clone, FromRef)]
pub struct State {
    verifier: Verifier,
    signer: Signer,
    clock: Clock,
    accounts: Accounts,
    products: Products,
    files: Files,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, access: Access, files: Files) -> Self {
        Self {
            verifier: access.verifier,
            signer: access.signer,
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            products: Products::new(aws.dynamodb(), &config.products_table),
            files,
        }
    }
}

/// The routes with their part of openapi.json.
pub fn api() -> OpenApiRouter<State> {
    use routes::{attributes, brands, categories, groups};
    use routes::{change_product, create_product, list_records, move_product, offer_image, put_images, show_record};
    OpenApiRouter::new()
        .routes(routes!(create_product::create_product, list_records::list_records))
        .routes(routes!(show_record::show_record, change_product::change_product))
        .routes(routes!(move_product::publish_product))
        .routes(routes!(move_product::archive_product))
        .routes(routes!(move_product::redraft_product))
        .routes(routes!(offer_image::offer_image, offer_image::list_images, put_images::put_images))
        .routes(routes!(groups::create_group, groups::list_groups))
        .routes(routes!(groups::show_group, groups::change_group, groups::remove_group))
        .routes(routes!(brands::create_brand, brands::list_brand_records))
        .routes(routes!(brands::show_brand, brands::change_brand, brands::remove_brand))
        .routes(routes!(categories::create_category, categories::show_categories))
        .routes(routes!(categories::change_category, categories::remove_category))
        .routes(routes!(attributes::list_attributes))
        .routes(routes!(attributes::put_attribute, attributes::remove_attribute))
}

pub fn router(state: State) -> axum::Router {
    api().with_state(state).split_for_parts().0
}
