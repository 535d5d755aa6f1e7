output "policy" {
  description = "The schedule role's policy, decoded."
  value       = jsondecode(aws_iam_role_policy.this.policy)
}
