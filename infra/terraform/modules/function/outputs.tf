output "name" {
  description = "Full name of the function."
  value       = aws_lambda_function.this.function_name
}

output "alias_name" {
  description = "Name of the alias that triggers call."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "ARN of the alias."
  value       = aws_lambda_alias.live.arn
}

output "invoke_arn" {
  description = "Address by which API Gateway calls the alias."
  value       = aws_lambda_alias.live.invoke_arn
}

output "timeout_seconds" {
  description = "Longest run of one call, in seconds."
  value       = aws_lambda_function.this.timeout
}

output "environment" {
  description = "Environment variables as the function sees them."
  value       = aws_lambda_function.this.environment[0].variables
}

output "architecture" {
  description = "Processor the function runs on."
  value       = one(aws_lambda_function.this.architectures)
}

output "policy" {
  description = "The role's policy, decoded."
  value       = jsondecode(aws_iam_role_policy.this.policy)
}

output "log_retention_days" {
  description = "Days that log lines are kept."
  value       = aws_cloudwatch_log_group.this.retention_in_days
}
