pub mod list_products;
pub mod show_product;
