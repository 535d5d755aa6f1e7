pub mod change_promotion;
pub mod create_promotion;
pub mod dry_run;
pub mod end_promotion;
pub mod export_codes;
pub mod group_members;
pub mod list_promotions;
pub mod show_promotion;
