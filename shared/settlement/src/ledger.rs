use sipstr_domain::OrderId;
use sipstr_domain::payment::PaymentEntry;
use sipstr_storage::StorageError;
use sipstr_storage::payments::Payments;

/// The append-only entries of orders: the payments table, or a list in memory in tests.
pub trait Ledger {
    /// Every entry of an order, oldest first.
    fn of_order(&self, order: &OrderId) -> impl Future<Output = Result<Vec<PaymentEntry>, StorageError>>;

    /// Appends an entry; `false` where it stood there before.
    fn append(&self, entry: &PaymentEntry) -> impl Future<Output = Result<bool, StorageError>>;
}

impl Ledger for Payments {
    async fn of_order(&self, order: &OrderId) -> Result<Vec<PaymentEntry>, StorageError> {
        Payments::of_order(self, order).await
    }

    async fn append(&self, entry: &PaymentEntry) -> Result<bool, StorageError> {
        Payments::append(self, entry).await
    }
}
