/* The reference of the REST API. Calls tried here go out with the session of the browser, writes with its CSRF token. */
"use strict";

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;

SwaggerUIBundle({
  url: meta("schema"),
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  syntaxHighlight: false,
  requestInterceptor: (request) => {
    if (!request.loadSpec && request.method !== "GET") request.headers["X-CSRFToken"] = meta("csrf-token");
    return request;
  },
});
