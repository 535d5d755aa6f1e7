//! A function as Lambda runs it: a process that asks the runtime API for events and posts its answers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};

use crate::server::{Request, Response, serve};
use crate::usage::Usage;

/// Longer than any answer takes that is worth measuring.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Function {
    child: Child,
    started: Instant,
    events: Sender<Vec<u8>>,
    answers: Receiver<Answer>,
}

/// What the function posted.
struct Answer {
    at: Instant,
    /// From handing over the event to having the whole answer.
    took: Duration,
    failed: bool,
    body: Vec<u8>,
}

/// What the runtime API knows while a function runs.
struct Invocations {
    events: Mutex<Receiver<Vec<u8>>>,
    handed: Mutex<Instant>,
    answers: Mutex<Sender<Answer>>,
}

impl Function {
    pub fn start(program: &Path, environment: &[(String, String)]) -> anyhow::Result<Self> {
        let (events, handed_out) = channel();
        let (posted, answers) = channel();
        let invocations = Invocations {
            events: Mutex::new(handed_out),
            handed: Mutex::new(Instant::now()),
            answers: Mutex::new(posted),
        };
        let address = serve(move |request| invocations.answer(&request))?;
        let name = program.file_name().unwrap_or_default();
        let mut command = Command::new(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.env("AWS_LAMBDA_RUNTIME_API", address.to_string()).env("AWS_LAMBDA_FUNCTION_NAME", name);
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256").env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        command.env("AWS_LAMBDA_LOG_STREAM_NAME", "bench").env("AWS_LAMBDA_LOG_GROUP_NAME", "bench");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("{} cannot be started", program.display()))?;
        Ok(Self { child, started, events, answers })
    }

    /// Has one event answered, with the status that it must have; gives back how long the function took.
    pub fn invoke(&self, event: Vec<u8>, status: u16) -> anyhow::Result<Duration> {
        Ok(self.answer(event, status)?.took)
    }

    /// The same, for who wants to read the body.
    pub fn read(&self, event: Vec<u8>) -> anyhow::Result<serde_json::Value> {
        let answer: serde_json::Value = serde_json::from_slice(&self.answer(event, 200)?.body)?;
        Ok(serde_json::from_str(answer["body"].as_str().context("an answer without a body")?)?)
    }

    /// The same for the first event: since the process was started.
    pub fn first(&self, event: Vec<u8>, status: u16) -> anyhow::Result<Duration> {
        Ok(self.answer(event, status)?.at - self.started)
    }

    fn answer(&self, event: Vec<u8>, status: u16) -> anyhow::Result<Answer> {
        self.events.send(event).context("the runtime API is gone")?;
        let answer = self.answers.recv_timeout(PATIENCE).context("the function does not answer")?;
        let text = String::from_utf8_lossy(&answer.body);
        ensure!(!answer.failed, "the function failed: {text}");
        if !text.contains(&format!("\"statusCode\":{status}")) {
            bail!("the function was to answer {status}: {text}");
        }
        Ok(answer)
    }

    pub fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.child.id())
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Invocations {
    fn answer(&self, request: &Request) -> Option<Response> {
        let now = Instant::now();
        if request.path.ends_with("/invocation/next") {
            // Ends when the function is dropped, and the connection with it.
            let event = self.events.lock().ok()?.recv().ok()?;
            *self.handed.lock().ok()? = Instant::now();
            return Some(next(event));
        }
        let took = now - *self.handed.lock().ok()?;
        let failed = !request.path.ends_with("/response");
        let answer = Answer { at: now, took, failed, body: request.body.clone() };
        self.answers.lock().ok()?.send(answer).ok()?;
        Some(Response::of(202, "{}"))
    }
}

fn next(event: Vec<u8>) -> Response {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let deadline = (now + Duration::from_secs(29)).as_millis();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-west-2:000000000000:function:bench".to_owned()),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned()),
    ];
    Response { status: 200, headers, body: event }
}
