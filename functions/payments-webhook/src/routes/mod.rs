pub mod receive_stripe;
