//! Pictures of products: offered a place, then shown or refused by whoever looked at them.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use sipstr_domain::catalog::{ImageUpload, ProductRecord};
use sipstr_domain::picture::{PictureFault, PictureState, WAITING_LIFE};
use sipstr_domain::{PictureId, ProductId};

use super::plan::Plan;
use super::{Context, Products, transact};
use crate::StorageError;
use crate::item::{from_item, key2, n, s, to_item};

impl Products {
    /// Notes that a picture may be sent; `false` where that was noted before.
    pub async fn offer_image(&self, upload: &ImageUpload) -> Result<bool, StorageError> {
        let keys = [("pk", upload.product_id.to_string()), ("sk", upload.id.to_string())];
        let mut item = to_item(upload, &keys)?;
        item.insert("ttl".to_owned(), n((upload.created_at + WAITING_LIFE).as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub async fn image_upload(&self, product: &ProductId, id: &PictureId) -> Result<Option<ImageUpload>, StorageError> {
        self.read(key2(product.as_str(), id.as_str())).await?.map(from_item).transpose()
    }

    /// Uploads of a product that wait or were refused, newest first; those are forgotten after a day.
    pub async fn image_uploads(&self, product: &ProductId) -> Result<Vec<ImageUpload>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)").limit(50);
        let query = query.expression_attribute_values(":pk", s(product.as_str()));
        let found = query.expression_attribute_values(":prefix", s(PictureId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// Shows a picture that waited: the record that has it is written, and it waits no more. `false` where it waits no more
    /// already, or the record is another version by now.
    pub async fn show_image(
        &self,
        before: &ProductRecord,
        after: &ProductRecord,
        upload: &ImageUpload,
    ) -> Result<bool, StorageError> {
        let mut plan = Plan::change(&self.table, before, after, &Context::default())?;
        let state = serde_dynamo::to_attribute_value(PictureState::Ready)?;
        let update = self.of_waiting(upload)?.update_expression("SET #state = :state REMOVE #ttl");
        let update = update.expression_attribute_names("#ttl", "ttl").expression_attribute_values(":state", state);
        plan.also(update.build().expect("table, key and expression are set"));
        Ok(plan.send(&self.db).await?.is_none())
    }

    /// Notes why a picture is not shown; `false` where it waits no more.
    pub async fn refuse_image(&self, upload: &ImageUpload, fault: PictureFault) -> Result<bool, StorageError> {
        let update = self.of_waiting(upload)?.update_expression("SET #state = :state, fault = :fault");
        let state = serde_dynamo::to_attribute_value(PictureState::Refused)?;
        let update = update.expression_attribute_values(":state", state);
        let update = update.expression_attribute_values(":fault", serde_dynamo::to_attribute_value(fault)?);
        let update = update.build().expect("table, key and expression are set");
        let action = TransactWriteItem::builder().update(update).build();
        Ok(transact(&self.db, vec![action], "the picture").await?.is_none())
    }

    /// Forgets a picture that is not shown any more.
    pub async fn forget_image(&self, product: &ProductId, id: &PictureId) -> Result<(), StorageError> {
        let key = key2(product.as_str(), id.as_str());
        self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
        Ok(())
    }

    fn of_waiting(
        &self,
        upload: &ImageUpload,
    ) -> Result<aws_sdk_dynamodb::types::builders::UpdateBuilder, StorageError> {
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(key2(upload.product_id.as_str(), upload.id.as_str())));
        let update = update.condition_expression("#state = :waiting").expression_attribute_names("#state", "state");
        let waiting = serde_dynamo::to_attribute_value(PictureState::Waiting)?;
        Ok(update.expression_attribute_values(":waiting", waiting))
    }
}
