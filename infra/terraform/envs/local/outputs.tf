output "api_id" {
  description = "Id of the HTTP API."
  value       = module.app.api.id
}

output "api" {
  description = "Address of the HTTP API, which is the tokens' issuer too."
  value       = module.app.api.issuer
}

output "prefix" {
  description = "Beginning of every name."
  value       = module.app.prefix
}
