package catalog

import (
	"fmt"
	"testing"
)

func TestReadTyped(t *testing.T) {
	for text, want := range map[string]string{
		"6.5": "6.5", "6,5": "6.5", "1 024": "1024", "1 024,5": "1024.5", "12 345 678": "12345678", "256 ГБ": "256 гб", "256ГБ": "256 гб",
		"-5 °C": "-5 °c", "−5": "-5", "50 %": "50 %", "2,5 м2": "2.5 м2", "3 000 об/мин": "3000 об/мин",
		"да": "true", "Есть": "true", "TRUE": "true", "нет": "false", "No": "false",
		"": "", "красный": "", "007": "", "10-12": "", "16:9": "", "1 2": "", "2 в 1": "", "1920x1080": "", "12345678901234567890": "", "4 ядра по 2 ГГц": "",
		"0": "0", "0,5": "0.5", "5.": "",
	} {
		m, got := readTyped(text), ""
		if m.number != nil {
			if got = fmt.Sprintf("%v", *m.number); *m.number >= 1e6 {
				got = fmt.Sprintf("%.0f", *m.number)
			}
			if m.unit != "" {
				got += " " + m.unit
			}
		}
		if m.truth != nil {
			got = fmt.Sprint(*m.truth)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestGuess(t *testing.T) {
	many := make([]string, maxChoices+1)
	for i := range many {
		many[i] = fmt.Sprintf("артикул-%d", i)
	}
	for _, c := range []struct {
		name   string
		values []string
		want   string
	}{
		{"Диагональ (дюйм)", []string{"6.5", "6,1", "5"}, "number дюйм"},
		{"Вес, кг", []string{"1"}, "number кг"},
		{"Память", []string{"256 ГБ", "128 ГБ", "1 ТБ"}, "number гб"},
		{"Цвет (корпуса)", []string{"красный"}, "choice "},
		{"NFC", []string{"да", "нет"}, "boolean "},
		{"NFC", []string{"да", "опция"}, "choice "},
		{"Артикул", many, "text "},
		{"Пусто", nil, "text "},
	} {
		var values []typed
		for _, v := range c.values {
			values = append(values, readTyped(v))
		}
		kind, unit := guess(c.name, values)
		if got := string(kind) + " " + unit; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
