package mail_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/mail"
)

// Every printed value stays what it is: text on its line, and no HTML.
func TestTemplate(t *testing.T) {
	t.Parallel()
	template := mail.NewTemplate("test", mail.Words{}, mail.Words{Subject: `{{.Name}}`, Text: `
{{define "each"}}[{{.}}]
{{end}}{{$all := .List}}{{if .Name}}if {{.Name}}
{{else}}none
{{end}}{{range $i, $v := $all}}{{$i}} {{$v | up}} {{template "each" $v}}{{else}}empty
{{end}}{{with .Name}}with {{.}}
{{end}}{{with .None}}{{else}}without {{$.Name}}
{{end}}{{printf "%s" .Name}}
`, HTML: `<p>{{.Name}}</p>{{range .List}}<b>{{. | up}}</b>{{end}}`}, map[string]any{"up": strings.ToUpper})
	got, err := template.Render(mail.English, map[string]any{
		"Name": "a\r\nb", "List": []string{"<i>\n", "c\u2028d\x1b\u0085", "1\u00a0000 ₽"}, "None": "",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != "a  b" {
		t.Errorf("subject %q", got.Subject)
	}
	text := "if a  b\n0 <I>  [<i> ]\n1 C D   [c d  ]\n2 1\u00a0000 ₽ [1\u00a0000 ₽]\nwith a  b\nwithout a  b\na  b\n"
	if diff := cmp.Diff(text, got.Text); diff != "" {
		t.Errorf("text (-want +got)\n%s", diff)
	}
	if !strings.Contains(got.HTML, "<p>a\r\nb</p><b>&lt;I&gt;\n</b>") || !strings.HasPrefix(got.HTML, "<!doctype html>") {
		t.Errorf("html %s", got.HTML)
	}
}

func TestTemplateFails(t *testing.T) {
	t.Parallel()
	const bad = `{{.Name.Gone}}`
	for name, template := range map[string]*mail.Template{
		"subject": mail.NewTemplate("test", mail.Words{Subject: bad}, mail.Words{}, nil),
		"text":    mail.NewTemplate("test", mail.Words{Text: bad}, mail.Words{}, nil),
		"html":    mail.NewTemplate("test", mail.Words{HTML: bad}, mail.Words{}, nil),
	} {
		if _, err := template.Render(mail.Russian, struct{ Name string }{"x"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, c := range [][2]mail.Words{{{Subject: "{{"}, {}}, {{}, {Text: "{{"}}, {{}, {HTML: "{{"}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v can't be parsed", c)
				}
			}()
			mail.NewTemplate("test", c[0], c[1], nil)
		}()
	}
}

// A letter is in the language asked for, and in Russian when it has none.
func TestTemplateSpeaks(t *testing.T) {
	t.Parallel()
	template := mail.NewTemplate("test", mail.Words{Subject: "Заказ", Text: "{{hello lang}}", HTML: "<p>Заказ</p>"},
		mail.Words{Subject: "Order", Text: "{{hello lang}}", HTML: "<p>Order</p>"},
		map[string]any{"hello": func(lang string) string { return map[string]string{"ru": "Привет", "en": "Hello"}[lang] }})
	for lang, want := range map[string][3]string{
		"ru": {"Заказ", "Привет", "ru"}, "": {"Заказ", "Привет", "ru"}, "de": {"Заказ", "Привет", "ru"}, "en": {"Order", "Hello", "en"},
	} {
		got, err := template.Render(lang, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Subject != want[0] || got.Text != want[1] ||
			!strings.Contains(got.HTML, `<html lang="`+want[2]+`">`) || !strings.Contains(got.HTML, "<p>"+want[0]+"</p>") {
			t.Errorf("%q: %+v", lang, got)
		}
	}
}
