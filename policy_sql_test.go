package zakup_test

import (
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A table's name in a statement; § and % stand for names put in at run time.
const (
	qualifier = `(?:\w+\.)?"?`
	tableName = `(\w+|§|%[^\s"]+)`
)

var (
	writing = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:insert\s+(?:or\s+\w+\s+)?|replace\s+|merge\s+)into\s+` + qualifier + tableName),
		regexp.MustCompile(`(?i)\bdelete\s+from\s+(?:only\s+)?` + qualifier + tableName),
		regexp.MustCompile(`(?i)\bupdate\s+(?:or\s+\w+\s+)?(?:only\s+)?` + qualifier + tableName + `"?(?:\s+(?:as\s+)?\w+)?\s+set\b`),
		regexp.MustCompile(`(?i)\btruncate\s+(?:table\s+)?(?:only\s+)?` + qualifier + tableName),
	}
	reading    = regexp.MustCompile(`(?s)^\s*(?:--[^\n]*\n\s*)*(?:(?:select|SELECT)\s.+\s(?:from|FROM)\s|(?:with|WITH)\s+\w+\s*(?:\([^)]*\)\s*)?(?:as|AS)\s*\()`)
	everything = regexp.MustCompile(`(?i)\b(?:select\s+(?:all\s+|distinct\s+)?|returning\s+)(?:\w+\.)?\*`)
	// Up to the limit there are names, and brackets that have none inside.
	drawn = regexp.MustCompile(`(?i)(\w+)\s+in\s*\(\s*select\b(?:[^()]|\([^()]*\))*\blimit\b`)
)

// written returns the tables that a text writes: ours, a library's, or § for
// one whose name is put in at run time.
func written(sql string) (tables []string) {
	for _, statement := range writing {
		for _, match := range statement.FindAllStringSubmatch(sql, -1) {
			table := strings.ToLower(match[1])
			switch {
			case table == computed || table[0] == '%':
				tables = append(tables, computed)
			case owners[table] != "" || library(table):
				tables = append(tables, table)
			}
		}
	}
	return tables
}

func library(table string) bool {
	return slices.ContainsFunc(libraryTables, func(prefix string) bool { return strings.HasPrefix(table, prefix) })
}

// checkWebSQL: no SQL above the features.
func checkWebSQL(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if !s.shipped() || !under(s.dir, "internal/web") {
			continue
		}
		for _, text := range s.texts() {
			if len(written(text.value)) > 0 || reading.MatchString(text.value) {
				wrong = append(wrong, t.position(text.node)+": SQL in web")
			}
		}
	}
	return wrong
}

// checkChosenOnce: PostgreSQL may choose a part of a table anew for each row that it
// looks at, where it takes the table for empty: with locks that is each time another one.
func checkChosenOnce(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if !s.shipped() {
			continue
		}
		for _, text := range s.texts() {
			if len(written(text.value)) == 0 {
				continue
			}
			for _, m := range drawn.FindAllStringSubmatch(text.value, -1) {
				if strings.EqualFold(m[1], "not") {
					continue
				}
				wrong = append(wrong, t.position(text.node)+": writes by a select with a limit; select its rows first, or compare with one value")
			}
		}
	}
	return wrong
}

// seam is the package that takes a table's name from others, so it is the only
// one that may put a name in at run time.
const seam = "internal/platform/db"

// checkOwners: a table is written only by its owner. A benchmark's floor is what
// a feature does without the feature, and its data are more than features make.
func checkOwners(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if !s.shipped() || under(s.dir, "bench") {
			continue
		}
		check := func(n ast.Node, table string) {
			switch {
			case table == computed && s.dir != seam:
				wrong = append(wrong, t.position(n)+": writes a table that is named at run time; write the name out")
			case library(table) && !under(s.dir, libraryWriters[table]):
				wrong = append(wrong, fmt.Sprintf("%s: writes %s, which is a library's", t.position(n), table))
			case owners[table] != "" && !under(s.dir, owners[table]):
				wrong = append(wrong, fmt.Sprintf("%s: writes %s, which %s owns", t.position(n), table, owners[table]))
			}
		}
		for _, text := range s.texts() {
			for _, table := range written(text.value) {
				check(text.node, table)
			}
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "CopyIn" {
				table, _ := join(call.Args[1])
				check(call, table)
			}
			return true
		})
	}
	tables, err := createdTables(t.fsys)
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	for _, table := range tables {
		if owners[table] == "" {
			wrong = append(wrong, "the table "+table+" has no owner in policy_test.go")
		}
	}
	for _, table := range slices.Sorted(maps.Keys(owners)) {
		if len(tables) > 0 && !slices.Contains(tables, table) {
			wrong = append(wrong, "policy_test.go names an owner of the table "+table+", which no migration makes")
		}
	}
	return wrong
}

