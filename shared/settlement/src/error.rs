use sipstr_payments::PaymentError;
use sipstr_storage::StorageError;

/// Why money is not where it belongs yet. All but the last three may be over when the same is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Provider(#[from] PaymentError),
    /// Asking by the order's key would make a second payment by now, so nobody is asked.
    #[error("the ledger does not name the payment, and the provider has forgotten the order's key")]
    Forgotten,
    #[error("the order says that it was paid, and the provider says that it was not")]
    NotCaptured,
    #[error("the refund {reference} failed: the customer has not got the money")]
    RefundFailed { reference: String },
}
