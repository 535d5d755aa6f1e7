// What Swagger UI's own markup lacks for people who use a keyboard or a screen reader.
const accessible = ({ React: { createElement, Fragment } }) => {
  const unseen = (kind, text) => createElement(kind, { className: "unseen" }, text);
  return {
    wrapComponents: {
      // A link inside of a button is reached twice and announced as neither.
      DeepLink: () => ({ text }) => createElement("span", null, text),
      // Fields and a button without a name.
      TextArea: (Original) => (props) => createElement(Original, { "aria-label": "Request body", ...props }),
      JsonSchemaForm: (Original) => (props) =>
        createElement("label", { className: "named" }, unseen("span", props.description), createElement(Original, props)),
      CloseIcon: (Original) => (props) => createElement(Fragment, null, createElement(Original, props), unseen("span", "Close")),
      // Between the page's heading and those of the groups.
      operations: (Original) => (props) =>
        createElement(Fragment, null, unseen("h2", "Operations"), createElement(Original, props)),
      // There is one server: the one that this page comes from.
      ServersContainer: () => () => null,
    },
  };
};

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
  syntaxHighlight: { theme: "idea" },
  validatorUrl: null,
  plugins: [accessible],
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
