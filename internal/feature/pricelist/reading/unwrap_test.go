package reading

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

// packed is a file of an archive.
type packed struct {
	name string
	data []byte
}

func zipOf(t testing.TB, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		one, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err == nil {
			_, err = one.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWrapped: a list in an archive is what it is without.
func TestWrapped(t *testing.T) {
	t.Parallel()
	picture := packed{"фото/1.jpg", []byte("\xFF\xD8\xFF")}
	for _, name := range []string{"official.yaml", "official.json", "simple.yml", "both.xml"} {
		data := fixture(t, "good/"+name)
		want, plain, err := drain(data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for wrapping, data := range map[string][]byte{
			"gzip":          gzipOf(t, data),
			"zip":           zipOf(t, packed{"прайс.dat", data}),
			"stray files":   zipOf(t, packed{"a/", nil}, picture, packed{"__MACOSX/a/._x.yml", []byte("x")}, packed{"a/readme.txt", []byte("shop: x")}, packed{"a/b/x", data}, packed{".DS_Store", nil}),
			"strange names": zipOf(t, packed{"../../../../zakup-unwrap-test", data}, packed{"/etc/1.png", nil}),
			"no name":       zipOf(t, packed{"", data}),
			"two streams":   append(gzipOf(t, data[:100]), gzipOf(t, data[100:])...),
		} {
			rows, r, err := drain(data, Options{})
			if err != nil {
				t.Errorf("%s, %s: %v", name, wrapping, err)
				continue
			}
			if diff := cmp.Diff(want, rows) + cmp.Diff(plain.Problems(), r.Problems()); diff != "" || r.Format() != plain.Format() {
				t.Errorf("%s, %s: format %s (-plain +wrapped):\n%s", name, wrapping, r.Format(), diff)
			}
			temp := r.wrapped.temp.Name()
			if err := errors.Join(r.Close(), r.Close()); err != nil {
				t.Errorf("%s: %v", wrapping, err)
			}
			if _, err := os.Stat(temp); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: the temporary file is left: %v", wrapping, err)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(os.TempDir(), "..", "zakup-unwrap-test")); err == nil {
		t.Error("a name of an archive was used as a path")
	}
}

func TestArchivesThatAreRefused(t *testing.T) {
	list := []byte(plainYAML)
	whole := zipOf(t, packed{"list.yaml", list})
	encrypted := bytes.Clone(whole)
	encrypted[6] |= 1
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	method := bytes.Clone(whole)
	binary.LittleEndian.PutUint16(method[8:], 14)
	binary.LittleEndian.PutUint16(method[bytes.Index(method, []byte("PK\x01\x02"))+10:], 14)
	damaged := bytes.Clone(whole)
	damaged[60] ^= 0x55
	lying := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(lying[bytes.Index(lying, []byte("PK\x01\x02"))+24:], 5)
	var many []packed
	for i := range maxEntries + 1 {
		many = append(many, packed{fmt.Sprint(i, ".jpg"), nil})
	}
	var crowd []packed
	for i := range 30_000 {
		crowd = append(crowd, packed{fmt.Sprintf("%060d.jpg", i), nil})
	}
	zeros := bytes.Repeat([]byte{' '}, freeRatio+1)
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	for name, c := range map[string]struct {
		data []byte
		err  *fault.Error
		says string
	}{
		"a password":        {encrypted, Unsupported, `The archive is encrypted ("list.yaml")`},
		"LZMA":              {method, Unsupported, `The file "list.yaml" is packed by the method LZMA`},
		"a flipped bit":     {damaged, BadArchive, ""},
		"a lying size":      {lying, BadArchive, ""},
		"a cut zip":         {whole[:len(whole)-10], BadArchive, "damaged or cut"},
		"a cut gzip":        {gzipOf(t, list)[:40], BadArchive, "ends too early"},
		"garbage":           {[]byte("\x1f\x8b\x08garbage......."), BadArchive, ""},
		"an empty zip":      {zipOf(t), BadArchive, "holds no price list"},
		"pictures alone":    {zipOf(t, packed{"1.jpg", nil}), BadArchive, "holds no price list"},
		"a zip in a zip":    {zipOf(t, packed{"a.zip", whole}), Unsupported, "An archive inside of an archive"},
		"a gzip in a zip":   {zipOf(t, packed{"a.gz", gzipOf(t, list)}), Unsupported, "An archive inside of an archive"},
		"a zip in a gzip":   {gzipOf(t, whole), Unsupported, "An archive inside of an archive"},
		"a gzip in a gzip":  {gzipOf(t, gzipOf(t, list)), Unsupported, "An archive inside of an archive"},
		"several lists":     {zipOf(t, packed{"a.yaml", list}, packed{"b/b.yml", fixture(t, "good/simple.yml")}), Unsupported, "several price lists: a.yaml, b.yml"},
		"several tables":    {zipOf(t, packed{"a.txt", list}, packed{"b.txt", list}), Unsupported, "several price lists: a.txt, b.txt"},
		"no list":           {zipOf(t, packed{"a.html", []byte("<html>")}, packed{"b.html", []byte("<html>")}), Unsupported, "an HTML page"},
		"a bomb in a gzip":  {gzipOf(t, zeros), TooLarge, "200 times larger"},
		"a bomb in a zip":   {zipOf(t, packed{"a", zeros}), TooLarge, "200 times larger"},
		"many small bombs":  {zipOf(t, packed{"a", zeros[:freeRatio/2]}, packed{"b", zeros[:freeRatio/2]}, packed{"c", zeros[:5]}), TooLarge, "200 times larger"},
		"too many files":    {zipOf(t, many...), TooLarge, "more than 1000 files"},
		"a huge directory":  {zipOf(t, crowd...), TooLarge, "more than 1000 files"},
		"an empty file":     {gzipOf(t, nil), Empty, ""},
		"a picture in gzip": {gzipOf(t, []byte("\x89PNG\r\n")), Unsupported, "a picture"},
	} {
		_, _, err := drain(c.data, Options{})
		if !errors.Is(err, c.err) || !strings.Contains(fault.As(err).Text.EN, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	huge := zipOf(t, crowd...)
	if _, err := OpenZip(bytes.NewReader(huge), int64(len(huge))); !errors.Is(err, TooLarge) {
		t.Errorf("the names of a huge directory are read: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v %v", left, err)
	}
}

// TestDocumentsOfOneList: CommerceML in several documents of one archive, in any
// order and under any names, is what it is in one.
func TestDocumentsOfOneList(t *testing.T) {
	t.Parallel()
	const (
		types = `<ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Опт</Наименование><Валюта>руб</Валюта></ТипЦены>` +
			`<ТипЦены><Ид>r</Ид><Наименование>Розница</Наименование></ТипЦены></ТипыЦен>`
		price = `<Цены><Цена><ИдТипаЦены>r</ИдТипаЦены><ЦенаЗаЕдиницу>3</ЦенаЗаЕдиницу></Цена>` +
			`<Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>2</ЦенаЗаЕдиницу></Цена></Цены>`
	)
	classifier := packed{"import___1.xml", cmlFile(`<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>Одна</Наименование></Группа></Группы>` + types + `</Классификатор>`)}
	goods := packed{"webdata/import___2.xml", cmlFile(cmlCatalog("",
		`<Ид>a</Ид><Наименование>Первый</Наименование><Группы><Ид>1</Ид></Группы>`,
		`<Ид>b</Ид><Наименование>Второй</Наименование><Группы><Ид>1</Ид></Группы>`))}
	names := packed{"offers___3.xml", cmlFile(cmlOffers("", `<Ид>a#1</Ид><Наименование>Первый (1)</Наименование>`, `<Ид>b</Ид><Наименование>Второй</Наименование>`))}
	prices := packed{"prices___4.xml", cmlFile(cmlOffers("", `<Ид>a#1</Ид>`+price, `<Ид>b</Ид>`+price))}
	rests := packed{"rests___5.xml", cmlFile(cmlOffers("", `<Ид>b</Ид>`+cmlStock, `<Ид>a#1</Ид>`+cmlStock))}
	picture := packed{"import_files/1.jpg", nil}
	row := func(id, name string) Row {
		return Row{
			Line: 1, ExternalID: id, Category: "Одна", Name: name, Price: 200, HasPrice: true, PriceRRC: 300, HasRRC: true,
			Quantity: 1, HasQuantity: true,
		}
	}
	want := []Row{row("a#1", "Первый (1)"), row("b", "Второй")}
	for _, order := range [][]packed{
		{classifier, goods, names, prices, rests},
		{rests, prices, names, goods, classifier},
		{picture, prices, goods, classifier, rests, names},
	} {
		rows, r, err := drain(zipOf(t, order...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rows); diff != "" || r.Failed() || r.Partial() || r.Format() != CommerceML {
			t.Errorf("partial %v, %v, rows (-want +got):\n%s", r.Partial(), brief(r.Problems()), diff)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		files []packed
		rows  []Row
	}{
		"prices and stock": {[]packed{classifier, prices, rests}, []Row{
			{Line: 1, ExternalID: "a#1", Price: 200, HasPrice: true, PriceRRC: 300, HasRRC: true, Quantity: 1, HasQuantity: true},
			{Line: 1, ExternalID: "b", Price: 200, HasPrice: true, PriceRRC: 300, HasRRC: true, Quantity: 1, HasQuantity: true},
		}},
		"stock": {[]packed{rests, classifier}, []Row{
			{Line: 1, ExternalID: "b", Quantity: 1, HasQuantity: true}, {Line: 1, ExternalID: "a#1", Quantity: 1, HasQuantity: true},
		}},
	} {
		rows, r, err := drain(zipOf(t, c.files...), Options{})
		if err != nil || r.Failed() || !r.Partial() {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.rows, rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, _, err := drain(zipOf(t, goods, names, classifier), Options{}); !errors.Is(err, NoPrices) {
		t.Errorf("without prices: %v", err)
	}
	cut := rests
	cut.data = cut.data[:len(cut.data)-30]
	if _, r, err := drain(zipOf(t, classifier, goods, names, prices, cut), Options{}); err == nil && !r.Failed() {
		t.Error("a cut document is taken for a whole one")
	}
}

// FuzzArchive: no archive panics, hangs or leaves a file behind.
func FuzzArchive(f *testing.F) {
	yml := fixture(f, "good/simple.yml")
	f.Add(gzipOf(f, yml))
	f.Add(zipOf(f, packed{"a.yml", yml}))
	f.Add(zipOf(f, packed{"import.xml", fixture(f, "good/both.xml")}, packed{"offers.xml", fixture(f, "good/offers.xml")}))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, r, err := drain(data, Options{})
		if err != nil {
			return
		}
		checkRows(t, rows)
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}
