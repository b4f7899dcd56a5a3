// Package apidoc owns the page that shows the interface's documentation in a
// browser. Its assets are inside the binary; it asks nothing of other sites.
package apidoc

import (
	"embed"
	"html/template"
	"io/fs"
	"net/http"
)

// assets are swagger-ui-dist 5.35.0, Apache License 2.0 (assets/LICENSE), and
// our own start of it.
//
//go:embed assets
var assets embed.FS

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Zakup API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="ui" data-document="{{.}}"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body></html>
`))

// policy lets the page load its own files and call the interface it describes.
// The pictures are drawn inside the style sheet, and the library sets styles.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// Page serves /docs and the files below it, for the OpenAPI document at the
// address given.
func Page(document string) http.Handler {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // the folder is embedded
	}
	static := http.StripPrefix("/docs/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		if r.URL.Path != "/docs" && r.URL.Path != "/docs/" {
			w.Header().Set("Cache-Control", "public, max-age=86400")
			static.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, document) // the client may have gone
	})
}
