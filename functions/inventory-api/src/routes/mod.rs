pub mod adjust_stock;
pub mod list_stock;
