variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-west-2"
}

variable "package_dir" {
  description = "Folder with a <function>.zip for each function, built for arm64."
  type        = string
}

variable "openapi_file" {
  description = "Path of openapi.json, which decides the routes."
  type        = string
}

variable "cors_origins" {
  description = "Origins of web apps that may call from a browser."
  type        = list(string)
}

variable "web_url" {
  description = "Address of the web app, without a trailing slash."
  type        = string
}

variable "passkey_rp_id" {
  description = "Domain that passkeys are bound to: that of the web apps, or one above it."
  type        = string
}

variable "mail_from" {
  description = "Sender of our mails; its domain becomes an SES identity."
  type        = string
}

variable "federation" {
  description = "Identity providers and the addresses that a sign-in may end at, as modules/app describes them."
  type        = any
  default     = {}
}

variable "alarm_emails" {
  description = "Who is told by alarms."
  type        = list(string)
  default     = []
}