const migrationFolder = "internal/platform/db/migrations/"

var ddl = regexp.MustCompile(`(?im)^\s*(?:` +
	`create\s+(?:unlogged\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?(?P<made>\w+)` +
	`|drop\s+table\s+(?:if\s+exists\s+)?(?P<dropped>\w+)` +
	`|alter\s+table\s+(?P<old>\w+)\s+rename\s+to\s+(?P<new>\w+))`)

// createdTables returns the tables that stand after every migration, of both
// databases, library tables left out.
func createdTables(fsys fs.FS) ([]string, error) {
	all := map[string]bool{}
	for _, database := range []string{"sqlite", "postgres"} {
		tables := map[string]bool{}
		names, err := migrations(fsys, database)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(fsys, path.Join(migrationFolder, database, name))
			if err != nil {
				return nil, err
			}
			up, _, _ := strings.Cut(string(text), "-- +goose Down")
			for _, m := range ddl.FindAllStringSubmatch(up, -1) {
				made, dropped, old, renamed := m[1], m[2], m[3], m[4]
				delete(tables, dropped)
				delete(tables, old)
				tables[made+renamed] = true
			}
		}
		maps.Copy(all, tables)
	}
	delete(all, "") // a drop makes nothing
	return slices.Sorted(maps.Keys(all)), nil
}

// migrations returns the names of a database's migrations, in order.
func migrations(fsys fs.FS, database string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, migrationFolder+database)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}

var migrationName = regexp.MustCompile(`^\d{5}_[a-z0-9_]+\.sql$`)

// number is the part of a migration's name that orders it.
func number(name string) string {
	n, _, _ := strings.Cut(name, "_")
	return n
}

// checkMigrations: both databases have the same steps, no two of one number, in
// goose's format.
func checkMigrations(t *tree) (wrong []string) {
	steps := map[string][]string{}
	for _, database := range []string{"sqlite", "postgres"} {
		names, err := migrations(t.fsys, database)
		if err != nil {
			return []string{err.Error()}
		}
		steps[database] = names
		for i, name := range names {
			file := migrationFolder + database + "/" + name
			text, err := fs.ReadFile(t.fsys, file)
			switch {
			case err != nil:
				wrong = append(wrong, err.Error())
			case !migrationName.MatchString(name):
				wrong = append(wrong, file+": a migration is named 00001_what_it_does.sql")
			case i > 0 && number(name) == number(names[i-1]):
				wrong = append(wrong, file+": there is another migration of its number")
			case !strings.HasPrefix(string(text), "-- +goose Up\n"):
				wrong = append(wrong, file+`: its first line is not "-- +goose Up"`)
			}
		}
	}
	if !slices.Equal(steps["sqlite"], steps["postgres"]) {
		wrong = append(wrong, fmt.Sprintf("the databases differ in their migrations: SQLite has %v, PostgreSQL %v",
			steps["sqlite"], steps["postgres"]))
	}
	return wrong
}

// checkColumns: a statement names its columns, in tests too.
func checkColumns(t *tree) (wrong []string) {
	for _, s := range t.sources {
		if strings.HasPrefix(s.path, "policy_") {
			continue // our own examples
		}
		for _, text := range s.texts() {
			if everything.MatchString(text.value) {
				wrong = append(wrong, t.position(text.node)+": name the columns instead of *")
			}
		}
	}
	return wrong
}
