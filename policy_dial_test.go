package zakup_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// dialers are the packages of the program that open connections to others, each
// with a guard of its own: nothing else asks anybody anything. blob has none: whom
// it asks is said by the operator alone, as the database is.
var dialers = []string{
	"internal/platform/blob", "internal/platform/cert", "internal/platform/fetch", "internal/platform/mail", "internal/platform/oauth",
}

// measures are folders of programs that call the program itself.
var measures = []string{"bench", "scripts"}

// autocert asks an authority by HTTP.
const autocert = "golang.org/x/crypto/acme/autocert"

// dials are the names by which a connection is opened, for each package that has
// some. The drivers of databases open theirs inside.
var dials = map[string][]string{
	"net": {"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUDP", "DialIP", "DialUnix"},
	"net/http": {
		"Client", "DefaultClient", "DefaultTransport", "Transport", "Get", "Head", "Post", "PostForm",
	},
	"net/smtp":               {"Dial", "SendMail", "NewClient"},
	"net/rpc":                {"Dial", "DialHTTP", "DialHTTPPath"},
	"net/http/httputil":      {"NewSingleHostReverseProxy", "ReverseProxy"},
	"crypto/tls":             {"Dial", "DialWithDialer", "Dialer", "Client"},
	"golang.org/x/net/http2": {"Transport", "ClientConn"},
	"syscall":                {"Connect", "Socket"},
	autocert:                 {"Manager", "NewListener"},
	path.Dir(autocert):       {"Client"},

	"github.com/minio/minio-go/v7": {"New", "NewCore"},
}

// packageName is what a file calls a package that it gives no name: the last part
// of the path before its version, up to what no name has in it.
func packageName(importPath string) string {
	name := path.Base(majorSuffix.ReplaceAllString(importPath, ""))
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "go-"), "-")
	return name
}

// checkDialing: only the packages that guard what they connect to connect.
func checkDialing(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if !s.shipped() || slices.ContainsFunc(append(slices.Clone(dialers), measures...), func(dir string) bool { return under(s.dir, dir) }) {
			continue
		}
		names := map[string][]string{} // by the name of the package in this file
		for _, i := range s.syntax.Imports {
			p := strings.Trim(i.Path.Value, `"`)
			found, there := dials[p]
			if !there {
				continue
			}
			name := packageName(p)
			if i.Name != nil {
				name = i.Name.Name
			}
			if name == "." {
				wrong = append(wrong, fmt.Sprintf("%s imports %s without its name", s.path, p))
			}
			names[name] = found
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && slices.Contains(names[pkg.Name], sel.Sel.Name) {
				wrong = append(wrong, fmt.Sprintf("%s: %s.%s: only %s connect to others",
					t.position(sel), pkg.Name, sel.Sel.Name, strings.Join(dialers, ", ")))
			}
			return true
		})
	}
	return wrong
}
