# What calls the functions besides the HTTP API: queues, streams, schedules.

module "topic" {
  source = "../topic"
  name   = "${local.prefix}-events"
}

module "queue" {
  source   = "../queue"
  for_each = { for name, function in local.functions : name => function if length(function.events) > 0 || function.uploads != "" }

  name       = "${local.prefix}-${each.key}"
  arn_prefix = local.queue_arn_prefix
  sender = each.value.uploads != "" ? {
    service = "s3.amazonaws.com", arn = aws_s3_bucket.files.arn
    } : {
    service = "sns.amazonaws.com", arn = module.topic.arn
  }
  events          = each.value.events
  timeout_seconds = each.value.timeout
  delay_seconds   = each.value.delay
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = module.queue

  event_source_arn                   = each.value.arn
  function_name                      = module.function[each.key].alias_arn
  batch_size                         = local.functions[each.key].batch
  maximum_batching_window_in_seconds = 0
  function_response_types            = ["ReportBatchItemFailures"]
}

# Records that a stream's consumer gives up; they carry the position, the table keeps the facts.
resource "aws_sqs_queue" "stream_dead" {
  for_each = toset(local.stream_consumers)

  name                      = "${local.prefix}-${each.key}-dlq"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_event_source_mapping" "stream" {
  for_each = merge([for name in local.stream_consumers : {
    for table in local.functions[name].streams : "${name}/${table}" => { function = name, table = table }
  }]...)

  event_source_arn                   = module.table[each.value.table].stream_arn
  function_name                      = module.function[each.value.function].alias_arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 25
  maximum_batching_window_in_seconds = 0
  parallelization_factor             = 1
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 24 * 3600
  function_response_types            = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.stream_dead[each.value.function].arn
    }
  }
}

module "schedule" {
  source = "../schedule"
  for_each = merge([for name, function in local.functions : {
    for schedule, setting in function.schedules : "${name}-${schedule}" => merge(setting, { function = name })
  }]...)

  name       = "${local.prefix}-${each.key}"
  expression = each.value.expression
  input      = jsonencode(each.value.input)
  target_arn = module.function[each.value.function].alias_arn
}
