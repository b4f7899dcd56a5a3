package reading

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var errDirectory = errors.New("the directory of the archive is too long")

// OpenZip reads the names of a ZIP, and no more than maxDirectory of it.
func OpenZip(source Source, size int64) (*zip.Reader, error) {
	bounded := &boundedAt{source: source, left: maxDirectory}
	archive, err := zip.NewReader(bounded, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, tooManyEntries()
	case errors.Is(err, zip.ErrInsecurePath): // names are never used as paths
	case err != nil:
		return nil, BadArchive.Saying("Архив ZIP повреждён или обрывается: загрузите файл заново",
			"The ZIP archive is damaged or cut: upload the file again").Because(err)
	}
	bounded.left = -1
	return archive, nil
}

func tooManyEntries() error {
	return TooLarge.Saying(fmt.Sprintf("В архиве больше %d файлов", maxEntries), fmt.Sprintf("The archive has more than %d files", maxEntries))
}

// boundedAt fails after so many bytes, unless what is left is negative.
type boundedAt struct {
	source io.ReaderAt
	left   int
}

func (b *boundedAt) ReadAt(p []byte, at int64) (int, error) {
	n, err := b.source.ReadAt(p, at)
	if b.left < 0 {
		return n, err
	}
	if b.left -= n; b.left < 0 {
		b.left = 0
		return 0, errDirectory
	}
	return n, err
}

// zip unpacks the files of an archive that may be lists.
func (u *unpacker) zip(f file) ([]file, error) {
	archive, err := OpenZip(f.source, f.size)
	if err != nil {
		return nil, err
	}
	if len(archive.File) > maxEntries {
		return nil, tooManyEntries()
	}
	var files []file
	for _, entry := range archive.File {
		if beside(entry.Name) {
			continue
		}
		name := entryName(entry)
		switch {
		case entry.Flags&1 != 0:
			return nil, Unsupported.Saying("Архив зашифрован («"+name+"»): упакуйте прайс-лист без пароля",
				"The archive is encrypted (\""+name+"\"): pack the list without a password")
		case entry.Method != zip.Store && entry.Method != zip.Deflate:
			return nil, Unsupported.Saying(
				fmt.Sprintf("Файл «%s» сжат способом %s: упакуйте прайс-лист обычным ZIP", name, methodName(entry.Method)),
				fmt.Sprintf("The file %q is packed by the method %s: pack the list as an ordinary ZIP", name, methodName(entry.Method)))
		}
		one, err := u.entry(entry, name)
		if err != nil {
			return nil, err
		}
		files = append(files, one)
	}
	if len(files) == 0 {
		return nil, BadArchive.Saying("В архиве нет прайс-листа", "The archive holds no price list")
	}
	return files, nil
}

func (u *unpacker) entry(entry *zip.File, name string) (file, error) {
	unpacked, err := entry.Open()
	if err != nil {
		return file{}, badArchive(err)
	}
	defer func() { _ = unpacked.Close() }()
	return u.take(unpacked, name)
}

// methodNames are ways of packing that are met in the wild.
var methodNames = map[uint16]string{
	1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZIP2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES",
}

func methodName(method uint16) string {
	if name, known := methodNames[method]; known {
		return name
	}
	return fmt.Sprint(method)
}

// entryName is a name for people: without folders, in UTF-8, short.
func entryName(entry *zip.File) string {
	name := entry.Name
	if !utf8.ValidString(name) { // what Windows writes, without saying so
		if decoded, err := charmap.CodePage866.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	return excerpt(path.Base(strings.ReplaceAll(name, `\`, "/")))
}

// noLists are the extensions of what lies beside a list in an archive.
var noLists = []string{
	".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg", ".tif", ".tiff", ".ico",
	".pdf", ".doc", ".docx", ".rtf", ".url", ".lnk", ".ini", ".db", ".ds_store",
}

// beside tells a folder, a picture and the like, which are passed over.
func beside(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || len(base) > 1 && base[0] == '.' || strings.HasPrefix(name, "__macosx/") ||
		slices.Contains(noLists, path.Ext(base))
}
