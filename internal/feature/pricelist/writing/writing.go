// Package writing owns the price lists that the service itself writes: goods as
// package reading knows them, in five formats, one good after another.
//
// It promises that package reading reads back what was written: the same goods
// in the same order, but for their lines. Nothing in a cell of a table is taken
// for a formula. Memory does not grow with the number of goods; XLSX keeps its
// rows in a temporary file.
package writing

import (
	"io"
	"time"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/fault"
)

// Format is how a list is written.
type Format string

// The formats. YAML is the base form of price lists.
const (
	YAML Format = "yaml"
	JSON Format = "json"
	CSV  Format = "csv"
	XLSX Format = "xlsx"
	YML  Format = "yml"
)

// Formats are all of them.
var Formats = []Format{YAML, JSON, CSV, XLSX, YML}

// Unknown is the fault of a format that does not exist.
var Unknown = fault.New(fault.Invalid, "export_format",
	"Формат выгрузки: yaml, json, csv, xlsx или yml", "The formats are yaml, json, csv, xlsx and yml")

// Parse returns the format of a name; Unknown when it is none.
func Parse(name string) (Format, error) {
	for _, f := range Formats {
		if name == string(f) {
			return f, nil
		}
	}
	return "", Unknown
}

// Media is the media type of a file of the format.
func (f Format) Media() string {
	switch f {
	case YAML:
		return "application/yaml"
	case JSON:
		return "application/json"
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case YML:
		return "application/xml"
	}
	return "application/octet-stream"
}

// Extension is how the name of such a file ends, with its point.
func (f Format) Extension() string {
	if f == YML {
		return ".xml"
	}
	return "." + string(f)
}

// Head is what a list says before its goods.
type Head struct {
	Shop       string // "" when the goods are of several
	URL        string // of the shop, may be empty
	Time       time.Time
	Categories []string // every one that a good names, once
	Parameters []string // names that get columns of their own in a table
	Shops      bool     // every good tells its shop; such a file is not meant to be read back
}

// Good is a good and the shop it is of, which is written if Head.Shops.
type Good struct {
	reading.Row
	Shop string
}

// Writer writes one list. After an error it is only to be closed.
type Writer interface {
	// Write adds a good. Its category is one of the head's.
	Write(Good) error
	// Close ends the list, unless Write has failed, and lets go of what writing
	// needed. What it is written to stays open.
	Close() error
}

// New begins a list; Unknown when there is no such format.
func New(format Format, w io.Writer, head Head) (Writer, error) {
	switch format {
	case YAML:
		return newYAML(w, head)
	case JSON:
		return newJSON(w, head)
	case CSV:
		return newCSV(w, head)
	case XLSX:
		return newXLSX(w, head)
	case YML:
		return newYML(w, head)
	}
	return nil, Unknown
}
