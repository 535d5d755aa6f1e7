output "name" {
  description = "Name of the table."
  value       = aws_dynamodb_table.this.name
}

output "arn" {
  description = "ARN of the table."
  value       = aws_dynamodb_table.this.arn
}

output "index_arns" {
  description = "ARNs of the table's indexes."
  value       = [for name in sort(keys(var.table.indexes)) : "${aws_dynamodb_table.this.arn}/index/${name}"]
}

output "stream_arn" {
  description = "ARN of the stream, null when there is none."
  value       = var.table.stream ? aws_dynamodb_table.this.stream_arn : null
}

output "point_in_time_recovery" {
  description = "Whether the table can be restored to any second."
  value       = aws_dynamodb_table.this.point_in_time_recovery[0].enabled
}

output "encrypted" {
  description = "Whether server-side encryption is on."
  value       = aws_dynamodb_table.this.server_side_encryption[0].enabled
}
