use platform_api::{State, router};
use sipstr_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sipstr_runtime::start("platform-api");
    sipstr_runtime::serve(router(State)).await
}
