//! The functions that are measured, in turn, so that what the machine does meanwhile happens to all of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use crate::figures::Samples;
use crate::function::Function;
use crate::shop::Shop;
use crate::usage::Usage;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Hello,
    Catalog,
    Accounts,
    Orders,
}

impl Subject {
    /// Those that take turns.
    pub const IN_TURN: &[Self] = &[Self::Hello, Self::Catalog, Self::Orders];

    /// By itself: argon2 leaves the processor's caches to whoever is next as nobody else does.
    pub const ALONE: &[Self] = &[Self::Accounts];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "bench-hello",
            Self::Catalog => "catalog-api",
            Self::Accounts => "accounts-api",
            Self::Orders => "orders-api",
        }
    }

    /// The event, and the status of its answer. Each order has a key of its own: it is placed, not found.
    fn event(self, shop: &Shop, number: usize) -> (Vec<u8>, u16) {
        match self {
            Self::Hello | Self::Catalog => (shop.list_products(), 200),
            Self::Accounts => (shop.login(), 200),
            Self::Orders => (shop.place_order(&format!("bench-{}-{number}", std::process::id())), 201),
        }
    }

    /// Built beside this program.
    pub fn program(self) -> anyhow::Result<PathBuf> {
        let here = std::env::current_exe()?;
        let program = here.with_file_name(self.name());
        anyhow::ensure!(program.exists(), "{} is not built: `make bench` builds it", self.name());
        Ok(program)
    }
}

/// How often.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub cold: usize,
    pub warm: usize,
}

pub struct Measured {
    pub subject: Subject,
    pub cold: Samples,
    /// Processor time from the start to the first answer.
    pub cold_cpu: Samples,
    pub warm: Samples,
    /// Processor time of a warm invocation, on average.
    pub warm_cpu: Duration,
    pub usage: Usage,
    pub zip_bytes: usize,
}

/// What a function did so far.
struct Course {
    subject: Subject,
    program: PathBuf,
    requests: usize,
    cold: Vec<Duration>,
    cold_cpu: Vec<Duration>,
    warm: Vec<Duration>,
}

/// Invocations of one function before the next one has its turn.
const BLOCK: usize = 100;

/// Measures these functions, and gives them back with one warm process of the last one.
pub fn measure(shop: &Shop, subjects: &[Subject], effort: Effort) -> anyhow::Result<(Vec<Measured>, Function)> {
    let mut courses = Vec::new();
    for &subject in subjects {
        let program = subject.program()?;
        let (cold, cold_cpu, warm) = (Vec::new(), Vec::new(), Vec::new());
        courses.push(Course { subject, program, requests: 0, cold, cold_cpu, warm });
    }
    // The first starts read the programs from the disk.
    for round in 0..effort.cold + 3 {
        for course in &mut courses {
            course.start(shop, round >= 3)?;
        }
    }
    let functions = courses.iter_mut().map(|course| course.start(shop, false)).collect::<anyhow::Result<Vec<_>>>()?;
    for (course, function) in courses.iter_mut().zip(&functions) {
        course.run(shop, function, BLOCK.min(effort.warm))?;
        course.warm.clear();
    }
    let mut used = vec![Duration::ZERO; courses.len()];
    for _ in 0..effort.warm.div_ceil(BLOCK) {
        for ((course, function), used) in courses.iter_mut().zip(&functions).zip(&mut used) {
            let before = function.usage()?;
            course.run(shop, function, BLOCK.min(effort.warm))?;
            *used += function.usage()?.cpu - before.cpu;
        }
    }
    let mut measured = Vec::new();
    for ((course, function), used) in courses.into_iter().zip(&functions).zip(used) {
        measured.push(course.measured(used, function.usage()?)?);
    }
    let last = functions.into_iter().last().context("there is nothing to measure")?;
    Ok((measured, last))
}

impl Course {
    fn start(&mut self, shop: &Shop, counts: bool) -> anyhow::Result<Function> {
        self.requests += 1;
        let (event, status) = self.subject.event(shop, self.requests);
        let environment = if self.subject == Subject::Hello { Vec::new() } else { shop.environment() };
        let function = Function::start(&self.program, &environment)?;
        let took = function.first(event, status).with_context(|| self.subject.name())?;
        if counts {
            self.cold.push(took);
            self.cold_cpu.push(function.usage()?.cpu);
        }
        Ok(function)
    }

    fn run(&mut self, shop: &Shop, function: &Function, times: usize) -> anyhow::Result<()> {
        for _ in 0..times {
            self.requests += 1;
            let (event, status) = self.subject.event(shop, self.requests);
            self.warm.push(function.invoke(event, status).with_context(|| self.subject.name())?);
        }
        Ok(())
    }

    fn measured(self, used: Duration, usage: Usage) -> anyhow::Result<Measured> {
        let times = u32::try_from(self.warm.len().max(1))?;
        Ok(Measured {
            subject: self.subject,
            zip_bytes: zip_bytes(&self.program)?,
            cold: Samples::new(self.cold),
            cold_cpu: Samples::new(self.cold_cpu),
            warm: Samples::new(self.warm),
            warm_cpu: used / times,
            usage,
        })
    }
}

/// The size of the program in a zip, without the few bytes of its directory.
fn zip_bytes(program: &Path) -> anyhow::Result<usize> {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(&std::fs::read(program)?)?;
    Ok(deflated.finish()?.len())
}
