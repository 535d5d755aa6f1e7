# The topic of domain events. Only events-publish may publish; that right stands in its role.
resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = "alias/aws/sns"
}
