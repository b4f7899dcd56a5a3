package reading

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// opened is a file whose format is known.
type opened struct {
	file
	format  string
	text    textFunc // from its beginning; nil when it is no text
	open    func() (document, error)
	guessed bool // its encoding
}

// choose takes the one list of an archive: the only file of it that is a list, or
// documents of CommerceML together.
func choose(files []file, options Options) (opened, error) {
	if len(files) == 1 {
		return inside(files[0], options)
	}
	var lists []opened
	var why error
	if named := slices.DeleteFunc(slices.Clone(files), readme); len(named) > 0 {
		files = named
	}
	for _, f := range files {
		l, err := inside(f, options)
		switch {
		case errors.Is(err, Unsupported), errors.Is(err, Empty):
			why = err
		case err != nil:
			return opened{}, err
		default:
			lists = append(lists, l)
		}
	}
	switch {
	case len(lists) == 0:
		return opened{}, why
	case len(lists) == 1:
		return lists[0], nil
	}
	var names []string
	var texts []textFunc
	together := opened{format: CommerceML}
	for _, l := range lists {
		if l.format == CommerceML {
			texts = append(texts, l.text)
			together.guessed = together.guessed || l.guessed
		}
		names = append(names, l.name)
	}
	if len(texts) == len(lists) && len(texts) <= maxDocuments {
		together.open = func() (document, error) { return newCMLDocument(texts, options.Profile), nil }
		return together, nil
	}
	return opened{}, severalLists(names)
}

// readme tells a text that lies beside a list to explain it. Nothing but its name
// tells it from a table.
func readme(f file) bool {
	name := strings.ToLower(f.name)
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".nfo")
}

func severalLists(names []string) error {
	const few = 10
	said := strings.Join(names[:min(few, len(names))], ", ")
	if len(names) > few {
		said += ", …"
	}
	return Unsupported.Saying(
		fmt.Sprintf("В архиве несколько прайс-листов: %s. Загрузите один", said),
		fmt.Sprintf("The archive holds several price lists: %s. Upload one", said))
}

// inside recognises one file.
func inside(f file, options Options) (opened, error) {
	if l, err := workbook(f, options); err != nil || l.open != nil {
		return l, err
	}
	coding, err := survey(f.source, max(options.Bytes, maxUnpacked))
	if err != nil {
		return opened{}, err
	}
	l := opened{file: f, guessed: coding.guessed, text: func() (io.Reader, error) { return coding.from(f.source) }}
	start, err := l.text()
	if err != nil {
		return opened{}, err
	}
	beginning, err := bufio.NewReaderSize(start, sniffed).Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return opened{}, fmt.Errorf("reading the beginning of the price list: %w", err)
	}
	l.format, err = recognise(beginning)
	switch l.format {
	case JSON:
		l.open = func() (document, error) { return newJSONDocument(l.text) }
	case YML:
		l.open = func() (document, error) { return newYMLDocument(l.text) }
	case CommerceML:
		l.open = func() (document, error) {
			return newCMLDocument([]textFunc{l.text}, options.Profile), nil
		}
	case CSV:
		l.open = func() (document, error) { return openCSV(l.text, options.Profile) }
	default:
		l.open = func() (document, error) { return newYAMLDocument(l.text) }
	}
	return l, err
}
