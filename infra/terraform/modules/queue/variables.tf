variable "name" {
  description = "Full name of the queue; its dead-letter queue is <name>-dlq."
  type        = string
}

variable "arn_prefix" {
  description = "ARN of a queue up to its name: the policy stands inside the resource and cannot refer to it."
  type        = string
}

variable "sender" {
  description = "What feeds the queue: its service, such as sns.amazonaws.com, and its ARN."
  type        = object({ service = string, arn = string })
}

variable "events" {
  description = "Types of event that reach the queue from a topic; a trailing * stands for any ending. None where a bucket feeds it."
  type        = list(string)
}

variable "timeout_seconds" {
  description = "Time-out of the consumer; a message stays hidden for six times as long."
  type        = number
}

variable "delay_seconds" {
  description = "Delay of every message."
  type        = number
  default     = 0

  validation {
    condition     = var.delay_seconds <= 900
    error_message = "SQS delays a message by 900 seconds at most."
  }
}
