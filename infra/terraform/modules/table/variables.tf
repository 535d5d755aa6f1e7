variable "name" {
  description = "Full name of the table."
  type        = string
}

variable "table" {
  description = "Shape of the table: sort key sk or not, stream, expiry by attribute ttl, and indexes by name."
  type = object({
    sort   = optional(bool, false)
    stream = optional(bool, false)
    ttl    = optional(bool, false)
    indexes = optional(map(object({
      hash       = string
      range      = string
      range_type = optional(string, "S")
      projection = optional(string, "ALL")
    })), {})
  })
}

variable "deletion_protection" {
  description = "Refuse to delete the table."
  type        = bool
}
