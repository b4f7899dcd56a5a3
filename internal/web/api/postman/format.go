package postman

// The parts of the format, version 2.1, that are used here.
const schemaURL = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

type collection struct {
	Info      info       `json:"info"`
	Items     []*folder  `json:"item"`
	Variables []variable `json:"variable"`
}

type info struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Schema      string `json:"schema"`
}

type variable struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type folder struct {
	Name  string `json:"name"`
	Items []item `json:"item"`
}

type item struct {
	Name    string  `json:"name"`
	Events  []event `json:"event"`
	Request request `json:"request"`
}

type event struct {
	Listen string `json:"listen"`
	Script script `json:"script"`
}

type script struct {
	Type string   `json:"type"`
	Exec []string `json:"exec"`
}

type request struct {
	Method      string  `json:"method"`
	Headers     []field `json:"header"`
	Body        *body   `json:"body,omitempty"`
	URL         address `json:"url"`
	Description string  `json:"description"`
}

type address struct {
	Raw       string     `json:"raw"`
	Host      []string   `json:"host"`
	Path      []string   `json:"path"`
	Query     []field    `json:"query,omitempty"`
	Variables []variable `json:"variable,omitempty"` // of the path
}

type body struct {
	Mode string  `json:"mode"`
	Form []field `json:"formdata"`
}

// field is a header, a parameter of the query or a field of a form. One that is
// disabled is shown, and not sent.
type field struct {
	Key         string `json:"key"`
	Value       string `json:"value,omitempty"`
	Source      string `json:"src,omitempty"` // the path of a file, in place of a value
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty"`
}
