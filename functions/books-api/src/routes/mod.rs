pub mod commission;
pub mod list_findings;
pub mod list_transactions;
pub mod show_statement;
pub mod write_entry;
