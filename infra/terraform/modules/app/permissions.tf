# What each function's role may do, derived from the map: nothing is granted by hand.

locals {
  letters = {
    r = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
    w = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"]
    a = ["dynamodb:PutItem"]
    s = ["dynamodb:Scan"]
  }

  table_statements = { for name, function in local.functions : name => concat(
    [for table, letters in function.tables : {
      actions   = flatten([for letter in split("", letters) : local.letters[letter]])
      resources = [module.table[table].arn]
    }],
    [for table, letters in function.tables : {
      actions   = ["dynamodb:Query"]
      resources = module.table[table].index_arns
    } if strcontains(letters, "r") && length(module.table[table].index_arns) > 0],
  ) }

  file_statements = { for name, function in local.functions : name => [
    for prefix, letters in function.files : {
      actions = flatten([for letter in split("", letters) : {
        r = ["s3:GetObject"]
        w = ["s3:PutObject", "s3:DeleteObject"]
      }[letter]])
      resources = ["${aws_s3_bucket.files.arn}/${prefix}/*"]
    }
  ] }

  secret_statements = { for name, function in local.functions : name => [{
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in function.secrets : aws_secretsmanager_secret.this[secret].arn]
  }] if length(function.secrets) > 0 }

  keep_statements = { for name, function in local.functions : name => [{
    actions   = ["secretsmanager:PutSecretValue"]
    resources = [for secret in function.keeps : aws_secretsmanager_secret.this[secret].arn]
  }] if length(function.keeps) > 0 }

  queue_statements = { for name, queue in module.queue : name => [{
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
    resources = [queue.arn]
  }] }

  stream_statements = { for name in local.stream_consumers : name => [
    {
      actions   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
      resources = [for table in local.functions[name].streams : module.table[table].stream_arn]
    },
    {
      # AWS knows this action only for all streams of a table.
      actions   = ["dynamodb:ListStreams"]
      resources = [for table in local.functions[name].streams : "${module.table[table].arn}/stream/*"]
    },
    {
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.stream_dead[name].arn]
    },
  ] }

  topic_statements = { for name, function in local.functions : name => [{
    actions   = ["sns:Publish"]
    resources = [module.topic.arn]
  }] if function.publishes }

  mail_statements = { for name, function in local.functions : name => [{
    actions   = ["ses:SendEmail"]
    resources = [aws_sesv2_email_identity.mail.arn]
  }] if function.mails }

  statements = { for name in keys(local.functions) : name => concat(
    local.table_statements[name],
    local.file_statements[name],
    lookup(local.secret_statements, name, []),
    lookup(local.keep_statements, name, []),
    lookup(local.queue_statements, name, []),
    lookup(local.stream_statements, name, []),
    lookup(local.topic_statements, name, []),
    lookup(local.mail_statements, name, []),
  ) }
}
