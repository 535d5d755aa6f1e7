pub mod delete_item;
pub mod get_cart;
pub mod put_cart;
pub mod put_item;
pub mod quote_cart;
