package reading

import (
	"encoding/xml"
	"io"
	"strings"
)

// What is wrong with a good is in elements of these names.
const (
	ymlError = "error"
	cmlError = "Ошибка"
)

// explainXML writes XML.
type explainXML struct{ explainText }

func (x *explainXML) start(file []string) {
	x.write(`<?xml version="1.0" encoding="UTF-8"?>`, "\n")
	for _, text := range file {
		text = onOneLine(text)
		for strings.Contains(text, "--") { // they end a comment
			text = strings.ReplaceAll(text, "--", "- -")
		}
		x.write("<!-- ", text, " -->\n")
	}
}

// text writes a text, in an element or in an attribute.
func (x *explainXML) text(s string) {
	if x.failed == nil {
		x.failed = xml.EscapeText(x.to, []byte(s))
	}
}

func (x *explainXML) element(name, text string) {
	x.write("<", name, ">")
	x.text(text)
	x.write("</", name, ">\n")
}

// field writes a field of a good that has a text.
func (x *explainXML) field(name string, v *value) {
	if v == nil {
		return
	}
	if v.scalar() {
		x.element(name, v.text)
	}
	for _, one := range v.list {
		x.field(name, one)
	}
}

// ymlExplainer writes offers as they are, with all their elements.
type ymlExplainer struct {
	explainXML
	inOffers bool
}

func newYMLExplainer(w io.Writer) explainer {
	return &ymlExplainer{explainXML: explainXML{newExplainText(w)}}
}

func (y *ymlExplainer) begin(file []string) error {
	y.start(file)
	y.write("<yml_catalog>\n<shop>\n")
	return y.failed
}

func (y *ymlExplainer) root(key string, v *value) error {
	switch key {
	case "shop":
		y.leave()
		y.element("name", v.text)
	case "url":
		y.leave()
		y.element("url", v.text)
	case "categories":
		y.leave()
		y.write("<categories>\n")
		for _, c := range v.list {
			y.write(`<category id="`)
			y.text(c.get("id").text)
			y.write(`">`)
			y.text(c.get("name").text)
			y.write("</category>\n")
		}
		y.write("</categories>\n")
	}
	return y.failed
}

func (y *ymlExplainer) leave() {
	if y.inOffers {
		y.inOffers = false
		y.write("</offers>\n")
	}
}

func (y *ymlExplainer) good(doc document, _ *value, texts []string) error {
	d, _ := doc.(*ymlDocument)
	if !y.inOffers {
		y.inOffers = true
		if d.currency != "" {
			y.write(`<currencies><currency id="`)
			y.text(d.currency)
			y.write(`" rate="1"/></currencies>`, "\n")
		}
		if d.partial { // it is seen by their elements
			y.write("<offers>\n")
		} else {
			y.write("<offers ", ymlPart, "=\"true\">\n")
		}
	}
	y.tree(d.offered, texts)
	return y.failed
}

// tree writes an element, and after what is in it what is wrong with it.
func (y *ymlExplainer) tree(e *element, texts []string) {
	y.write("<", e.name)
	for _, a := range e.attributes {
		y.write(" ", a.name, `="`)
		y.text(a.value)
		y.write(`"`)
	}
	y.write(">")
	y.text(e.text)
	for _, inner := range e.inner {
		if texts == nil || inner.name != ymlError {
			y.tree(inner, nil)
		}
	}
	for _, text := range texts {
		y.element(ymlError, text)
	}
	y.write("</", e.name, ">\n")
}

func (y *ymlExplainer) end() error {
	y.leave()
	y.write("</shop>\n</yml_catalog>\n")
	return y.finish()
}

// cmlExplainer writes offers with what is read of them.
type cmlExplainer struct{ explainXML }

func newCMLExplainer(w io.Writer) explainer {
	return &cmlExplainer{explainXML{newExplainText(w)}}
}

func (c *cmlExplainer) begin(file []string) error {
	c.start(file)
	c.write("<", cmlRoot, ` ВерсияСхемы="2.10">`, "\n", `<ПакетПредложений СодержитТолькоИзменения="true">`, "\n<Предложения>\n")
	return c.failed
}

// root writes nothing: offers have no groups.
func (c *cmlExplainer) root(string, *value) error { return c.failed }

func (c *cmlExplainer) good(_ document, v *value, texts []string) error {
	c.write("<Предложение>\n")
	for _, f := range [][2]string{
		{"Ид", "id"},
		{"Штрихкод", "barcode"},
		{"Артикул", "model"},
		{"Наименование", "name"},
		{"Описание", "description"},
		{"Картинка", "pictures"},
	} {
		c.field(f[0], v.get(f[1]))
	}
	if price := v.get("price"); price != nil {
		c.write("<Цены><Цена>\n")
		c.field("ЦенаЗаЕдиницу", price)
		c.field("Валюта", v.get("currency"))
		c.write("</Цена></Цены>\n")
	}
	c.field("Количество", v.get("quantity"))
	for _, text := range texts {
		c.element(cmlError, text)
	}
	c.write("</Предложение>\n")
	return c.failed
}

func (c *cmlExplainer) end() error {
	c.write("</Предложения>\n</ПакетПредложений>\n</", cmlRoot, ">\n")
	return c.finish()
}
