//! Every function that serves HTTP, in the order of the alphabet.

use utoipa::openapi::OpenApi;

macro_rules! functions {
    ($($name:literal = $krate:ident,)+) => {
        /// Each function's name with its part of the document.
        pub fn parts() -> Vec<(&'static str, OpenApi)> {
            vec![$(($name, $krate::api().into_openapi())),+]
        }
    };
}

functions! {
    "accounts-api" = accounts_api,
    "books-api" = books_api,
    "carts-api" = carts_api,
    "catalog-api" = catalog_api,
    "credits-api" = credits_api,
    "deliveries-api" = deliveries_api,
    "federation-api" = federation_api,
    "assortments-api" = assortments_api,
    "imports-api" = imports_api,
    "inventory-api" = inventory_api,
    "members-api" = members_api,
    "notifications-api" = notifications_api,
    "orders-api" = orders_api,
    "partners-api" = partners_api,
    "passkeys-api" = passkeys_api,
    "payments-api" = payments_api,
    "payments-webhook" = payments_webhook,
    "platform-api" = platform_api,
    "privacy-api" = privacy_api,
    "products-api" = products_api,
    "profiles-api" = profiles_api,
    "promotions-api" = promotions_api,
    "stores-api" = stores_api,
}
