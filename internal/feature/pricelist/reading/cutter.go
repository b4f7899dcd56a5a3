package reading

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
)

const (
	// batchBytes is how much of the goods is parsed at a time.
	batchBytes = 64 << 10
	// maxBatchNodes is no less than what a batch of ordinary goods can have.
	maxBatchNodes = 3 * batchBytes
)

// cutter cuts a text of YAML into pieces that can be parsed one by one, so that
// memory does not grow with the file: the keys of the root, each with its value,
// and, when the value of goods is a list in block style, groups of its elements.
//
// It knows only where lines begin, not what quotes and brackets do, and cuts
// where a line begins in the column of the keys, or of the dashes of goods. A
// line inside of quotes or brackets may begin there too: then the piece before
// it ends inside of them, which the parser reports (parse: early), so that a
// wrong cut never goes unseen. Everything else that is unusual is errUnusual.
type cutter struct {
	r       *bufio.Reader
	enough  int      // bytes of goods that are parsed at a time
	ahead   []byte   // the line that comes next, with its end; nil when it is not read yet
	queue   [][]byte // lines after it
	line    int      // number of the line that comes next, from 1
	started bool     // a key was seen
	dash    int      // column of the dashes of goods
	text    []byte
}

// piece is valid until the next one is cut.
type piece struct {
	text  []byte
	line  int  // of the first line that is the file's
	goods bool // the key goods; its elements come from batch
}

func newCutter(r io.Reader) *cutter {
	return &cutter{r: bufio.NewReaderSize(r, 64<<10), enough: batchBytes, line: 1}
}

var goodsKey = regexp.MustCompile(`^(goods|"goods"|'goods') *:( +#.*| *)[\r\n]*$`)

// section returns the next key of the root; io.EOF after the last.
func (c *cutter) section() (piece, error) {
	if err := c.gap(); err != nil {
		return piece{}, err
	}
	first, err := c.peek()
	if err != nil {
		return piece{}, err
	}
	if !keyStart(first) {
		return piece{}, errUnusual
	}
	c.started = true
	p := piece{line: c.line}
	goods := goodsKey.Match(first)
	c.text = c.text[:0]
	c.take()
	for {
		next, err := c.peek()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return piece{}, err
		}
		if goods && !empty(next) {
			if dash := len(next) - len(bytes.TrimLeft(next, " ")); dashAt(next, dash) {
				c.dash = dash
				return piece{line: p.line, goods: true}, nil
			}
			goods = false
		}
		if !continues(next) && !dashAt(next, 0) {
			if !keyStart(next) {
				return piece{}, errUnusual // it may be the value
			}
			break
		}
		if len(c.text) > maxWhole {
			return piece{}, errUnusual
		}
		c.take()
	}
	p.text = c.text
	return p, nil
}

// batch returns elements of goods, as a list under a key; io.EOF after the last.
func (c *cutter) batch() (piece, error) {
	p := piece{line: c.line}
	const key = "goods:\n"
	c.text = append(c.text[:0], key...)
	begin := len(c.text)
	for {
		next, err := c.peek()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return piece{}, err
		}
		if dashAt(next, c.dash) {
			if len(c.text)-len(key) >= c.enough {
				break
			}
			begin = len(c.text)
		} else if !continues(next) {
			if !keyStart(next) {
				return piece{}, errUnusual // it may be the value of the last dash
			}
			break
		}
		if len(c.text)-begin > maxToken {
			return piece{}, unusualError{broken(noteTooBig.at(c.line, "goods"))}
		}
		c.take()
	}
	if len(c.text) == len(key) {
		return piece{}, io.EOF
	}
	p.text = c.text
	return p, nil
}

// gap passes over empty lines and, at the beginning, the version of YAML and the
// mark of a document.
func (c *cutter) gap() error {
	for {
		next, err := c.peek()
		if err != nil {
			return err
		}
		opening := !c.started && marker(next) && next[0] == '-' && empty(next[3:])
		if !empty(next) && !opening && (c.started || !yamlVersion.Match(next)) {
			return nil
		}
		c.started = c.started || opening
		c.pass()
	}
}

// yamlVersion is the directive at the beginning of a text that names a version
// of YAML; the library knows 1.1 alone, and reads 1.2 as well.
var yamlVersion = regexp.MustCompile(`^(?:[ \t]*(?:#.*)?\r?\n)*%YAML +1\.([12])[ \t\r]*(?:\n|$)`)

// keyStart tells whether a line begins with an ordinary key, not with an
// indicator of YAML or a blank.
func keyStart(line []byte) bool {
	return bytes.IndexByte([]byte("?:{}[],&*!|>%@` \t"), line[0]) < 0 && !dashAt(line, 0) && !marker(line)
}

// continues tells whether a line can't begin a key of the root.
func continues(line []byte) bool {
	return line[0] == ' ' || line[0] == '\t' || empty(line)
}
