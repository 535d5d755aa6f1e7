//! Pictures of products, from the offer of a place for them to what shops show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::line;
use crate::account::Invalid;
use crate::picture::{PictureFault, PictureState};
use crate::{PictureId, ProductId};

/// Pictures of one product at most.
pub const MOST_IMAGES: usize = 12;

/// Pixels of the longer side of each picture that is made of an upload.
pub const SIDES: [u32; 3] = [160, 480, 1_200];

/// A picture that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Image {
    pub id: PictureId,
    /// What it shows, for whoever does not see it.
    #[schema(max_length = 200)]
    pub alt: String,
}

impl Image {
    pub fn new(id: PictureId, alt: &str) -> Result<Self, Invalid> {
        Ok(Self { id, alt: line(alt, 200)? })
    }

    /// Where its files lie, the smallest first. A key is never written twice with something else.
    pub fn keys(id: &PictureId) -> [String; 3] {
        SIDES.map(|side| image_key(id, side))
    }
}

/// Where apps find a picture, from the API's own address on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageLinks {
    pub id: PictureId,
    pub alt: String,
    /// At most 160 pixels a side.
    #[schema(example = "/v1/pictures/0198c0de5f3a7b60a1b2c3d4e5f60718-160.jpg")]
    pub small: String,
    /// At most 480 pixels a side.
    pub medium: String,
    /// At most 1200 pixels a side.
    pub large: String,
}

impl From<&Image> for ImageLinks {
    fn from(image: &Image) -> Self {
        let [small, medium, large] = SIDES.map(|side| format!("/v1/pictures/{}", image_file(&image.id, side)));
        Self { id: image.id.clone(), alt: image.alt.clone(), small, medium, large }
    }
}

/// Where the file of this name lies; `None` where it is no name of ours.
pub fn key_of_file(file: &str) -> Option<String> {
    let (suffix, side) = file.strip_suffix(".jpg")?.rsplit_once('-')?;
    let id: PictureId = format!("{}{suffix}", PictureId::PREFIX).parse().ok()?;
    let side = SIDES.into_iter().find(|known| known.to_string() == side)?;
    Some(image_key(&id, side))
}

fn image_file(id: &PictureId, side: u32) -> String {
    format!("{}-{side}.jpg", id.suffix())
}

/// Where a picture of this size lies.
pub fn image_key(id: &PictureId, side: u32) -> String {
    format!("pictures/products/{}", image_file(id, side))
}

/// An upload, from the offer on; what became of it is told to who offered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageUpload {
    pub id: PictureId,
    pub product_id: ProductId,
    pub alt: String,
    pub state: PictureState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<PictureFault>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

const UPLOADS: &str = "uploads/products/";

impl ImageUpload {
    /// Where the editor sends it.
    pub fn key(&self) -> String {
        format!("{UPLOADS}{}/{}", self.product_id, self.id)
    }

    /// What upload lies there; `None` where it is no such place.
    pub fn of_key(key: &str) -> Option<(ProductId, PictureId)> {
        let (product, picture) = key.strip_prefix(UPLOADS)?.split_once('/')?;
        Some((product.parse().ok()?, picture.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_file_and_nothing_else_does() {
        let image = Image::new(PictureId::new(), "A bottle").unwrap();
        let file = ImageLinks::from(&image).medium.replace("/v1/pictures/", "");
        assert_eq!(key_of_file(&file), Some(Image::keys(&image.id)[1].clone()));
        for foreign in ["", "a.jpg", "../avatars/x-160.jpg", &file.replace("480", "481"), &file.replace("jpg", "png")] {
            assert_eq!(key_of_file(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_place_of_an_upload_leads_back_to_its_product() {
        let upload = ImageUpload {
            id: PictureId::new(),
            product_id: ProductId::new(),
            alt: "A bottle".into(),
            state: PictureState::Waiting,
            fault: None,
            created_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(ImageUpload::of_key(&upload.key()), Some((upload.product_id.clone(), upload.id.clone())));
        for foreign in ["uploads/products/", "uploads/avatars/prd_1/pic_1", "uploads/products/prd_1/pic_1"] {
            assert_eq!(ImageUpload::of_key(foreign), None, "{foreign}");
        }
    }
}
