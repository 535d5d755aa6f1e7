# One HTTP API whose routes are the operations of openapi.json: `x-function` names the function, a non-empty `security`
# asks for the JWT authoriser.

locals {
  methods = ["get", "put", "post", "delete", "patch", "head", "options"]
  operations = merge([
    for path, item in jsondecode(file(var.openapi_file)).paths : {
      for method, operation in item : "${upper(method)} ${path}" => {
        function = operation["x-function"]
        secured  = length(try(operation.security, [])) > 0
      } if contains(local.methods, method)
    }
  ]...)
  routed = toset([for operation in local.operations : operation.function])
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
  tags          = var.tags

  cors_configuration {
    allow_origins  = var.cors_origins
    allow_methods  = ["GET", "PUT", "POST", "DELETE", "PATCH"]
    allow_headers  = ["authorization", "cart-token", "content-type", "idempotency-key", "if-match", "if-none-match", "x-correlation-id"]
    expose_headers = ["etag", "location", "retry-after"]
    max_age        = 3600
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # The prefix that AWS opens to its own services: other names fill the account's one policy for log delivery.
  name              = "/aws/vendedlogs/${var.name}-access"
  retention_in_days = var.log_retention_days
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # Ids and figures only: no header, no query string, no address of a caller.
    format = jsonencode({
      time               = "$context.requestTime"
      requestId          = "$context.requestId"
      routeKey           = "$context.routeKey"
      status             = "$context.status"
      responseLength     = "$context.responseLength"
      responseLatency    = "$context.responseLatency"
      integrationLatency = "$context.integrationLatency"
      integrationError   = "$context.integrationErrorMessage"
      authorizerError    = "$context.authorizer.error"
    })
  }

  default_route_settings {
    detailed_metrics_enabled = var.detailed_metrics
    throttling_burst_limit   = var.throttle.burst
    throttling_rate_limit    = var.throttle.rate
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = local.routed

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = var.functions[each.key].invoke_arn
  payload_format_version = "2.0"
  # Functions stop earlier by their own time-out, so that an answer comes from them.
  timeout_milliseconds = 30000
}

resource "aws_lambda_permission" "this" {
  for_each = local.routed

  statement_id  = "http-api"
  action        = "lambda:InvokeFunction"
  function_name = var.functions[each.key].name
  qualifier     = var.functions[each.key].alias_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}

resource "aws_apigatewayv2_route" "open" {
  for_each = { for key, operation in local.operations : key => operation if !operation.secured }

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.value.function].id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = coalesce(var.issuer, aws_apigatewayv2_api.this.api_endpoint)
    audience = [var.audience]
  }

  lifecycle {
    # Only for Lambda authorisers, and refused by AWS for others; the emulator answers with a value all the same.
    ignore_changes = [authorizer_payload_format_version]
  }

  # The API is its own issuer, and AWS reads the discovery document when the authoriser is created.
  depends_on = [aws_apigatewayv2_route.open, aws_apigatewayv2_stage.default, aws_lambda_permission.this]
}

resource "aws_apigatewayv2_route" "secured" {
  for_each = { for key, operation in local.operations : key => operation if operation.secured }

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.value.function].id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.jwt.id
}
