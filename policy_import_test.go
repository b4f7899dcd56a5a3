package zakup_test

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
)

// height is the height of a folder's layer; ok is false for a folder in
// internal/ that is in no layer.
func height(dir string) (h int, ok bool) {
	for top, h := range layers {
		if under(dir, top) {
			return h, true
		}
	}
	return 0, !under(dir, "internal")
}

// checkLayers: cmd -> app -> web -> feature -> platform, never up; web never
// sees the database; support for tests stays out of the program.
func checkLayers(t *tree) (wrong []string) {
	for _, s := range t.sources {
		from, ok := height(s.dir)
		if !ok {
			wrong = append(wrong, s.path+": this folder belongs to no layer")
		}
		if !s.shipped() {
			continue
		}
		for _, p := range s.imports() {
			to, ours := strings.CutPrefix(p, module)
			if !ours {
				continue
			}
			if above, _ := height(to); above > from {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: never up", s.path, p))
			}
			if under(s.dir, "internal/web") && under(to, "internal/platform/db") {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: web never sees the database", s.path, p))
			}
			if support(to) && under(s.dir, "internal") {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: that is for tests only", s.path, p))
			}
		}
	}
	return wrong
}

// feature is the name of the feature that a folder belongs to, or "".
func feature(dir string) string {
	rest, ok := strings.CutPrefix(dir, "internal/feature/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// checkFeatureOrder: a feature imports only earlier features.
func checkFeatureOrder(t *tree) (wrong []string) {
	for _, s := range t.sources {
		from := feature(s.dir)
		if from == "" {
			continue
		}
		if !slices.Contains(featureOrder, from) {
			wrong = append(wrong, s.path+": this feature has no place in featureOrder")
			continue
		}
		if !s.shipped() {
			continue
		}
		for _, p := range s.imports() {
			to := feature(strings.TrimPrefix(p, module))
			if to != "" && slices.Index(featureOrder, to) > slices.Index(featureOrder, from) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s, which comes later", s.path, p))
			}
		}
	}
	return wrong
}

const huma = "github.com/danielgtaylor/huma"

// edges are what features don't know.
var edges = []string{"net/http", "net/smtp", huma, "github.com/wneessen/go-mail"}

// checkEdges: features know nothing of HTTP, JSON field names, SMTP or OpenAPI,
// and only web/api knows the OpenAPI library.
func checkEdges(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if !s.shipped() {
			continue
		}
		inFeature := feature(s.dir) != ""
		for _, p := range s.imports() {
			switch {
			case inFeature && slices.ContainsFunc(edges, func(edge string) bool { return under(p, edge) }):
				wrong = append(wrong, fmt.Sprintf("%s imports %s: features know nothing of it", s.path, p))
			case under(p, huma) && !under(s.dir, "internal/web/api"):
				wrong = append(wrong, fmt.Sprintf("%s imports %s: only internal/web/api does", s.path, p))
			}
		}
		if !inFeature {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if f, ok := n.(*ast.Field); ok && f.Tag != nil && strings.Contains(f.Tag.Value, `json:"`) {
				wrong = append(wrong, t.position(f)+": a JSON tag in a feature; how things look outside is web's")
			}
			return true
		})
	}
	return wrong
}

// checkPackageDocs: every package says what it owns and promises.
func checkPackageDocs(t *tree) (wrong []string) {
	documented := map[string]bool{}
	for _, s := range t.sources {
		if s.test() {
			continue
		}
		begin := "Package " + s.syntax.Name.Name + " "
		if s.syntax.Name.Name == "main" {
			begin = "Command " + path.Base(s.dir) + " "
		}
		documented[s.dir] = documented[s.dir] || strings.HasPrefix(strings.ReplaceAll(s.syntax.Doc.Text(), "\n", " "), begin)
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			wrong = append(wrong, dir+`: no comment that begins "Package NAME " (or "Command NAME ") and says what it owns and promises`)
		}
	}
	return wrong
}
