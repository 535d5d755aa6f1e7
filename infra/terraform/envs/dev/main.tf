# Sipstr on AWS, environment dev.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket and region differ by account: terraform init -backend-config=bucket=… -backend-config=region=…
  backend "s3" {
    key          = "sipstr/dev/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { project = "sipstr", environment = "dev" }
  }
}

module "app" {
  source = "../../modules/app"

  environment          = "dev"
  package_dir          = var.package_dir
  openapi_file         = var.openapi_file
  cors_origins         = var.cors_origins
  web_url              = var.web_url
  passkey_rp_id        = var.passkey_rp_id
  mail_from            = var.mail_from
  federation           = var.federation
  log_retention_days   = 14
  deletion_protection  = false
  secret_recovery_days = 7
  alarms_enabled       = true
  alarm_emails         = var.alarm_emails
  throttle             = { rate = 50, burst = 100 }
}
