variable "name" {
  description = "Full name of the topic."
  type        = string
}
