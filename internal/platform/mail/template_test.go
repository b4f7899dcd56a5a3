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
	template := mail.NewTemplate("test", `{{.Name}}`, `
{{define "each"}}[{{.}}]
{{end}}{{$all := .List}}{{if .Name}}if {{.Name}}
{{else}}none
{{end}}{{range $i, $v := $all}}{{$i}} {{$v | up}} {{template "each" $v}}{{else}}empty
{{end}}{{with .Name}}with {{.}}
{{end}}{{with .None}}{{else}}without {{$.Name}}
{{end}}{{printf "%s" .Name}}
`, `<p>{{.Name}}</p>{{range .List}}<b>{{. | up}}</b>{{end}}`, map[string]any{"up": strings.ToUpper})
	got, err := template.Render(map[string]any{
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
		"subject": mail.NewTemplate("test", bad, "", "", nil),
		"text":    mail.NewTemplate("test", "", bad, "", nil),
		"html":    mail.NewTemplate("test", "", "", bad, nil),
	} {
		if _, err := template.Render(struct{ Name string }{"x"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a template that can't be parsed")
		}
	}()
	mail.NewTemplate("test", "{{", "", "", nil)
}
