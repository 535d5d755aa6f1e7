# One DynamoDB table, on demand, encrypted, with point-in-time recovery.

locals {
  # Indexes may share an attribute with one another and with the table's own key.
  attributes = merge(concat(
    [{ pk = "S" }],
    var.table.sort ? [{ sk = "S" }] : [],
    [for index in values(var.table.indexes) : { (index.hash) = "S", (index.range) = index.range_type }],
  )...)
}

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = var.table.sort ? "sk" : null
  stream_enabled              = var.table.stream
  stream_view_type            = var.table.stream ? "NEW_AND_OLD_IMAGES" : null
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = local.attributes
    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.table.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash
      range_key       = global_secondary_index.value.range
      projection_type = global_secondary_index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = var.table.ttl ? ["ttl"] : []
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}
