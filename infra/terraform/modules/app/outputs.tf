output "prefix" {
  description = "Beginning of every name."
  value       = local.prefix
}

output "api" {
  description = "Id and address of the HTTP API."
  value       = { id = module.http_api.id, endpoint = module.http_api.endpoint, issuer = local.issuer }
}

output "functions" {
  description = "Functions by crate name: settings and rights, for checks."
  value = { for name, function in module.function : name => {
    name               = function.name
    architecture       = function.architecture
    environment        = function.environment
    policy             = function.policy
    tables             = local.functions[name].tables
    timeout_seconds    = function.timeout_seconds
    log_retention_days = function.log_retention_days
  } }
}

output "tables" {
  description = "Tables by short name."
  value       = module.table
}

output "queues" {
  description = "Queues by consumer."
  value       = module.queue
}

output "schedules" {
  description = "Rights of the schedules."
  value       = module.schedule
}

output "routes" {
  description = "Operations of openapi.json and the routes made of them."
  value       = { wanted = module.http_api.operations, made = module.http_api.routes }
}

output "alarms" {
  description = "Names of the alarms."
  value       = flatten(module.alarms[*].names)
}
