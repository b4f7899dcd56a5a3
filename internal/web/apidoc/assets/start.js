const at = document.getElementById("ui");
SwaggerUIBundle({
  domNode: at,
  url: at.dataset.document,
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
