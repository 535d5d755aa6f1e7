output "id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "endpoint" {
  description = "Address of the API, where its default stage answers."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "operations" {
  description = "What openapi.json asks for, by route key."
  value       = local.operations
}

output "routes" {
  description = "What was made of it, by route key: kind of authorisation and authoriser."
  value = {
    for key, route in merge(aws_apigatewayv2_route.open, aws_apigatewayv2_route.secured) :
    key => { authorization = route.authorization_type, authorizer = route.authorizer_id }
  }
}
