pub mod list_stores;
pub mod show_store;
