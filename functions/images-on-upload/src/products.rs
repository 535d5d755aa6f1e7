//! Pictures of products: the whole of it in the sizes that apps show, behind those that the product has.

use sipstr_domain::catalog::{Image, ImageUpload, MOST_IMAGES, ProductRecord, SIDES};
use sipstr_domain::picture::{PictureFault, PictureState};
use sipstr_domain::{PictureId, ProductId};
use sipstr_pictures::sizes;
use sipstr_runtime::{HandlerError, count};

use crate::{State, sent};

/// Tries to show a picture while editors change the product.
const TRIES: usize = 5;

pub async fn look(key: &str, product: &ProductId, id: &PictureId, state: &State) -> Result<(), HandlerError> {
    let upload = state.products.image_upload(product, id).await?;
    let Some(upload) = upload.filter(|upload| upload.state == PictureState::Waiting) else {
        return Ok(state.files.delete(key).await?);
    };
    let Some(file) = sent(key, &state.files).await? else { return Ok(()) };
    match sizes(&file, SIDES) {
        Ok(made) => {
            for (key, file) in Image::keys(id).iter().zip(made) {
                state.files.put(key, "image/jpeg", file).await?;
            }
            show(&upload, state).await?;
        }
        Err(fault) => refuse(&upload, fault, state).await?,
    }
    Ok(state.files.delete(key).await?)
}

async fn show(upload: &ImageUpload, state: &State) -> Result<(), HandlerError> {
    for _ in 0..TRIES {
        let record = state.products.get(&upload.product_id).await?.ok_or("the product of a picture is not there")?;
        if record.images.iter().any(|image| image.id == upload.id) {
            return Ok(());
        }
        // Several were under way at once; who comes last finds no room.
        if record.images.len() >= MOST_IMAGES {
            for key in Image::keys(&upload.id) {
                state.files.delete(&key).await?;
            }
            return refuse(upload, PictureFault::NoRoom, state).await;
        }
        let mut after = ProductRecord { version: record.version + 1, updated_at: state.clock.now(), ..record.clone() };
        after.images.push(Image { id: upload.id.clone(), alt: upload.alt.clone() });
        if state.products.show_image(&record, &after, upload).await? {
            count("pictures_shown", 1);
            return Ok(());
        }
    }
    Err("the product was changed meanwhile, again and again".into())
}

async fn refuse(upload: &ImageUpload, fault: PictureFault, state: &State) -> Result<(), HandlerError> {
    tracing::info!(pictureId = %upload.id, cause = %fault, "an upload is not shown");
    state.products.refuse_image(upload, fault).await?;
    count("pictures_refused", 1);
    Ok(())
}
