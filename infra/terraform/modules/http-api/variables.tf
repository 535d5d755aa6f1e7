variable "name" {
  description = "Full name of the API."
  type        = string
}

variable "openapi_file" {
  description = "Path of openapi.json."
  type        = string
}

variable "functions" {
  description = "Functions by crate name, as far as the API calls them."
  type = map(object({
    name       = string
    alias_name = string
    invoke_arn = string
  }))
}

variable "issuer" {
  description = "Issuer of the tokens; null stands for the API's own address."
  type        = string
}

variable "audience" {
  description = "Audience that a token must name."
  type        = string
}

variable "cors_origins" {
  description = "Origins of web apps that may call from a browser."
  type        = list(string)
}

variable "throttle" {
  description = "Requests a second, and burst, that one route accepts."
  type = object({
    rate  = number
    burst = number
  })
}

variable "detailed_metrics" {
  description = "Metrics for each route, which AWS charges for."
  type        = bool
}

variable "log_retention_days" {
  description = "Days that access logs are kept."
  type        = number
}

variable "tags" {
  description = "Tags of the API itself."
  type        = map(string)
}
