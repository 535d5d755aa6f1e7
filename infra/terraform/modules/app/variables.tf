variable "environment" {
  description = "local, dev or prod; part of every name."
  type        = string
}

variable "package_dir" {
  description = "Folder with a <function>.zip for each function."
  type        = string
}

variable "openapi_file" {
  description = "Path of openapi.json, which decides the routes."
  type        = string
}

variable "architecture" {
  description = "Processor the zips were built for: arm64 or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "issuer" {
  description = "Issuer of the tokens; null stands for the API's own address."
  type        = string
  default     = null
}

variable "audience" {
  description = "Audience that a token must name."
  type        = string
  default     = "sipstr-api"
}

variable "cors_origins" {
  description = "Origins of web apps that may call from a browser."
  type        = list(string)
}

variable "passkey_rp_id" {
  description = "Domain that passkeys are bound to: that of the web apps, or one above it. Another one makes every passkey useless."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", var.passkey_rp_id)) && (var.passkey_rp_id != "localhost" || var.environment == "local")
    error_message = "passkey_rp_id is a domain, and localhost only in the environment local."
  }
}

variable "passkey_origins" {
  description = "Origins that may ask for a passkey, those of apps among them (android:apk-key-hash:…); null stands for cors_origins."
  type        = list(string)
  default     = null
}

variable "throttle" {
  description = "Requests a second, and burst, that one route accepts."
  type = object({
    rate  = number
    burst = number
  })
  default = { rate = 500, burst = 1000 }
}

variable "stripe_url" {
  description = "Address of the payment provider's API."
  type        = string
  default     = "https://api.stripe.com"
}

variable "web_url" {
  description = "Address of the web app, without a trailing slash: where people come back to from elsewhere."
  type        = string
}

variable "age_verifier" {
  description = "Who looks at documents of people who want their age verified: stripe_identity or nobody."
  type        = string
  default     = "nobody"

  validation {
    condition     = contains(["nobody", "stripe_identity"], var.age_verifier)
    error_message = "age_verifier is nobody or stripe_identity."
  }
}

variable "maps_url" {
  description = "Address of the map service (Google's Geocoding API); empty asks none."
  type        = string
  default     = "https://maps.googleapis.com"
}

variable "mail_from" {
  description = "Sender of our mails; its domain becomes an SES identity."
  type        = string
}

variable "payment_window_seconds" {
  description = "How long an unpaid order holds its stock; a queue delays by 900 seconds at most."
  type        = number
  default     = 600

  validation {
    condition     = var.payment_window_seconds > 0 && var.payment_window_seconds <= 900
    error_message = "payment_window_seconds is from 1 to 900."
  }
}

variable "abandoned_after_seconds" {
  description = "How long a cart lies still before it counts as abandoned."
  type        = number
  default     = 4 * 3600

  validation {
    condition     = var.abandoned_after_seconds >= 60 && var.abandoned_after_seconds <= 3 * 24 * 3600
    error_message = "abandoned_after_seconds is from a minute to three days."
  }
}

variable "staff_needs_two_factors" {
  description = "Whether the roles of store staff, support and admins count only after two factors."
  type        = bool
  default     = true

  validation {
    condition     = var.staff_needs_two_factors || var.environment == "local"
    error_message = "Only the environment local may let staff sign in with one factor."
  }
}

variable "network_limit" {
  description = "Attempts at sign-in, registration and codes in a quarter of an hour from one network."
  type        = number
  default     = 300
}

variable "breach_url" {
  description = "Address of a service that knows stolen passwords by k-anonymity; empty asks nobody."
  type        = string
  default     = "https://api.pwnedpasswords.com"
}

variable "challenge_url" {
  description = "Address where a challenge's solution is checked, such as Turnstile's siteverify; empty asks for none."
  type        = string
  default     = ""
}

variable "federation" {
  description = "Identity providers that people sign in with, those that are null excepted; the addresses that a sign-in may end at; and a resolver of names over HTTPS. The secret `federation` holds what is secret of each."
  type = object({
    redirects = optional(list(string), [])
    google = optional(object({
      client_id         = string
      issuer            = optional(string, "https://accounts.google.com")
      authorization_url = optional(string, "https://accounts.google.com/o/oauth2/v2/auth")
      token_url         = optional(string, "https://oauth2.googleapis.com/token")
      keys_url          = optional(string, "https://www.googleapis.com/oauth2/v3/certs")
    }))
    apple = optional(object({
      client_id         = string
      team_id           = string
      key_id            = string
      issuer            = optional(string, "https://appleid.apple.com")
      authorization_url = optional(string, "https://appleid.apple.com/auth/authorize")
      token_url         = optional(string, "https://appleid.apple.com/auth/token")
      keys_url          = optional(string, "https://appleid.apple.com/auth/keys")
    }))
    facebook = optional(object({
      client_id         = string
      issuer            = optional(string, "https://www.facebook.com")
      authorization_url = optional(string, "https://www.facebook.com/v23.0/dialog/oauth")
      token_url         = optional(string, "https://graph.facebook.com/v23.0/oauth/access_token")
      profile_url       = optional(string, "https://graph.facebook.com/v23.0/me")
    }))
    resolver = optional(string, "https://dns.google/resolve")
  })
  default = {}

  validation {
    condition     = var.environment == "local" || !strcontains(jsonencode(var.federation), "\"http://")
    error_message = "Only the environment local may have providers and pages without TLS."
  }
}

variable "local_time_of_day" {
  description = "Time of day HH:MM that selling hours are judged by, for demos only; null is the real clock."
  type        = string
  default     = null

  validation {
    condition     = var.local_time_of_day == null || var.environment == "local"
    error_message = "Only the environment local may hold its clock."
  }
}

variable "log_level" {
  description = "Lowest level that functions log."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete tables."
  type        = bool
}

variable "secret_recovery_days" {
  description = "Days that a deleted secret can be restored; 0 deletes at once."
  type        = number
}

variable "alarms_enabled" {
  description = "Create alarms and metrics for each route."
  type        = bool
}

variable "alarm_emails" {
  description = "Who is told by alarms."
  type        = list(string)
  default     = []
}

variable "api_tags" {
  description = "Tags of the HTTP API itself; the emulator reads a fixed id from them."
  type        = map(string)
  default     = {}
}
