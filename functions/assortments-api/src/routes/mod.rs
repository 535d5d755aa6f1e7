pub mod delete_listing;
pub mod list_assortment;
pub mod list_prices;
pub mod put_listing;
pub mod show_listing;
