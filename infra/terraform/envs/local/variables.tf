variable "endpoint" {
  description = "Address of the emulator, such as http://localhost:4566."
  type        = string
}

variable "stripe_url" {
  description = "Address of the fake payment provider."
  type        = string
}

variable "maps_url" {
  description = "Address of the fake map service."
  type        = string
}

variable "issuer_url" {
  description = "Address of the OpenID provider of the local stack."
  type        = string
}

variable "identity_url" {
  description = "Address of the fake of Apple, Facebook, a hostile provider, and a resolver of names."
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
  description = "Processor of the machine that runs the functions: arm64 or x86_64."
  type        = string
}

variable "alarms_enabled" {
  description = "Create the alarms too. The emulator takes them but reads them back blank, so a second plan is not empty then."
  type        = bool
  default     = false
}
