output "names" {
  description = "Names of the alarms, without the prefix."
  value       = concat(keys(local.simple), [for name in keys(var.functions) : "${name}-errors"])
}
