//! The loader: the demo city as the domain knows it, written through the same storage that the functions use.

mod data;
mod people;
mod records;
mod stack;
mod write;

use std::path::Path;
use std::time::Instant;

use demo_city::{catalogue, city_of};
use sipstr_storage::settings::Settings;

use data::Data;
use stack::Stack;
use write::Tables;

/// Setting that holds the fingerprint of what was loaded last.
const MARKER: &str = "demo-city";

pub async fn load(file: &Path) -> anyhow::Result<()> {
    let begun = Instant::now();
    let stack = Stack::read(file)?;
    let products = catalogue();
    let city = city_of(&products);
    let data = Data::of(&city, &products)?;
    let fingerprint = data.fingerprint()?;
    let db = stack.aws().dynamodb();
    let settings = Settings::new(db.clone(), stack.table("settings"));
    if settings.get(MARKER).await?.as_deref() == Some(&fingerprint) {
        println!("The demo city of {} is loaded already.", city.name);
    } else {
        Tables::new(&db, &stack).write(&data).await?;
        // Last, so that an interrupted load begins again.
        settings.put(MARKER, &fingerprint).await?;
        println!("Loaded the demo city of {} in {:.1} s.", city.name, begun.elapsed().as_secs_f32());
    }
    stack.write_logins(&city.logins())
}
