//! What a page of a large assortment costs: the calls that the function really sends, and its own processor time.

use crate::figures::Samples;
use crate::function::Function;
use crate::instant::Instant;
use crate::shop::Shop;
use crate::subject::Subject;

pub const PRODUCTS: usize = 100_000;
/// Pages that are walked through, so many that the function cannot keep them all.
const PAGES: usize = 500;
const AGAIN: usize = 500;

pub struct Listings {
    /// Each page for the first time.
    pub new: Pages,
    /// One page over and over.
    pub again: Pages,
}

pub struct Pages {
    /// What the most expensive one called.
    pub calls: Vec<String>,
    pub cpu: Samples,
}

impl Listings {
    pub async fn of(shop: &Shop, aws: &Instant) -> anyhow::Result<Self> {
        let store = shop.open_another(PRODUCTS).await?;
        let function = Function::start(&Subject::Catalog.program()?, &shop.environment())?;
        function.first(shop.list_products(), 200)?;
        aws.calls();
        let mut cursor = None;
        let new = Pages::measure(&function, aws, PAGES, |page| {
            cursor = page.map_or_else(|| cursor.take(), |page| page["nextCursor"].as_str().map(str::to_owned));
            shop.list_page(&store, cursor.as_deref())
        })?;
        let again = Pages::measure(&function, aws, AGAIN, |_| shop.list_page(&store, cursor.as_deref()))?;
        Ok(Self { new, again })
    }
}

impl Pages {
    /// Asks for so many pages; the next one may depend on the one before.
    fn measure(
        function: &Function,
        aws: &Instant,
        times: usize,
        mut next: impl FnMut(Option<&serde_json::Value>) -> Vec<u8>,
    ) -> anyhow::Result<Self> {
        let (mut cpu, mut most, mut page) = (Vec::new(), Vec::new(), None);
        for _ in 0..times {
            let event = next(page.as_ref());
            let before = function.usage()?.cpu;
            page = Some(function.read(event)?);
            cpu.push(function.usage()?.cpu - before);
            let calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
            if calls.len() > most.len() {
                most = calls;
            }
        }
        Ok(Self { calls: most, cpu: Samples::new(cpu) })
    }
}
