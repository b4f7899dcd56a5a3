package invoice

import (
	"cmp"

	"zakup/internal/feature/account"
	"zakup/internal/feature/invoice/paper"
	"zakup/internal/feature/order"
)

// document is what the paper says of an order (n 0) or of one part of it. A part
// that is canceled is left out of the order's, unless all are.
func document(o order.Paper, n int) (paper.Document, bool) {
	d := paper.Document{
		Number: o.Number, Version: o.Version, Date: o.PlacedAt, State: o.State.In("ru"),
		Buyer: party(o.Payer(), o.Requisites), Receiver: o.Receiver(), Address: o.Address(),
	}
	for _, p := range o.Parts {
		if n == 0 && p.State == order.Canceled && o.State != order.Canceled {
			continue
		}
		number := order.PartNumber(o.Number, p.N)
		if n > 0 {
			if p.N != n {
				continue
			}
			d.Number, d.Version, d.State = number, p.Version, p.State.In("ru")
		}
		s := paper.Section{Number: number, Supplier: party(cmp.Or(o.Suppliers[p.ID].Name, p.ShopName), o.Suppliers[p.ID])}
		for _, l := range o.Lines {
			if l.Part == p.ID {
				s.Lines = append(s.Lines, line(l))
			}
		}
		d.Sections = append(d.Sections, s)
	}
	return d, len(d.Sections) > 0
}

func line(l order.Line) paper.Line {
	return paper.Line{
		Name: l.Name, Model: l.Model, ExternalID: l.ExternalID, UnitCode: l.UnitCode, UnitName: l.UnitName,
		Price: l.Price, Quantity: l.Quantity, Total: l.Total, VAT: l.VAT, Ordered: l.Ordered,
	}
}

func party(name string, r account.Requisites) paper.Party {
	return paper.Party{
		Name: name, INN: r.INN, KPP: r.KPP, Address: r.Address,
		Bank: r.Bank, BIK: r.BIK, Account: r.Account, Correspondent: r.Correspondent,
	}
}
