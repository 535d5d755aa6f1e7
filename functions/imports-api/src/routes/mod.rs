pub mod cancel_import;
pub mod list_jobs;
pub mod order_export;
pub mod order_import;
pub mod show_job;
