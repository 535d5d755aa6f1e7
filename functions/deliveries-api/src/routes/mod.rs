pub mod assign_delivery;
pub mod get_delivery;
pub mod hand_over;
pub mod list_deliveries;
pub mod pick_up;
pub mod refuse;
pub mod return_delivery;

use sipstr_domain::DeliveryId;
use sipstr_domain::delivery::Delivery;
use sipstr_http::{ApiResult, Courier, Problem};
use sipstr_storage::dispatch::Dispatch;

/// A delivery that is this courier's now; every other one does not exist for them.
async fn of_courier(dispatch: &Dispatch, courier: &Courier, id: &DeliveryId) -> ApiResult<Delivery> {
    let found = dispatch.deliveries.get(id).await?;
    found.filter(|delivery| delivery.courier_id.as_ref() == Some(&courier.id())).ok_or_else(Problem::not_found)
}
