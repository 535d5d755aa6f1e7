# What must hold in prod. `make lint` gives package_dir and openapi_file.

mock_provider "aws" {
  source = "../../modules/app/tests/mocks"
}

variables {
  cors_origins  = ["https://www.sipstr.example"]
  passkey_rp_id = "sipstr.example"
  web_url       = "https://www.sipstr.example"
  mail_from     = "hello@sipstr.example"
}

run "environment" {
  assert {
    condition     = alltrue([for function in module.app.functions : !contains(keys(function.environment), "LOCAL_TIME_OF_DAY")])
    error_message = "The clock is real outside envs/local."
  }

  assert {
    condition     = alltrue([for function in module.app.functions : function.environment.SIPSTR_ENV == "prod" && function.architecture == "arm64"])
    error_message = "Functions know their environment and run on arm64."
  }

  assert {
    condition     = alltrue([for function in module.app.functions : try(function.environment.STRIPE_URL, "https://api.stripe.com") == "https://api.stripe.com"])
    error_message = "Payments go to Stripe itself."
  }

  assert {
    condition     = length(module.app.alarms) > 0
    error_message = "Alarms are on."
  }
}
