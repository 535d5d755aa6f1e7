variable "name" {
  description = "Full name of the schedule."
  type        = string
}

variable "expression" {
  description = "rate(…) or cron(…), in UTC."
  type        = string
}

variable "input" {
  description = "JSON text that the function receives."
  type        = string
}

variable "target_arn" {
  description = "ARN of the alias to call."
  type        = string
}
