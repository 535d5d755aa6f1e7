output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "dlq_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dead.arn
}

output "dlq_name" {
  description = "Name of the dead-letter queue."
  value       = aws_sqs_queue.dead.name
}

output "redrive" {
  description = "The redrive policy, decoded."
  value       = jsondecode(aws_sqs_queue.this.redrive_policy)
}

output "visibility_seconds" {
  description = "How long a received message stays hidden."
  value       = aws_sqs_queue.this.visibility_timeout_seconds
}
