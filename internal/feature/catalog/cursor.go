package catalog

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"strconv"
)

// Sort is an order of offers.
type Sort string

// The orders. A search is by relevance when nothing is said, and other lists are
// by id.
const (
	SortID        Sort = ""
	SortRelevance Sort = "relevance" // in stock first, then the shortest name
	SortPrice     Sort = "price"
	SortPriceDown Sort = "-price"
	SortName      Sort = "name"
	SortNewest    Sort = "newest"
)

// Sorts are those that can be asked for.
var Sorts = []Sort{SortRelevance, SortPrice, SortPriceDown, SortName, SortNewest}

// position is where a page ended. Buyers have it as an opaque text, in the order
// of ids as the id alone.
type position struct {
	Of     uint64 // what was asked for
	ID     int64  // the last offer
	Number int64  // its price, or the length of its name
	Text   string // its name
	Late   bool   // it was not in stock
	Way    way    // by which the first page was read
	Span   int64  // how many of the shortest spans are looked through at a time, when it was streamed
	Search string // what was searched instead
}

// cursor writes a position for the page after it.
func (f *Filter) cursor(p position) string {
	if f.plain() {
		return strconv.FormatInt(p.ID, 10)
	}
	p.Of = f.hash()
	text, err := json.Marshal(p)
	if err != nil {
		return "" // of numbers and texts: it always can be written
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// position reads back where the page before ended; BadCursor.
func (f *Filter) position() (p position, err error) {
	switch {
	case f.Cursor == "":
		return position{}, nil
	case f.plain():
		p.ID, err = strconv.ParseInt(f.Cursor, 10, 64)
	default:
		var text []byte
		if text, err = base64.RawURLEncoding.Strict().DecodeString(f.Cursor); err == nil {
			err = json.Unmarshal(text, &p)
		}
		if p.Of != f.hash() {
			return position{}, BadCursor
		}
	}
	if err != nil || p.ID < 1 {
		return position{}, BadCursor
	}
	return p, nil
}

// plain tells whether the id says where a page ended: in whatever filter, it can
// be nothing else.
func (f *Filter) plain() bool { return f.sort() == SortID && f.Search == "" }

// sort is the order that is meant.
func (f *Filter) sort() Sort {
	switch {
	case f.Sort == "" && f.Search != "":
		return SortRelevance
	case f.Sort == SortRelevance && f.Search == "":
		return SortID
	}
	return f.Sort
}

// hash is of all that chooses and orders the offers.
func (f *Filter) hash() uint64 {
	same := *f
	same.Cursor, same.Limit, same.Sort = "", 0, f.sort()
	text, err := json.Marshal(same)
	if err != nil {
		return 0 // of numbers and texts: it always can be written
	}
	return hash(text)
}

func hash(text []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(text)
	return h.Sum64()
}
