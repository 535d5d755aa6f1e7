use sipstr_domain::{CourierId, OrderId};

/// Why nothing can be decided: the snapshot says something that cannot be so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DispatchError {
    #[error("the {of} of order {order} is no place on Earth")]
    OrderPlace { order: OrderId, of: &'static str },
    #[error("courier {0} is at no place on Earth")]
    CourierPlace(CourierId),
    #[error("the {of} of order {order} is years from now")]
    OrderTime { order: OrderId, of: &'static str },
    #[error("the {of} of courier {courier} is years from now")]
    CourierTime { courier: CourierId, of: &'static str },
    #[error("order {0} appears twice")]
    OrderTwice(OrderId),
    #[error("courier {0} appears twice")]
    CourierTwice(CourierId),
    #[error("{0} orders and couriers are more than one decision is made for: split them by zone")]
    TooMany(usize),
    #[error("courier {courier} earns in another currency than the pay rule's")]
    Currency { courier: CourierId },
    #[error("the policy's {0} is not a number that can be used")]
    Policy(&'static str),
    #[error("the acceptance model holds something that is not a number")]
    Model,
}
