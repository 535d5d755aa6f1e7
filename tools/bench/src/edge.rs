//! The public edge of a running stack, one request at a time.

use std::net::ToSocketAddrs;
use std::time::Instant;

use sipstr_domain::EventId;
use sipstr_testkit::{ShopSpec, Stack, World};

use crate::figures::Samples;

const LISTS: usize = 200;
const ORDERS: usize = 50;

pub struct Edge {
    pub lists: Samples,
    pub orders: Samples,
}

/// `None` where no stack is said to run, or none answers.
pub async fn measure() -> Option<Edge> {
    let file = std::env::var("SIPSTR_STACK").ok().filter(|file| !file.is_empty())?;
    if !std::path::Path::new(&file).exists() || !answers(&Stack::from_env().api) {
        return None;
    }
    let world = World::new().await;
    let stock = u32::try_from(2 * ORDERS).ok()?;
    let shop = world.open_shop(ShopSpec { stock: vec![stock; 24], ..ShopSpec::default() }).await;
    let list = format!("/v1/products?storeId={}&limit=20", shop.id());
    world.api.get(&list).await.expect(200);
    let mut lists = Vec::new();
    for _ in 0..LISTS {
        let started = Instant::now();
        world.api.get(&list).await.expect(200);
        lists.push(started.elapsed());
    }
    let wants = [(0, 1)];
    let total = world.total_of(&shop, &wants).await;
    let mut orders = Vec::new();
    for number in 0..=ORDERS {
        let (buyer, body) = world.buyer_at_the_till(&shop, &wants, total).await;
        let key = EventId::new();
        let started = Instant::now();
        buyer.api.post_keyed("/v1/orders", key.as_str(), body).await.expect(201);
        // The first one finds the function cold.
        if number > 0 {
            orders.push(started.elapsed());
        }
    }
    Some(Edge { lists: Samples::new(lists), orders: Samples::new(orders) })
}

fn answers(address: &str) -> bool {
    let Ok(address) = address.parse::<http::Uri>() else { return false };
    let place = (address.host().unwrap_or_default(), address.port_u16().unwrap_or(80));
    let mut addresses = place.to_socket_addrs().into_iter().flatten();
    addresses.any(|address| std::net::TcpStream::connect(address).is_ok())
}
