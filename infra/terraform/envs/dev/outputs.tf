output "api" {
  description = "Id, address and issuer of the HTTP API."
  value       = module.app.api
}
