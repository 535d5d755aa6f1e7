// The API may lie under a path prefix, which the document does not know: requests from this page go to where the page is.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const base = new URL(".", window.location.href);
    const url = new URL(request.url, base);
    if (url.origin === base.origin && !url.pathname.startsWith(base.pathname)) {
      url.pathname = base.pathname + url.pathname.slice(1);
    }
    request.url = url.href;
    return request;
  },
});
