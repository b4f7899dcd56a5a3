package config

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
)

// DatabaseKind is which database is used.
type DatabaseKind string

// The two databases.
const (
	SQLite   DatabaseKind = "sqlite"
	Postgres DatabaseKind = "postgres"
)

// Database is where the data is.
type Database struct {
	Kind DatabaseKind
	Path string // of the SQLite file, relative to the working folder; "" for PostgreSQL
	URL  string // sqlite:PATH or postgres://…; it carries the password
}

// String returns the URL with its password masked.
func (d Database) String() string {
	if d.Kind == Postgres {
		return masked(d.URL)
	}
	return d.URL
}

// sqliteFile is the database of a data folder when nothing else is said.
const sqliteFile = "zakup.db"

func database(v, dataDir string) (Database, error) {
	scheme, rest, _ := strings.Cut(v, ":")
	switch strings.ToLower(scheme) {
	case "sqlite":
		return sqliteDatabase(rest, dataDir)
	case "postgres", "postgresql":
		if err := checkPostgres(v); err != nil {
			return Database{}, err
		}
		return Database{Kind: Postgres, URL: strings.ToLower(scheme) + ":" + rest}, nil
	}
	return Database{}, errors.New("begins neither with sqlite: nor with postgres://")
}

// sqliteDatabase accepts what follows "sqlite:", a path in the words of the
// operating system; nothing is the standard file of the data folder, and three
// slashes are one, the URL form of an absolute path.
func sqliteDatabase(path, dataDir string) (Database, error) {
	if absolute, ok := strings.CutPrefix(path, "///"); ok {
		path = "/" + absolute
	}
	switch {
	case path == "":
		path = filepath.Join(dataDir, sqliteFile)
	case strings.HasPrefix(path, "//"):
		return Database{}, errors.New("a host does not belong here; write sqlite:PATH")
	case strings.Contains(path, "?"):
		return Database{}, errors.New("options after ? are not supported")
	case strings.HasPrefix(path, ":"):
		return Database{}, errors.New("the database must be a file; it can't be in memory")
	case strings.HasSuffix(path, "/"):
		return Database{}, errors.New("names a folder, not a file")
	}
	return Database{Kind: SQLite, Path: path, URL: "sqlite:" + path}, nil
}

// checkPostgres leaves the parameters to the driver, and refuses what can't be
// split into host, user and password for certain. The host may be absent: the
// driver then takes the one of the query, or a local socket.
func checkPostgres(v string) error {
	u, err := parse(v)
	if err != nil {
		return err
	}
	if u.Fragment != "" {
		return errors.New("nothing may follow the parameters: no #")
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return errors.New("the parameters after ? can't be read")
	}
	// Several hosts, separated by commas, are the driver's feature.
	for host := range strings.SplitSeq(u.Host, ",") {
		if u.Host == "" {
			break
		}
		if err := checkHost(&url.URL{Host: host}); err != nil {
			return err
		}
	}
	return nil
}
