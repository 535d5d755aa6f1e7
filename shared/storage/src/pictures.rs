//! Pictures of people. They lie in the table of accounts, under their person (`pk` user id, `sk` picture id); which one is shown
//! stands in the account.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use sipstr_domain::picture::{Picture, PictureFault, PictureState, WAITING_LIFE};
use sipstr_domain::{PictureId, UserId};

use crate::StorageError;
use crate::accounts::{Account, Accounts, TOUCH, account_key};
use crate::credentials::built;
use crate::item::{from_item, key2, n, s, to_item};

impl Accounts {
    /// Notes that a picture may be sent; `false` where that was noted before.
    pub async fn offer_picture(&self, picture: &Picture) -> Result<bool, StorageError> {
        let keys = [("pk", picture.user_id.to_string()), ("sk", picture.id.to_string())];
        let mut item = to_item(picture, &keys)?;
        item.insert("ttl".to_owned(), n((picture.created_at + WAITING_LIFE).as_second()));
        Ok(self.transact(vec![self.put_new(item)]).await?.is_none())
    }

    pub async fn picture(&self, user: &UserId, id: &PictureId) -> Result<Option<Picture>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(user.as_str(), id.as_str())));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// The newest picture that was offered a place, shown or not.
    pub async fn newest_picture(&self, user: &UserId) -> Result<Option<Picture>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).scan_index_forward(false).limit(1);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(PictureId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().next().map(from_item).transpose()
    }

    /// Shows a picture that waited, in the place of the one that the account shows. `false` where it waits no more, or the
    /// account shows another one meanwhile.
    pub async fn show_picture(&self, account: &Account, picture: &Picture) -> Result<bool, StorageError> {
        let ready = self.of_picture(&picture.user_id, &picture.id);
        let ready =
            ready.update_expression("SET #state = :ready REMOVE #ttl").condition_expression("#state = :waiting");
        let ready = ready.expression_attribute_names("#state", "state").expression_attribute_names("#ttl", "ttl");
        let ready = ready.expression_attribute_values(":ready", serde_dynamo::to_attribute_value(PictureState::Ready)?);
        let waiting = serde_dynamo::to_attribute_value(PictureState::Waiting)?;
        let ready = ready.expression_attribute_values(":waiting", waiting);
        let shown = self.shows(account, &format!("SET avatar = :new, {TOUCH}"));
        let shown = shown.expression_attribute_values(":new", s(picture.id.as_str()));
        Ok(self.transact(vec![built(ready), built(shown)]).await?.is_none())
    }

    /// Notes why a picture is not shown; `false` where it waits no more.
    pub async fn refuse_picture(&self, picture: &Picture, fault: PictureFault) -> Result<bool, StorageError> {
        let update = self.of_picture(&picture.user_id, &picture.id);
        let update = update.update_expression("SET #state = :refused, fault = :fault");
        let update = update.condition_expression("#state = :waiting").expression_attribute_names("#state", "state");
        let state = serde_dynamo::to_attribute_value(PictureState::Refused)?;
        let update = update.expression_attribute_values(":refused", state);
        let update = update.expression_attribute_values(":fault", serde_dynamo::to_attribute_value(fault)?);
        let waiting = serde_dynamo::to_attribute_value(PictureState::Waiting)?;
        let update = update.expression_attribute_values(":waiting", waiting);
        Ok(self.transact(vec![built(update)]).await?.is_none())
    }

    /// Shows no picture any more. `false` where the account shows another one meanwhile.
    pub async fn hide_picture(&self, account: &Account) -> Result<bool, StorageError> {
        let hidden = self.shows(account, &format!("SET {TOUCH} REMOVE avatar"));
        Ok(self.transact(vec![built(hidden)]).await?.is_none())
    }

    /// Forgets a picture that is not shown any more; its file was removed before.
    pub async fn forget_picture(&self, user: &UserId, id: &PictureId) -> Result<(), StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key2(user.as_str(), id.as_str())));
        let delete = delete.build().expect("table and key are set");
        self.transact(vec![TransactWriteItem::builder().delete(delete).build()]).await.map(|_| ())
    }

    fn of_picture(&self, user: &UserId, id: &PictureId) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.table).set_key(Some(key2(user.as_str(), id.as_str())))
    }

    /// An update of the account on condition that it shows what it showed when it was read.
    fn shows(&self, account: &Account, expression: &str) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        let update = Update::builder().table_name(&self.table).set_key(Some(account_key(&account.id)));
        let update = update.update_expression(expression).expression_attribute_values(":one", n(1));
        let update = update.expression_attribute_values(":work", s(sipstr_events::correlation::current()));
        match &account.avatar {
            Some(old) => {
                update.condition_expression("avatar = :old").expression_attribute_values(":old", s(old.as_str()))
            }
            None => update.condition_expression("attribute_exists(pk) AND attribute_not_exists(avatar)"),
        }
    }
}
