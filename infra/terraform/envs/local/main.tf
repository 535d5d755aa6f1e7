# Sipstr on this machine: the same module as on AWS, against an emulator's endpoint.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # infra/local/stack.py gives each stack its own path, so that two stacks share no state.
  backend "local" {}
}

locals {
  # The same in infra/local/settings.py. MiniStack and LocalStack take the id of an API from a tag, each from its own.
  api_id = "51b57a00"
}

provider "aws" {
  region                      = "us-west-2"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  s3_use_path_style           = true

  endpoints {
    apigatewayv2   = var.endpoint
    cloudwatch     = var.endpoint
    dynamodb       = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    logs           = var.endpoint
    s3             = var.endpoint
    scheduler      = var.endpoint
    secretsmanager = var.endpoint
    sesv2          = var.endpoint
    sns            = var.endpoint
    sqs            = var.endpoint
    sts            = var.endpoint
  }

  default_tags {
    tags = { project = "sipstr", environment = "local" }
  }
}

module "app" {
  source = "../../modules/app"

  environment       = "local"
  package_dir       = var.package_dir
  openapi_file      = var.openapi_file
  architecture      = var.architecture
  issuer            = "${var.endpoint}/_aws/execute-api/${local.api_id}/$default"
  cors_origins      = ["*"]
  passkey_rp_id     = "localhost"
  stripe_url        = var.stripe_url
  maps_url          = var.maps_url
  web_url           = "http://localhost:5173"
  age_verifier      = "stripe_identity"
  mail_from         = "hello@sipstr.example"
  local_time_of_day = "18:30"
  # The demo's logins have a password only, all tests come from one network, and no service outside is asked.
  staff_needs_two_factors = false
  network_limit           = 1000000
  breach_url              = ""
  # A real OpenID provider stands in for Google, a fake for the houses that have ways of their own.
  federation = {
    redirects = ["http://localhost:5173/signed-in", "sipstr://signed-in"]
    google = {
      client_id         = "sipstr"
      issuer            = var.issuer_url
      authorization_url = "${var.issuer_url}/auth"
      token_url         = "${var.issuer_url}/token"
      keys_url          = "${var.issuer_url}/jwks"
    }
    apple = {
      client_id         = "example.sipstr.web"
      team_id           = "LOCALTEAM1"
      key_id            = "LOCALKEY01"
      issuer            = "${var.identity_url}/apple"
      authorization_url = "${var.identity_url}/apple/authorize"
      token_url         = "${var.identity_url}/apple/token"
      keys_url          = "${var.identity_url}/apple/keys"
    }
    facebook = {
      client_id         = "1234567890"
      authorization_url = "${var.identity_url}/facebook/authorize"
      token_url         = "${var.identity_url}/facebook/token"
      profile_url       = "${var.identity_url}/facebook/me"
    }
    resolver = "${var.identity_url}/dns"
  }
  log_retention_days   = 1
  deletion_protection  = false
  secret_recovery_days = 0
  alarms_enabled       = var.alarms_enabled
  api_tags             = { ms-custom-id = local.api_id, _custom_id_ = local.api_id }
}
