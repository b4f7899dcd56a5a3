package zakup_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxLines is where a file has more than one subject.
const maxLines = 400

// Names that say nothing of what is inside.
var (
	emptyPackages = []string{"util", "utils", "common", "manager", "helper", "helpers", "base", "misc"}
	emptyFiles    = []string{"util.go", "utils.go", "helper.go", "helpers.go", "manager.go", "misc.go"}
)

// plurals are the package names in the plural that have a reason.
var plurals = []string{
	"jobs", // what the queue holds; `job` is one of them
}

// checkNames: packages are singular nouns that mean something, and files have
// one subject.
func checkNames(t *tree) (wrong []string) {
	for _, s := range t.sources {
		name := s.syntax.Name.Name
		switch {
		case s.test():
			continue
		case slices.Contains(emptyPackages, name):
			wrong = append(wrong, fmt.Sprintf("%s: the package name %s says nothing", s.path, name))
		case name != "main" && path.Base(s.dir) != name:
			wrong = append(wrong, fmt.Sprintf("%s: package %s is not named as its folder", s.path, name))
		case under(s.dir, "internal") && strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss") && !slices.Contains(plurals, name):
			wrong = append(wrong, fmt.Sprintf("%s: package %s is in the plural", s.path, name))
		}
		if slices.Contains(emptyFiles, path.Base(s.path)) {
			wrong = append(wrong, s.path+": the name of the file says nothing")
		}
		if s.lines > maxLines && !ast.IsGenerated(s.syntax) {
			wrong = append(wrong, fmt.Sprintf("%s has %d lines, over %d: one subject a file", s.path, s.lines, maxLines))
		}
	}
	return wrong
}

// words finds words that are written with a | inside, so that this file does not
// hold them.
func words(before, split, after string) *regexp.Regexp {
	all := strings.Fields(regexp.QuoteMeta(strings.ReplaceAll(split, "|", "")))
	return regexp.MustCompile(before + "(?:" + strings.Join(all, "|") + ")" + after)
}

var leftovers = words(`\b`, "TO|DO FIX|ME XX|X", `\b`)

// foreign are machine paths, package registries and tools of a workplace.
var foreign = []*regexp.Regexp{
	words(``, "/wo|rk/ /fa|rm/ /ro|ot/ /tm|p/studio farm-|studio farm-|bench sub|agent", ``),
	words(``, "proxy.go|lang sum.go|lang registry.np|mjs registry.ya|rnpkg deb.deb|ian snapshot.deb|ian", ``),
	words(`(?:^|["'\s=:])`, "/tm|p/ /ho|me/", `\w`),
}

// ownText are the endings of the files that we write ourselves; scripts and the
// Makefile have none. Documents may speak of what they forbid.
var ownText = []string{"", ".go", ".sql", ".yml", ".sh"}

// checkLeftovers: what is to be done stands in the issues, not in the code.
func checkLeftovers(t *tree) []string {
	return t.grep(func(name string) bool { return slices.Contains(ownText, path.Ext(name)) }, "is for the issues", leftovers)
}

// checkForeignWords: the repository works anywhere, so it names no machine.
func checkForeignWords(t *tree) []string {
	return t.grep(func(string) bool { return true }, "does not belong in the repository", foreign...)
}

// grep returns the places in the text files wanted that hold one of the words.
func (t *tree) grep(wanted func(name string) bool, why string, words ...*regexp.Regexp) (wrong []string) {
	for _, name := range t.files {
		if !wanted(name) {
			continue
		}
		content, err := fs.ReadFile(t.fsys, name)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		if bytes.IndexByte(content, 0) >= 0 {
			continue // not a text
		}
		for _, w := range words {
			for _, at := range w.FindAllIndex(content, -1) {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %q %s",
					name, 1+bytes.Count(content[:at[0]], []byte("\n")), content[at[0]:at[1]], why))
			}
		}
	}
	return wrong
}

var (
	requirement = regexp.MustCompile(`(?m)^(?:require)?\s+([^\s()]+) v[^\s]+( // indirect)?$`)
	majorSuffix = regexp.MustCompile(`/v\d+$`)
)

const architecture = "docs/ARCHITECTURE.md"

// checkDependencies: what the code imports is what go.mod requires directly, and
// each of these modules is named, with its reason, in the architecture page.
func checkDependencies(t *tree) (wrong []string) {
	gomod, err := fs.ReadFile(t.fsys, "go.mod")
	if err != nil {
		return []string{err.Error()}
	}
	page, err := fs.ReadFile(t.fsys, architecture)
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	imported := map[string]bool{}
	for _, s := range t.sources {
		for _, p := range s.imports() {
			imported[p] = true
		}
	}
	var modules []string
	for _, match := range requirement.FindAllStringSubmatch(string(gomod), -1) {
		modules = append(modules, match[1])
	}
	for _, match := range requirement.FindAllStringSubmatch(string(gomod), -1) {
		dependency, direct := match[1], match[2] == ""
		used := false
		for p := range imported {
			used = used || moduleOf(p, modules) == dependency
		}
		switch {
		case used && !direct:
			wrong = append(wrong, "go.mod: "+dependency+" is imported, so it is not indirect: go mod tidy")
		case !used && direct:
			wrong = append(wrong, "go.mod: nothing imports "+dependency+": go mod tidy")
		}
		name := majorSuffix.ReplaceAllString(strings.TrimPrefix(dependency, "github.com/"), "")
		named := regexp.MustCompile(`(?:^|[^\w-])` + regexp.QuoteMeta(name) + `(?:/v\d+)?(?:[^\w/-]|$)`)
		if used && err == nil && !named.Match(page) {
			wrong = append(wrong, architecture+" does not name "+dependency+" and its reason")
		}
	}
	return wrong
}

// moduleOf returns the module that an import path belongs to, or "".
func moduleOf(p string, modules []string) (longest string) {
	for _, m := range modules {
		if under(p, m) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}
