# Alarms at the thresholds that AWS recommends for serverless systems, all sent to one topic.

resource "aws_sns_topic" "this" {
  name              = "${var.prefix}-alarms"
  kms_master_key_id = var.kms_key_id
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.key
}

locals {
  # Everything that is one metric against one threshold; the error rate needs two metrics and stands below.
  simple = merge(
    { for name, function in var.functions : "${name}-throttles" => {
      namespace  = "AWS/Lambda", metric = "Throttles", statistic = "Sum", percentile = null, threshold = 0, periods = 1
      dimensions = { FunctionName = function.name }
    } },
    { for name, function in var.functions : "${name}-duration" => {
      namespace  = "AWS/Lambda", metric = "Duration", statistic = null, percentile = "p99"
      threshold  = 800 * function.timeout_seconds, periods = 3
      dimensions = { FunctionName = function.name }
    } },
    { for name in var.stream_consumers : "${name}-iterator-age" => {
      namespace  = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", percentile = null, threshold = 60000, periods = 3
      dimensions = { FunctionName = var.functions[name].name }
    } },
    { for name in var.dead_letter_queues : "${name}-depth" => {
      namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", percentile = null
      threshold  = 0, periods = 1
      dimensions = { QueueName = "${var.prefix}-${name}" }
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each = local.simple

  alarm_name          = "${var.prefix}-${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  extended_statistic  = each.value.percentile
  dimensions          = each.value.dimensions
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = var.functions

  alarm_name          = "${var.prefix}-${each.key}-errors"
  alarm_description   = "More than 1 % of the calls failed."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  metric_query {
    id          = "rate"
    expression  = "100 * errors / MAX([errors, calls])"
    label       = "failed calls in percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "Errors", calls = "Invocations" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Lambda"
        metric_name = metric_query.value
        stat        = "Sum"
        period      = 60
        dimensions  = { FunctionName = each.value.name }
      }
    }
  }
}
