pub mod card_balance;
pub mod cash_out;
pub mod give_credit;
pub mod issue_card;
pub mod my_credit;
pub mod my_entries;
pub mod redeem;
pub mod show_credit;
