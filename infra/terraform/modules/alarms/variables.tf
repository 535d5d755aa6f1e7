variable "prefix" {
  description = "Beginning of every name."
  type        = string
}

variable "emails" {
  description = "Who is told; each address confirms its subscription once."
  type        = list(string)
}

variable "kms_key_id" {
  description = "Key of the alarm topic. The key aws/sns does not let CloudWatch publish; null leaves the topic unencrypted."
  type        = string
  default     = null
}

variable "functions" {
  description = "Functions by crate name."
  type = map(object({
    name            = string
    timeout_seconds = number
  }))
}

variable "stream_consumers" {
  description = "Crate names of the functions that read streams."
  type        = list(string)
}

variable "dead_letter_queues" {
  description = "Names of the dead-letter queues, without the prefix."
  type        = list(string)
}
