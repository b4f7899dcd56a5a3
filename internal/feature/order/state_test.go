package order

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
)

// The whole table: who may take a part where.
func TestSteps(t *testing.T) {
	t.Parallel()
	for from, want := range map[State]map[account.Type][]State{
		New: {
			account.Buyer: {Canceled},
			account.Shop:  {Confirmed, Assembled, Sent, Delivered},
			account.Admin: {Confirmed, Assembled, Sent, Delivered, Canceled},
		},
		Confirmed: {
			account.Buyer: {},
			account.Shop:  {Assembled, Sent, Delivered},
			account.Admin: {New, Assembled, Sent, Delivered, Canceled},
		},
		Assembled: {
			account.Buyer: {},
			account.Shop:  {Sent, Delivered},
			account.Admin: {New, Confirmed, Sent, Delivered, Canceled},
		},
		Sent: {
			account.Buyer: {},
			account.Shop:  {Delivered},
			account.Admin: {New, Confirmed, Assembled, Delivered, Canceled},
		},
		Delivered: {
			account.Buyer: {},
			account.Shop:  {},
			account.Admin: {New, Confirmed, Assembled, Sent, Canceled},
		},
		Canceled: {
			account.Buyer: {},
			account.Shop:  {},
			account.Admin: {New, Confirmed, Assembled, Sent, Delivered},
		},
	} {
		for who, legal := range want {
			if diff := cmp.Diff(legal, Steps(from, who)); diff != "" {
				t.Errorf("%s by %s (-want +got)\n%s", from, who, diff)
			}
		}
	}
}

func TestBack(t *testing.T) {
	t.Parallel()
	back := map[[2]State]bool{}
	for i, from := range States {
		for j, to := range States {
			if Back(from, to) {
				back[[2]State{from, to}] = true
			}
			if want := from == Canceled || to != Canceled && j < i; Back(from, to) != want {
				t.Errorf("%s to %s: %v", from, to, !want)
			}
		}
	}
	for _, step := range [][2]State{{Canceled, New}, {Sent, Confirmed}, {Delivered, New}} {
		if !back[step] {
			t.Errorf("%s is no step back", step)
		}
	}
	for _, step := range [][2]State{{New, Canceled}, {Delivered, Canceled}, {New, Sent}} {
		if back[step] {
			t.Errorf("%s is a step back", step)
		}
	}
}

// The state of an order is that of its slowest part, canceled ones left aside.
func TestStateOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want  State
		parts []State
	}{
		{New, []State{New}},
		{New, []State{Delivered, New}},
		{Delivered, []State{Delivered, Canceled}},
		{Confirmed, []State{Canceled, Sent, Confirmed}},
		{Canceled, []State{Canceled, Canceled}},
	} {
		var parts []Part
		for _, s := range c.parts {
			parts = append(parts, Part{State: s})
		}
		if got := stateOf(parts); got != c.want {
			t.Errorf("%v: %s, want %s", c.parts, got, c.want)
		}
	}
}

// Whatever is done to an order, its sums are those of its lines, goods neither
// come from nowhere nor get lost, and a line never gets more than was ordered.
func TestRevisions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := fixed()
		o.Version = 1
		for i := range o.Lines {
			o.Lines[i].Offer, o.Lines[i].Ordered = catalog.OfferID(i+1), o.Lines[i].Quantity
		}
		at := map[catalog.OfferID]map[place]int64{}
		for _, l := range o.Lines {
			at[l.Offer] = map[place]int64{reserved: l.Quantity}
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			who := account.User{ID: 1, Type: rapid.SampledFrom([]account.Type{account.Buyer, account.Shop, account.Admin}).Draw(t, "who")}
			r := &revision{order: copied(o), who: who}
			p := &r.order.Parts[rapid.IntRange(0, 1).Draw(t, "part")]
			var err error
			if line := rapid.SampledFrom(o.Lines).Draw(t, "line"); rapid.IntRange(0, 3).Draw(t, "decide") == 0 {
				err = r.decide(line.ID, rapid.Bool().Draw(t, "accept"))
			} else {
				s := Step{To: rapid.SampledFrom(States).Draw(t, "to"), Reason: "because"}
				if line.Part == p.ID && rapid.Bool().Draw(t, "less") {
					s.Supply = []Supply{{Line: line.ID, Quantity: rapid.Int64Range(0, line.Quantity).Draw(t, "has"), Reason: "none"}}
				}
				err = r.apply(p, s, rapid.Bool().Draw(t, "accepts"))
			}
			if err != nil || len(r.events) == 0 {
				continue
			}
			r.settle()
			for _, s := range r.shifts {
				at[s.Offer][s.from] -= s.Quantity
				at[s.Offer][s.to] += s.Quantity
			}
			checkRevision(t, o, r)
			o = r.order
			for _, l := range o.Lines {
				p := r.part(l.Part)
				for where, n := range at[l.Offer] {
					want := int64(0)
					if where == r.placeOf(p, p.State) && p.State != Canceled {
						want = l.Quantity
					}
					if where != free && n != want {
						t.Fatalf("line %d of a part that is %s: %d at %d, want %d", l.ID, p.State, n, where, want)
					}
				}
			}
		}
	})
}

func checkRevision(t *rapid.T, was Order, r *revision) {
	o := r.order
	if o.Version != was.Version+1 {
		t.Fatalf("version %d after %d", o.Version, was.Version)
	}
	for i, p := range o.Parts {
		for _, l := range o.Lines {
			if l.Part != p.ID {
				continue
			}
			if p.Total -= l.Total; l.Quantity > l.Ordered || l.Quantity < 0 {
				t.Fatalf("line %+v", l)
			}
		}
		if p.Total != 0 {
			t.Fatalf("part %d does not add up: %s", p.N, p.Total)
		}
		if changed := r.concerns(p.ID); changed != (p.Version == was.Parts[i].Version+1) {
			t.Fatalf("part %d: version %d after %d", p.N, p.Version, was.Parts[i].Version)
		}
	}
	if o.Total != totalOf(o.Parts) || o.State != stateOf(o.Parts) {
		t.Fatalf("%s of %s", o.State, o.Total)
	}
}

func copied(o Order) Order {
	o.Parts = append([]Part(nil), o.Parts...)
	o.Lines = append([]Line(nil), o.Lines...)
	return o
}
