//! Pictures that people upload, from the offer of a place for them to what is shown.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{PictureId, UserId};

/// Eight mebibytes: a telephone's photograph, and room.
pub const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A picture that was not sent, or was refused, is forgotten after a day.
pub const WAITING_LIFE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum PictureType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
}

impl PictureType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// Why an upload is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PictureFault {
    #[error("this is no JPEG, PNG or WebP picture")]
    NoPicture,
    #[error("the picture has too many pixels")]
    TooManyPixels,
    #[error("there are as many pictures as there may be")]
    NoRoom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PictureState {
    /// It was not sent yet, or nobody looked at it yet.
    Waiting,
    Ready,
    Refused,
}

/// A person's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    pub id: PictureId,
    pub user_id: UserId,
    pub state: PictureState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<PictureFault>,
    pub created_at: Timestamp,
}

const UPLOADS: &str = "uploads/avatars/";

impl Picture {
    pub fn new(id: PictureId, user_id: UserId, now: Timestamp) -> Self {
        Self { id, user_id, state: PictureState::Waiting, fault: None, created_at: now }
    }

    /// Where the person sends it.
    pub fn upload_key(&self) -> String {
        format!("{UPLOADS}{}/{}", self.user_id, self.id)
    }

    /// Whose upload lies there; `None` where it is no such place.
    pub fn of_upload_key(key: &str) -> Option<(UserId, PictureId)> {
        let (user, picture) = key.strip_prefix(UPLOADS)?.split_once('/')?;
        Some((user.parse().ok()?, picture.parse().ok()?))
    }
}

/// Where what is shown lies. The key says nothing about whose it is.
pub fn avatar_key(id: &PictureId) -> String {
    format!("pictures/avatars/{}.jpg", id.suffix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_upload_leads_back_to_its_person() {
        let picture = Picture::new(PictureId::new(), UserId::new(), Timestamp::UNIX_EPOCH);
        let key = picture.upload_key();
        assert_eq!(Picture::of_upload_key(&key), Some((picture.user_id.clone(), picture.id.clone())));
        for foreign in ["uploads/avatars/", "uploads/avatars/usr_1/pic_1", "exports/x", &key[1..]] {
            assert_eq!(Picture::of_upload_key(foreign), None, "{foreign}");
        }
    }
}
