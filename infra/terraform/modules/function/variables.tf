variable "prefix" {
  description = "Beginning of every name, such as sipstr-dev."
  type        = string
}

variable "name" {
  description = "Crate name of the function."
  type        = string
}

variable "package" {
  description = "Where the zip lies in S3, and its SHA-256 in base64."
  type = object({
    bucket = string
    key    = string
    hash   = string
  })
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
}

variable "memory_mb" {
  description = "Memory in MB; Lambda gives CPU in proportion."
  type        = number
}

variable "timeout_seconds" {
  description = "Longest run of one call, in seconds."
  type        = number
}

variable "environment" {
  description = "Environment variables of the function."
  type        = map(string)
}

variable "statements" {
  description = "What the function may do besides writing its own log."
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
}

variable "log_retention_days" {
  description = "Days that log lines are kept."
  type        = number
}
