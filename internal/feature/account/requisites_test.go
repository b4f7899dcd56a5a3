package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// organisation has every requisite.
var organisation = Requisites{
	Name: "ООО «Ромашка»", INN: "7707083893", KPP: "7736AB001", Address: "Москва, Тверская, 1",
	Bank: "ПАО Сбербанк", BIK: "044525225", Account: "40702810938000000001", Correspondent: "30101810400000000225",
}

func TestRequisites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ivan, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		for _, step := range []struct{ say, want Requisites }{
			{Requisites{}, Requisites{}},
			{organisation, organisation},
			{Requisites{Name: " ИП Петров\n", INN: "500100732259"}, Requisites{Name: "ИП Петров", INN: "500100732259"}},
			{Requisites{Account: organisation.Account, Correspondent: "40102810445370000059"}, Requisites{Account: organisation.Account, Correspondent: "40102810445370000059"}},
			{Requisites{BIK: "017003983", Account: "03100643000000018500"}, Requisites{BIK: "017003983", Account: "03100643000000018500"}},
		} {
			if err := a.SetRequisites(t.Context(), ivan.ID, step.say); err != nil {
				t.Fatal(err)
			}
			got, err := a.Requisites(t.Context(), ivan.ID)
			if diff := cmp.Diff(step.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		}
		if got, err := a.Requisites(t.Context(), other.ID); err != nil || got != (Requisites{}) {
			t.Errorf("another person: %+v, %v", got, err)
		}
	})
}

func TestRequisitesOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		one, two, none := a.person(t, "one@example.com"), a.person(t, "two@example.com"), a.person(t, "none@example.com")
		for id, r := range map[ID]Requisites{one.ID: {Name: "Один"}, two.ID: organisation} {
			if err := a.SetRequisites(t.Context(), id, r); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			ids        []ID
			want       map[ID]Requisites
			statements int64
		}{
			{nil, map[ID]Requisites{}, 0},
			{[]ID{none.ID}, map[ID]Requisites{}, 1},
			{[]ID{two.ID, none.ID, one.ID, two.ID}, map[ID]Requisites{one.ID: {Name: "Один"}, two.ID: organisation}, 1},
		} {
			before := d.Statements()
			got, err := RequisitesOf(t.Context(), d, c.ids)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
			if n := d.Statements() - before; n != c.statements {
				t.Errorf("%d statements", n)
			}
		}
	})
}

func TestWrongRequisites(t *testing.T) {
	const (
		innForm     = "inn: An INN is 10 digits of an organisation or 12 of an entrepreneur."
		innCheck    = "inn: The INN has a mistake: its check digits do not match."
		kppForm     = "kpp: A KPP is 9 characters: four digits (not from 00), two digits or capital Latin letters, three digits."
		kppPerson   = "kpp: An entrepreneur (an INN of 12 digits) has no KPP."
		bikForm     = "bik: A BIK is 9 digits, the first two are 01 or 04."
		accountForm = "account: An account number is 20 digits."
		accountKey  = "account: The account does not belong to this BIK: its check digit does not match."
		corrForm    = "correspondent: An account number is 20 digits."
		corrKey     = "correspondent: The account does not belong to this BIK: its check digit does not match."
	)
	with := func(f func(r *Requisites)) Requisites {
		r := organisation
		f(&r)
		return r
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		if err := a.SetRequisites(t.Context(), u.ID, organisation); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			say  Requisites
			want []string
		}{
			{Requisites{Name: strings.Repeat("ж", 256)}, []string{"name: Ensure this field has no more than 255 characters."}},
			{Requisites{Address: strings.Repeat("ж", 501)}, []string{"address: Ensure this field has no more than 500 characters."}},
			{Requisites{Bank: strings.Repeat("ж", 256)}, []string{"bank: Ensure this field has no more than 255 characters."}},
			{Requisites{INN: "770708389"}, []string{innForm}},
			{Requisites{INN: "77070838930"}, []string{innForm}},
			{Requisites{INN: "770708389x"}, []string{innForm}},
			{Requisites{INN: "٧٧٠٧٠"}, []string{innForm}}, // ten bytes of Arabic digits
			{Requisites{INN: "7707083894"}, []string{innCheck}},
			{Requisites{INN: "500100732258"}, []string{innCheck}},
			{Requisites{INN: "0000000000"}, []string{innCheck}},
			{Requisites{KPP: "003601001"}, []string{kppForm}},
			{Requisites{KPP: "77360100"}, []string{kppForm}},
			{Requisites{KPP: "7736ab001"}, []string{kppForm}},
			{Requisites{KPP: "7736010011"}, []string{kppForm}},
			{Requisites{INN: "500100732259", KPP: "773601001"}, []string{kppPerson}},
			{Requisites{BIK: "044525"}, []string{bikForm}},
			{Requisites{BIK: "054525225"}, []string{bikForm}},
			{Requisites{BIK: "04452522x"}, []string{bikForm}},
			{Requisites{Account: "4070281093800000000"}, []string{accountForm}},
			{Requisites{Account: "4070281093800000000x"}, []string{accountForm}},
			{Requisites{Correspondent: "301018104000000002255"}, []string{corrForm}},
			{with(func(r *Requisites) { r.Account = "40702810938000000002" }), []string{accountKey}},
			{with(func(r *Requisites) { r.Correspondent = "30101810400000000226" }), []string{corrKey}},
			{with(func(r *Requisites) { r.BIK = "044525226" }), []string{accountKey}}, // of the same region
			{with(func(r *Requisites) { r.BIK = "x" }), []string{bikForm}},
			{Requisites{Name: strings.Repeat("ж", 256), INN: "1", KPP: "1", BIK: "1", Account: "1", Correspondent: "1"}, []string{
				accountForm, bikForm, corrForm, innForm, kppForm, "name: Ensure this field has no more than 255 characters.",
			}},
		} {
			err := a.SetRequisites(t.Context(), u.ID, c.say)
			if diff := cmp.Diff(c.want, fields(err)); diff != "" || !is(err, fault.BadArguments) {
				t.Errorf("%+v: %v (-want +got)\n%s", c.say, err, diff)
			}
		}
		if got, err := a.Requisites(t.Context(), u.ID); err != nil || got != organisation {
			t.Errorf("a refused change was kept: %+v, %v", got, err)
		}
	})
}
