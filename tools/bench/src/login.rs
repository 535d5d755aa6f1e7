//! What a sign-in costs: the calls that the function really sends, and where its processor time goes.

use std::time::Duration;

use crate::function::Function;
use crate::instant::Instant;
use crate::shop::Shop;
use crate::subject::Subject;

pub struct Login {
    /// What the function called, in this order.
    pub calls: Vec<String>,
    /// Processor time of one warm sign-in.
    pub cpu: Duration,
}

impl Login {
    pub fn of(shop: &Shop, aws: &Instant) -> anyhow::Result<Self> {
        const TIMES: u32 = 20;
        let function = Function::start(&Subject::Accounts.program()?, &shop.environment())?;
        function.first(shop.login(), 200)?;
        aws.calls();
        function.invoke(shop.login(), 200)?;
        let calls = aws.calls().into_iter().map(|call| call.operation).collect();
        let before = function.usage()?.cpu;
        for _ in 0..TIMES {
            function.invoke(shop.login(), 200)?;
        }
        Ok(Self { calls, cpu: (function.usage()?.cpu - before) / TIMES })
    }
}
