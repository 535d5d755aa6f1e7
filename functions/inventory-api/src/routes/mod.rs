pub mod adjust_stock;
pub mod correct_lot;
pub mod count_stock;
pub mod list_movements;
pub mod list_stock;
pub mod lots;
pub mod put_buckets;
pub mod settings;
