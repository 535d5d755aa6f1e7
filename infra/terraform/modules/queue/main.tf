# A consumer's queue with its dead-letter queue, fed by the topic of events, or by a bucket that tells of its files.

locals {
  arns = { for name in [var.name, "${var.name}-dlq"] : name => "${var.arn_prefix}:${name}" }
  # Both queues accept messages from their one sender only: the second one for what SNS itself could not deliver.
  policies = { for name, arn in local.arns : name => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = arn
      Principal = { Service = var.sender.service }
      Condition = { ArnEquals = { "aws:SourceArn" = var.sender.arn } }
    }]
  }) }
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dlq"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  # In the queue's own resource: a separate policy resource makes the provider wait once more.
  policy = local.policies["${var.name}-dlq"]
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  delay_seconds              = var.delay_seconds
  visibility_timeout_seconds = 6 * var.timeout_seconds
  message_retention_seconds  = 4 * 24 * 3600
  sqs_managed_sse_enabled    = true
  policy                     = local.policies[var.name]
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sns_topic_subscription" "this" {
  count = length(var.events) > 0 ? 1 : 0

  topic_arn            = var.sender.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this.arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageAttributes"
  # `order.*` in the map of functions is a prefix for SNS.
  filter_policy = jsonencode({ type = concat(
    [for event in var.events : event if !endswith(event, "*")],
    [for event in var.events : { prefix = trimsuffix(event, "*") } if endswith(event, "*")],
  ) })
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })
}
