package zakup_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// module is the prefix of our import paths.
const module = "zakup/"

// tree is the repository as the rules see it: what git ignores is not there.
type tree struct {
	fsys    fs.FS
	files   []string
	sources []source // the Go files outside testdata
	fset    *token.FileSet
}

// source is a parsed Go file.
type source struct {
	path, dir string
	lines     int
	syntax    *ast.File
}

// test tells whether the file is only built for tests.
func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// support tells whether the package exists for tests only, like apptest.
func support(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// shipped tells whether the file can become part of a program.
func (s source) shipped() bool { return !s.test() && !support(s.dir) }

// under tells whether dir is the folder top or lies in it.
func under(dir, top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") }

func load(fsys fs.FS) (*tree, error) {
	ignore, err := fs.ReadFile(fsys, ".gitignore")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t := &tree{fsys: fsys, fset: token.NewFileSet()}
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ignored(string(ignore), name, entry.IsDir()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		t.files = append(t.files, name)
		if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(t.fset, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		t.sources = append(t.sources, source{
			path: name, dir: path.Dir(name), syntax: syntax, lines: strings.Count(string(text), "\n"),
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	return t, nil
}

// ignored knows as much of .gitignore as ours needs: names, names with wild
// cards, a slash before for the root and a slash behind for folders.
func ignored(rules, name string, dir bool) bool {
	if name == ".git" {
		return true
	}
	for line := range strings.Lines(rules) {
		pattern := strings.TrimSpace(line)
		if pattern == "" || pattern[0] == '#' || strings.HasSuffix(pattern, "/") && !dir {
			continue
		}
		subject := path.Base(name)
		if pattern[0] == '/' {
			subject = name
		}
		if ok, err := path.Match(strings.Trim(pattern, "/"), subject); ok && err == nil {
			return true
		}
	}
	return false
}

// position says where a node is, as an editor understands it.
func (t *tree) position(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// imports returns the imported paths of a file.
func (s source) imports() []string {
	var all []string
	for _, spec := range s.syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// computed stands in a text for a part that is only known at run time.
const computed = "§"

// text is a string literal, or several joined by +.
type text struct {
	node  ast.Node
	value string
}

// texts returns the strings that are written in the file, tags and import paths
// left out.
func (s source) texts() []text {
	var all []text
	tags := map[ast.Node]bool{}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		if tags[n] {
			return false
		}
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			tags[n.Tag] = n.Tag != nil
		case *ast.BinaryExpr:
			if value, ok := join(n); ok {
				all = append(all, text{n, value})
				return false
			}
		case *ast.BasicLit:
			if value, ok := join(n); ok {
				all = append(all, text{n, value})
			}
		}
		return true
	})
	return all
}

// join returns the value of a string expression; ok is false when no part of it
// is a literal string.
func join(e ast.Expr) (value string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			value, err := strconv.Unquote(e.Value)
			return value, err == nil
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, okLeft := join(e.X)
			right, okRight := join(e.Y)
			return left + right, okLeft || okRight
		}
	case *ast.ParenExpr:
		return join(e.X)
	}
	return computed, false
}
