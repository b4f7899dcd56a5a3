package reading

// Layout is how a file of tables was understood, for showing to its sender.
type Layout struct {
	Sheets []SheetLayout
}

// SheetLayout is how one sheet was understood.
type SheetLayout struct {
	Name      string // "" when the file has no sheets
	Read      bool   // its rows are taken for goods
	HeaderRow int    // from 1, the last of two; 0 when there is none
	Columns   []ColumnLayout
}

// ColumnLayout is what one column was taken for.
type ColumnLayout struct {
	Index   int      // from 1
	Header  string   // up to 80 characters
	Field   string   // one of Fields, "" when it is not read
	Why     string   // WhyProfile, WhyHeader or WhyValues; "" when it is not read
	Samples []string // up to 5 different values, each of up to 80 characters
}

// Why a column was taken for what it is.
const (
	WhyProfile = "profile"
	WhyHeader  = "header"
	WhyValues  = "values"
)

// Layout tells how the tables of the list were understood, also when it can't be
// read for lack of a price; nil when it is none of tables.
func (r *Reader) Layout() *Layout { return r.layout }
