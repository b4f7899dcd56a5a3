package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// peakHeap reads a list and returns how much the heap holds at most, looked at
// now and then, beyond what it held before.
func peakHeap(t *testing.T, data []byte, goods int) uint64 {
	t.Helper()
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, peak := held(), uint64(0)
	r, err := Open(bytes.NewReader(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows%(goods/10) == 0 {
			peak = max(peak, held())
		}
	}
	if rows != goods || r.Failed() {
		t.Fatalf("%d rows, problems %v", rows, r.Problems())
	}
	return peak - min(before, peak)
}

func TestMemoryDoesNotGrowWithJSON(t *testing.T) {
	var text bytes.Buffer
	text.WriteString(`{"categories": [{"id": 1, "name": "Одна"}], "goods": [`)
	const goods = 30_000
	for i := range goods {
		if i > 0 {
			text.WriteString(",\n")
		}
		fmt.Fprintf(&text, `{"id": %d, "category": 1, "name": "Чайник номер %d", "price": 10.5, "quantity": 5,`+
			`"parameters": {"Цвет": "белый", "Объём": 1.7}}`, i, i)
	}
	text.WriteString("]}")
	if heap := peakHeap(t, text.Bytes(), goods); heap > 20<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}

func jsonGoods(n int, one string) []byte {
	goods := make([]string, n)
	for i := range goods {
		goods[i] = strings.ReplaceAll(one, "@", fmt.Sprint(i))
	}
	return []byte(`{"categories": [{"id": 1, "name": "Одна"}], "goods": [` + strings.Join(goods, ",\n") + "]}")
}

func TestLimitOfBytes(t *testing.T) {
	t.Parallel()
	data := jsonGoods(3, `{"id": @, "category": 1, "name": "Имя", "price": 1, "quantity": 1}`)
	if _, _, err := drain(data, Options{Bytes: int64(len(data))}); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, _, err := drain(data, Options{Bytes: int64(len(data)) - 1}); !errors.Is(err, TooLarge) {
		t.Errorf("above the limit: %v", err)
	}
}

func TestLimitOfRows(t *testing.T) {
	t.Parallel()
	data := jsonGoods(3, `{"id": @, "category": 1, "name": "Имя", "price": 1, "quantity": 1}`)
	if rows, _, err := drain(data, Options{Rows: 3}); err != nil || len(rows) != 3 {
		t.Errorf("at the limit: %d rows, %v", len(rows), err)
	}
	rows, _, err := drain(data, Options{Rows: 2})
	if !errors.Is(err, TooLarge) || len(rows) != 2 {
		t.Errorf("above the limit: %d rows, %v", len(rows), err)
	}
}

func TestTooManyErrorsStopReading(t *testing.T) {
	t.Parallel()
	// Two errors in each good; no syntax after them is looked at.
	data := append(jsonGoods(700, `{"id": @, "category": 1, "quantity": 1}`), "garbage"...)
	_, r, err := drain(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := r.Problems()
	if last := list[len(list)-1]; len(list) != maxProblems+1 || last.Code != "too_many_problems" || last.Line != 500 {
		t.Errorf("%d problems, the last %+v", len(list), last)
	}
}

func TestWarningsDoNotStopReading(t *testing.T) {
	t.Parallel()
	rows, r, err := drain(jsonGoods(1_500, `{"id": @, "category": 1, "name": "Имя", "price": 1}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := r.Problems()
	last := list[len(list)-1]
	if len(rows) != 1_500 || r.Failed() || len(list) != maxProblems+1 || last.Text.EN != "Further warnings: 500" {
		t.Errorf("%d rows, %d problems, the last %+v", len(rows), len(list), last)
	}
}

func TestLimitsOfValues(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ы", n) }
	many := func(n int, one string) string {
		return strings.TrimSuffix(strings.Repeat(one+",", n), ",")
	}
	parameters := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`"p%d": %d`, i, i))
		}
		return "{" + strings.Join(all, ",") + "}"
	}
	for _, c := range []struct {
		name, fits, breaks, code string
	}{
		{"id", `"id": "` + long(100) + `"`, `"id": "` + long(101) + `"`, "too_long"},
		{"name", `"name": "` + long(500) + `"`, `"name": "` + long(501) + `"`, "too_long"},
		{"model", `"model": "` + long(255) + `"`, `"model": "` + long(256) + `"`, "too_long"},
		{"description", `"description": "` + long(20000) + `"`, `"description": "` + long(20001) + `"`, "too_long"},
		{"parameter name", `"parameters": {"` + long(100) + `": 1}`, `"parameters": {"` + long(101) + `": 1}`, "parameter_name_too_long"},
		{"parameter value", `"parameters": {"a": "` + long(1000) + `"}`, `"parameters": {"a": "` + long(1001) + `"}`, "parameter_value_too_long"},
		{"parameters", `"parameters": ` + parameters(500), `"parameters": ` + parameters(501), "too_many_parameters"},
		{"pictures", `"pictures": [` + many(50, `"http://a/b"`) + `]`, `"pictures": [` + many(51, `"http://a/b"`) + `]`, "too_many_pictures"},
		{"price", `"price": 100000000000`, `"price": 100000000000.01`, "price_too_high"},
		{"quantity", `"quantity": 1000000000`, `"quantity": 1000000001`, "quantity_too_high"},
		{"nodes", `"x": [` + many(40000, "1") + `]`, `"x": [` + many(50000, "1") + `]`, "value_too_large"},
		{"token", `"x": "` + long(maxToken/4) + `"`, `"x": "` + long(maxToken/2+1) + `"`, "value_too_large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			good := map[string]string{"id": `"id": 1`, "name": `"name": "Имя"`, "price": `"price": 1`, "quantity": `"quantity": 1`}
			build := func(with string) []byte {
				delete(good, c.name)
				fields := []string{`"category": 1`, with}
				for _, f := range good {
					fields = append(fields, f)
				}
				return jsonGoods(1, "{"+strings.Join(fields, ",")+"}")
			}
			if rows, r, err := drain(build(c.fits), Options{}); err != nil || len(rows) != 1 {
				t.Errorf("at the limit: %v %v", err, r.Problems())
			}
			rows, r, err := drain(build(c.breaks), Options{})
			if err != nil || len(rows) != 0 || !r.Failed() || r.Problems()[len(r.Problems())-1].Code != c.code {
				t.Errorf("above the limit: %d rows, %v %v", len(rows), err, brief(r.Problems()))
			}
		})
	}
}
