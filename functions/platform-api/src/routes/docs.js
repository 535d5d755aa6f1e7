// What Swagger UI's own markup lacks for people who use a keyboard or a screen reader.
const accessible = (system) => ({
  wrapComponents: {
    // A link inside of a button is reached twice and announced as neither.
    DeepLink: () => ({ text }) => system.React.createElement("span", null, text),
    TextArea: (Original) => (props) => system.React.createElement(Original, { "aria-label": "Request body", ...props }),
    // Between the page's heading and those of the groups.
    operations: (Original) => (props) => {
      const { createElement, Fragment } = system.React;
      const heading = createElement("h2", { className: "unseen" }, "Operations");
      return createElement(Fragment, null, heading, createElement(Original, props));
    },
    // There is one server: the one that this page comes from.
    ServersContainer: () => () => null,
  },
});

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
