package reading

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"zakup/internal/platform/fault"
	"zakup/internal/platform/spool"
)

// BadArchive is a ZIP or a GZIP that can't be unpacked; the sentence says why.
var BadArchive = fault.New(fault.Invalid, "price_list_archive",
	"Архив с прайс-листом не распаковывается", "The archive with the price list can't be unpacked")

// Limits of what is unpacked, whatever an archive says of itself.
const (
	maxUnpacked = 1 << 30 // bytes, of all files together
	maxEntries  = 1_000
	// maxRatio is how many times larger than the archive its contents may be,
	// from freeRatio bytes on: lists are packed 10 to 60 times, bombs 1,000.
	maxRatio  = 200
	freeRatio = 64 << 20
	// maxDirectory is how much of a ZIP is read to learn the names in it, in bytes.
	maxDirectory = 2 << 20
)

// file is a list as it is, out of its wrapping.
type file struct {
	name   string // in the archive, "" when there was none
	source Source
	size   int64
}

// wrapping is what a source turned out to be: itself, or files of an archive.
type wrapping struct {
	files []file
	temp  *spool.File // where they are unpacked; nil when nothing was
}

func (w *wrapping) close() error {
	if w.temp == nil {
		return nil
	}
	err := w.temp.Close()
	if gone := os.Remove(w.temp.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	w.temp = nil
	return err
}

// unwrap unpacks one layer of GZIP or ZIP into a temporary file of its own; of a
// ZIP the files that may be lists. A workbook is a ZIP too, but not unpacked.
func unwrap(source Source, size int64) (*wrapping, error) {
	seen := &witness{Source: source}
	w := &wrapping{files: []file{{source: source, size: size}}}
	kind, err := layerOf(file{source: seen, size: size})
	if err == nil && kind != noLayer {
		err = w.unpack(file{source: seen, size: size}, kind)
	}
	if seen.failure != nil {
		err = fmt.Errorf("reading the price list: %w", seen.failure)
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *wrapping) unpack(f file, kind layer) (err error) {
	if w.temp, err = spool.New("zakup-list-*"); err != nil {
		return fmt.Errorf("unpacking the price list: %w", err)
	}
	u := unpacker{to: w.temp.File, packed: f.size}
	if kind == gzipLayer {
		w.files, err = u.gzip(f.source)
	} else {
		w.files, err = u.zip(f)
	}
	if err != nil {
		return err
	}
	for _, inner := range w.files {
		if kind, err := layerOf(inner); err != nil {
			return err
		} else if kind != noLayer {
			return Unsupported.Saying("Архив внутри архива не читается: упакуйте прайс-лист один раз",
				"An archive inside of an archive is not read: pack the list once")
		}
	}
	return nil
}

type layer int

const (
	noLayer layer = iota
	gzipLayer
	zipLayer
)

// layerOf tells how a file is packed.
func layerOf(f file) (layer, error) {
	head := make([]byte, 4)
	n, err := f.source.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return noLayer, fmt.Errorf("reading the price list: %w", err)
	}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzipLayer, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		workbook, err := isWorkbook(f)
		if err != nil || workbook {
			return noLayer, err
		}
		return zipLayer, nil
	}
	return noLayer, nil
}

// isWorkbook tells a workbook of Excel from any other ZIP.
func isWorkbook(f file) (bool, error) {
	archive, err := OpenZip(f.source, f.size)
	if err != nil {
		return false, err
	}
	for _, entry := range archive.File {
		if entry.Name == "xl/workbook.xml" || entry.Name == "xl/workbook.bin" {
			return true, nil
		}
	}
	return false, nil
}

// unpacker writes what it unpacks to one file, one after another.
type unpacker struct {
	to      *os.File
	packed  int64 // size of the archive
	written int64
}

func (u *unpacker) gzip(source Source) ([]file, error) {
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("going to the beginning of the price list: %w", err)
	}
	unpacked, err := gzip.NewReader(source)
	if err != nil {
		return nil, badArchive(err)
	}
	f, err := u.take(unpacked, "")
	return []file{f}, err
}

// take unpacks one file.
func (u *unpacker) take(from io.Reader, name string) (file, error) {
	begin := u.written
	most := min(maxUnpacked, max(freeRatio, u.packed*maxRatio))
	n, err := io.Copy(writing{u.to}, io.LimitReader(from, most-begin+1))
	u.written += n
	var failed *writeError
	switch {
	case errors.As(err, &failed):
		return file{}, fmt.Errorf("unpacking the price list: %w", err)
	case err != nil:
		return file{}, badArchive(err)
	case u.written > maxUnpacked:
		return file{}, TooLarge.Saying(
			fmt.Sprintf("Распакованный прайс-лист больше %d МБ", maxUnpacked>>20),
			fmt.Sprintf("The unpacked price list is larger than %d MB", maxUnpacked>>20))
	case u.written > most:
		return file{}, TooLarge.Saying(
			fmt.Sprintf("Содержимое архива больше него самого более чем в %d раз: похоже на архивную бомбу. Пришлите файл без архива", maxRatio),
			fmt.Sprintf("What the archive holds is more than %d times larger than itself, as in a bomb. Send the file unpacked", maxRatio))
	}
	return file{name, io.NewSectionReader(u.to, begin, n), n}, nil
}

// writing tells failures of our own file from those of an archive.
type writing struct{ to io.Writer }

type writeError struct{ error }

func (w *writeError) Unwrap() error { return w.error }

func (w writing) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		err = &writeError{err}
	}
	return n, err
}

// badArchive is what a failure of unpacking is to people.
func badArchive(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return BadArchive.Saying("Архив обрывается: загрузите файл заново", "The archive ends too early: upload the file again")
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, gzip.ErrChecksum):
		return BadArchive.Saying("Архив повреждён: контрольная сумма не совпадает", "The archive is damaged: its checksum is wrong")
	}
	return BadArchive.Because(err)
}

// witness remembers that a source failed, which is no fault of an archive.
type witness struct {
	Source
	failure error
}

func (w *witness) note(n int, err error) (int, error) {
	if err != nil && !errors.Is(err, io.EOF) {
		w.failure = err
	}
	return n, err
}

func (w *witness) Read(p []byte) (int, error) { return w.note(w.Source.Read(p)) }

func (w *witness) ReadAt(p []byte, at int64) (int, error) { return w.note(w.Source.ReadAt(p, at)) }
