# The whole of Sipstr, composed from the map of functions and the map of tables.

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}
data "aws_partition" "this" {}

locals {
  prefix           = "sipstr-${var.environment}"
  queue_arn_prefix = "arn:${data.aws_partition.this.partition}:sqs:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
  issuer           = coalesce(var.issuer, module.http_api.endpoint)

  stream_consumers = [for name, function in local.functions : name if length(function.streams) > 0]

  environments = { for name, function in local.functions : name => merge(
    { SIPSTR_ENV = var.environment, LOG_LEVEL = var.log_level },
    { for table in keys(function.tables) : "TABLE_${upper(replace(table, "-", "_"))}" => module.table[table].name },
    { for secret in function.secrets : "SECRET_${upper(replace(secret, "-", "_"))}" => aws_secretsmanager_secret.this[secret].name },
    function.http ? { ISSUER = local.issuer, AUDIENCE = var.audience } : {},
    contains(function.secrets, "stripe") ? { STRIPE_URL = var.stripe_url } : {},
    function.publishes ? { TOPIC_EVENTS = module.topic.arn } : {},
    function.mails ? { MAIL_FROM = var.mail_from, API_URL = local.issuer } : {},
    length(function.files) > 0 ? { BUCKET_FILES = aws_s3_bucket.files.id } : {},
    function.sells && var.local_time_of_day != null ? { LOCAL_TIME_OF_DAY = var.local_time_of_day } : {},
    function.environment,
  ) }
}

module "function" {
  source   = "../function"
  for_each = local.functions

  prefix             = local.prefix
  name               = each.key
  package            = local.packages[each.key]
  architecture       = var.architecture
  memory_mb          = each.value.memory
  timeout_seconds    = each.value.timeout
  environment        = local.environments[each.key]
  statements         = local.statements[each.key]
  log_retention_days = var.log_retention_days
}

module "http_api" {
  source = "../http-api"

  name               = local.prefix
  openapi_file       = var.openapi_file
  functions          = module.function
  issuer             = var.issuer
  audience           = var.audience
  cors_origins       = var.cors_origins
  throttle           = var.throttle
  detailed_metrics   = var.alarms_enabled
  log_retention_days = var.log_retention_days
  tags               = var.api_tags
}

# Terraform makes the secrets, never their values: those would stand in the state.
resource "aws_secretsmanager_secret" "this" {
  for_each = toset(flatten([for function in local.functions : function.secrets]))

  name                    = "${local.prefix}/${each.key}"
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_sesv2_email_identity" "mail" {
  # SES proves the domain, not the single address.
  email_identity = element(split("@", var.mail_from), 1)
}

module "alarms" {
  source = "../alarms"
  count  = var.alarms_enabled ? 1 : 0

  prefix           = local.prefix
  emails           = var.alarm_emails
  functions        = module.function
  stream_consumers = local.stream_consumers
  dead_letter_queues = concat(
    [for name in keys(module.queue) : "${name}-dlq"],
    [for name in local.stream_consumers : "${name}-dlq"],
  )
}
