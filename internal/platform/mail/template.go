package mail

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"strings"
	texttemplate "text/template"
	"text/template/parse"
	"unicode"
)

// Words are what letters of one kind say in one language: the subject, the
// text, and the HTML of the same content, which gets the frame that all letters
// share.
type Words struct{ Subject, Text, HTML string }

// Template writes letters of one kind. What people named stays a value: HTML in
// it is shown, line breaks in it make no lines.
type Template struct{ ru, en *words }

// words are parsed Words.
type words struct {
	subject, text *texttemplate.Template
	html          *htmltemplate.Template
}

// frame is readable at a phone's width and without pictures or style sheets. A
// table of the class goods has cells i (number), name, q (quantity), p (price) and
// s (sum); on a phone each row of it is the name above "q × p = s".
const frame = `<!doctype html>
<html lang="{{lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{margin:0;padding:16px;background:#f4f5f7;color:#1d2430;font:16px/1.5 -apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{overflow-wrap:anywhere;max-width:720px;margin:0 auto;padding:24px;background:#fff;border-radius:8px}
h1{margin:0 0 16px;font-size:22px;line-height:1.3}
table{width:100%;border-collapse:collapse;font-size:14px}
th,td{padding:8px 4px;border-bottom:1px solid #e1e4ea;text-align:left;vertical-align:top}
th{color:#5a6475;font-weight:600}
.n{text-align:right;white-space:nowrap}
.total td{border-bottom:0;font-weight:700}
.code{padding:12px 16px;background:#f4f5f7;border-radius:6px;font:18px/1.4 ui-monospace,Menlo,Consolas,monospace;word-break:break-all}
.dim{color:#5a6475;font-size:14px}
h2{margin:20px 0 4px;font-size:16px}
.all{font-size:18px;font-weight:700}
@media(max-width:480px){
body{padding:0}
main{padding:16px;border-radius:0}
.goods,.goods tbody{display:block}
.goods tr{display:flex;flex-wrap:wrap;padding:8px 0;border-bottom:1px solid #e1e4ea}
.goods tr.head{display:none}
.goods tr.total{justify-content:space-between;border-bottom:0}
.goods td,.goods th{padding:0;border:0}
.goods .name{flex:0 0 100%}
.goods .i{flex:0 0 28px;text-align:left}
.goods .i+.name{flex-basis:calc(100% - 28px)}
.goods .q::after{content:" ×";white-space:pre}
.goods .p{margin-left:4px}
.goods .s{margin-left:auto}
}
</style></head><body><main>
`

const frameEnd = "</main></body></html>\n"

// NewTemplate parses a template and panics when it is wrong, at start. The words
// may call funcs, and lang for their own language.
func NewTemplate(name string, ru, en Words, funcs map[string]any) *Template {
	return &Template{ru: newWords(name, Russian, ru, funcs), en: newWords(name, English, en, funcs)}
}

func newWords(name, lang string, w Words, funcs map[string]any) *words {
	own := maps.Clone(funcs)
	if own == nil {
		own = map[string]any{}
	}
	own["lang"] = func() string { return lang }
	return &words{
		subject: newText(name, w.Subject, own),
		text:    newText(name, w.Text, own),
		html:    htmltemplate.Must(htmltemplate.New(name).Funcs(own).Parse(frame + strings.TrimLeft(w.HTML, "\n") + frameEnd)),
	}
}

// newText does for texts what html/template does for HTML: every value that is
// printed is escaped, here to stay on its line.
func newText(name, text string, funcs map[string]any) *texttemplate.Template {
	t := texttemplate.Must(texttemplate.New(name).Funcs(map[string]any{"oneLine": flat}).Funcs(funcs).Parse(text))
	for _, part := range t.Templates() {
		keepLines(part.Root)
	}
	return t
}

// flat makes blanks of the characters that begin a line or steer a terminal.
func flat(value any) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, fmt.Sprint(value))
}

// keepLines sends all that the node prints through flat.
func keepLines(node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				keepLines(child)
			}
		}
	case *parse.IfNode:
		keepLines(n.List)
		keepLines(n.ElseList)
	case *parse.RangeNode:
		keepLines(n.List)
		keepLines(n.ElseList)
	case *parse.WithNode:
		keepLines(n.List)
		keepLines(n.ElseList)
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
				NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier("oneLine").SetPos(n.Pos)},
			})
		}
	}
}

// Render writes the letter about data, in English or else in Russian.
func (t *Template) Render(lang string, data any) (Letter, error) {
	w := t.ru
	if lang == English {
		w = t.en
	}
	var subject, text, html bytes.Buffer
	if err := w.subject.Execute(&subject, data); err != nil {
		return Letter{}, fmt.Errorf("mail: subject: %w", err)
	}
	if err := w.text.Execute(&text, data); err != nil {
		return Letter{}, fmt.Errorf("mail: text: %w", err)
	}
	if err := w.html.Execute(&html, data); err != nil {
		return Letter{}, fmt.Errorf("mail: html: %w", err)
	}
	return Letter{Subject: subject.String(), Text: strings.TrimLeft(text.String(), "\n"), HTML: html.String()}, nil
}
