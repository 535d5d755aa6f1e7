pub mod get_payment;
