# Rules that hold in every environment. `make lint` gives package_dir and openapi_file.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment          = "test"
  cors_origins         = ["https://www.sipstr.example"]
  web_url              = "https://www.sipstr.example"
  passkey_rp_id        = "sipstr.example"
  mail_from            = "hello@sipstr.example"
  log_retention_days   = 14
  deletion_protection  = false
  secret_recovery_days = 7
  alarms_enabled       = true
}

run "rights" {
  assert {
    condition = alltrue(flatten([for function in output.functions : [
      for statement in function.policy.Statement : [for action in statement.Action : !strcontains(action, "*")]
    ]]))
    error_message = "No function may have a wildcard in an action."
  }

  assert {
    # Three suffixes stand for the parts of one named thing: the streams of one log group, of one table, the files of one prefix.
    condition = alltrue(flatten([for function in output.functions : [
      for statement in function.policy.Statement : [
        for resource in statement.Resource :
        !strcontains(replace(resource, "/(:\\*|/stream/\\*|/(exports|pictures|uploads|sheets)(/[a-z]+)?/\\*)$/", ""), "*") && length(split(":", resource)) >= 6
      ]
    ]]))
    error_message = "No function may have a wildcard for a resource."
  }

  assert {
    condition = alltrue([for name, function in output.functions : length(setintersection(
      flatten([for statement in function.policy.Statement : statement.Action]), ["ses:SendEmail"]
    )) == (name == "notifications-on-event" ? 1 : 0)])
    error_message = "Only notifications-on-event sends mail."
  }

  assert {
    condition = alltrue([for name, function in output.functions : length(setintersection(
      flatten([for statement in function.policy.Statement : statement.Action]), ["sns:Publish"]
    )) == (name == "events-publish" ? 1 : 0)])
    error_message = "Only events-publish publishes events."
  }

  assert {
    condition = alltrue([for name, function in output.functions : length(setintersection(
      flatten([for statement in function.policy.Statement : statement.Action]), ["dynamodb:Scan"]
    )) == (contains(["books-close", "inventory-audit", "privacy-run"], name) ? 1 : 0)])
    error_message = "Only the nightly audit, the nightly closing and the daily tidying scan."
  }

  assert {
    condition = alltrue(flatten([for schedule in output.schedules : [
      for statement in schedule.policy.Statement : concat(
        [for action in statement.Action : action == "lambda:InvokeFunction"],
        [for resource in statement.Resource : !strcontains(resource, "*")],
      )
    ]]))
    error_message = "A schedule may call its function and nothing else."
  }
}

run "records" {
  assert {
    condition     = alltrue([for function in output.functions : !strcontains(lookup(function.tables, "audit", ""), "w")])
    error_message = "Security events are appended: no function may update or delete them."
  }

  assert {
    condition     = alltrue([for function in output.functions : !strcontains(lookup(function.tables, "books", ""), "w")])
    error_message = "The books are appended to: no function may update or delete an entry."
  }
}

run "durability" {
  assert {
    condition     = length(output.queues) > 0 && alltrue([for queue in output.queues : queue.redrive.maxReceiveCount == 5 && queue.redrive.deadLetterTargetArn != ""])
    error_message = "Every queue gives up after five times, into a dead-letter queue."
  }

  assert {
    condition     = alltrue([for name, queue in output.queues : queue.visibility_seconds >= 6 * output.functions[name].timeout_seconds])
    error_message = "A message must stay hidden for six times the consumer's time-out."
  }

  assert {
    condition     = length(output.tables) > 0 && alltrue([for table in output.tables : table.point_in_time_recovery && table.encrypted])
    error_message = "Every table is encrypted and can be restored to any second."
  }

  assert {
    condition     = alltrue([for function in output.functions : function.log_retention_days == 14])
    error_message = "Every log group has the retention of its environment."
  }
}

run "routes" {
  assert {
    condition     = toset(keys(output.routes.wanted)) == toset(keys(output.routes.made)) && length(output.routes.made) > 0
    error_message = "The routes are the operations of openapi.json."
  }

  assert {
    condition = alltrue([for key, operation in output.routes.wanted :
      output.routes.made[key].authorization == (operation.secured ? "JWT" : "NONE") &&
      (output.routes.made[key].authorizer != null) == operation.secured
    ])
    error_message = "Exactly the operations with a security requirement have the authoriser."
  }

  assert {
    condition     = alltrue([for operation in output.routes.wanted : contains(keys(output.functions), operation.function)])
    error_message = "Every x-function of openapi.json is a function."
  }
}

run "alarms" {
  assert {
    condition = alltrue(flatten([for name in keys(output.functions) : [
      for kind in ["errors", "throttles", "duration"] : contains(output.alarms, "${name}-${kind}")
    ]]))
    error_message = "Every function has alarms for errors, throttles and duration."
  }

  assert {
    condition     = alltrue([for name in concat(keys(output.queues), ["events-publish"]) : contains(output.alarms, "${name}-dlq-depth")])
    error_message = "Every dead-letter queue has an alarm."
  }

  assert {
    condition     = contains(output.alarms, "events-publish-iterator-age")
    error_message = "Streams have an alarm for lag."
  }
}

run "clock_is_held_only_locally" {
  command = plan

  variables {
    local_time_of_day = "18:30"
  }

  expect_failures = [var.local_time_of_day]
}
