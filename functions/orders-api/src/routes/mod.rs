pub mod accept_order;
pub mod cancel_order;
pub mod get_order;
pub mod list_orders;
pub mod list_store_orders;
pub mod place_order;
pub mod ready_order;
pub mod reject_order;
