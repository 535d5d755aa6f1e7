//! Pictures of people: one square each, in the place of the one before.

use sipstr_domain::picture::{PictureState, avatar_key};
use sipstr_domain::{PictureId, UserId};
use sipstr_pictures::square;
use sipstr_runtime::{HandlerError, count};

use crate::{State, sent};

/// Pixels of a portrait's side: twice what the largest place for one shows.
const PORTRAIT: u32 = 512;

pub async fn look(key: &str, user: &UserId, id: &PictureId, state: &State) -> Result<(), HandlerError> {
    let picture = state.accounts.picture(user, id).await?.filter(|picture| picture.state == PictureState::Waiting);
    let account = state.accounts.get(user).await?;
    let (Some(picture), Some(account)) = (picture, account) else {
        return Ok(state.files.delete(key).await?);
    };
    let Some(file) = sent(key, &state.files).await? else { return Ok(()) };
    match square(&file, PORTRAIT) {
        Ok(portrait) => {
            state.files.put(&avatar_key(id), "image/jpeg", portrait).await?;
            if !state.accounts.show_picture(&account, &picture).await? {
                return Err("the account was changed meanwhile".into());
            }
            if let Some(old) = &account.avatar {
                state.files.delete(&avatar_key(old)).await?;
                state.accounts.forget_picture(user, old).await?;
            }
            count("pictures_shown", 1);
        }
        Err(fault) => {
            tracing::info!(pictureId = %id, cause = %fault, "an upload is not shown");
            state.accounts.refuse_picture(&picture, fault).await?;
            count("pictures_refused", 1);
        }
    }
    Ok(state.files.delete(key).await?)
}
