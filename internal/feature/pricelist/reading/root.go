package reading

import (
	"errors"
	"io"
)

// document is one pass over a file: the keys of its root, in their order. After
// next the value of the key is taken by value, or by skip, or one element after
// another by item.
//
// Their errors: io.EOF, a *brokenError (the file can't be read on), a fault, or
// a failure of the source.
type document interface {
	// next moves to the next key; io.EOF at the end of a complete document.
	next() (key string, line int, err error)
	value() (*value, error)
	skip() error
	// item returns the next element of the list that the key holds; io.EOF
	// after the last, errNull and errNotList when there is no list.
	item() (*value, error)
}

var (
	errNull    = errors.New("null in place of a list")
	errNotList = errors.New("not a list")
)

// seekGoods reads the keys of the root until goods can be read; io.EOF when
// there are none left.
func (r *Reader) seekGoods() error {
	for {
		key, line, err := r.doc.next()
		if errors.Is(err, io.EOF) {
			return r.rootEnd()
		}
		if err != nil {
			return err
		}
		if r.second {
			if key == "goods" {
				r.inGoods = true
				return nil
			}
			if err := r.doc.skip(); err != nil {
				return err
			}
			continue
		}
		if first, twice := r.keys[key]; twice {
			if key == "id" {
				return broken(noteRoot.at(line, "")) // a bare list of goods
			}
			return broken(noteDuplicateKey.at(line, key, key, first))
		}
		if len(r.keys) == maxRootKeys {
			return broken(noteTooManyRootKeys.at(line, "", maxRootKeys))
		}
		r.keys[key] = line
		if err := r.rootKey(key, line); err != nil || r.inGoods {
			return err
		}
	}
}

func (r *Reader) rootKey(key string, line int) error {
	switch key {
	case "goods":
		r.goodsLine = line
		if r.partial && r.categories == nil {
			r.categories = &categories{}
		}
		if r.categories == nil {
			r.postponed = true
			return r.doc.skip()
		}
		r.inGoods = true
		return nil
	case "categories":
		return r.readCategories(line)
	case "shop":
		return r.headText(key, &r.head.Shop)
	case "url":
		return r.headText(key, &r.head.URL)
	case "currency":
		return r.currencyKey(line)
	case "partial":
		return r.partialKey(line)
	case "openapi", "swagger":
		return unsupported("описание API (OpenAPI)", "an API description (OpenAPI)")
	}
	return r.doc.skip()
}

// rootEnd is called when the root has no more keys.
func (r *Reader) rootEnd() error {
	if _, has := r.keys["goods"]; !has {
		for _, key := range []string{"products", "offers", "items", "товары"} {
			if line, has := r.keys[key]; has {
				return broken(noteOtherKey.at(line, key, key))
			}
		}
		return broken(noteNoGoods.at(1, "goods"))
	}
	if !r.postponed {
		return io.EOF
	}
	if r.categories == nil {
		r.problems.add(noteNoCategories.at(1, "categories"))
		r.categories = &categories{incomplete: true}
	}
	r.postponed, r.second = false, true
	return r.begin()
}

// headText reads a text about the sender, for information only.
func (r *Reader) headText(key string, to *string) error {
	v, err := r.doc.value()
	if err != nil {
		return err
	}
	switch {
	case v.kind == nullKind:
	case !v.scalar() || hasNUL(v.text) || longer(clean(v.text), maxHead):
		r.problems.add(noteHeadIgnored.at(v.line, key, maxHead))
	default:
		*to = clean(v.text)
	}
	return nil
}

// currencyKey reads the currency of goods that name none.
func (r *Reader) currencyKey(line int) error {
	v, err := r.doc.value()
	if err != nil || v.kind == nullKind {
		return err
	}
	code, ok := parseCurrency(v.text)
	if !ok || !v.scalar() {
		return broken(noteCurrencyUnknown.at(line, "currency", v.text))
	}
	r.listCurrency, r.saidCurrency = code, true
	return nil
}

// partialKey reads whether the list has changes alone. It is to stand before goods.
func (r *Reader) partialKey(line int) error {
	v, err := r.doc.value()
	if err != nil || v.kind == nullKind {
		return err
	}
	if v.kind != boolKind {
		return broken(notePartialFlag.at(line, "partial"))
	}
	r.partial = v.text == "true"
	return nil
}
