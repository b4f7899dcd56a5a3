package order

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"zakup/internal/platform/mail"
)

// The document of orders in CommerceML, as 1C reads it. It shows of the buyer
// what delivery needs and nothing else.
type (
	cmlOrders struct {
		XMLName xml.Name `xml:"КоммерческаяИнформация"`
		Version string   `xml:"ВерсияСхемы,attr"`
		At      string   `xml:"ДатаФормирования,attr"`
		Orders  []cmlOrder
	}
	cmlOrder struct {
		XMLName    xml.Name       `xml:"Документ"`
		ID         string         `xml:"Ид"`
		Number     string         `xml:"Номер"`
		Date       string         `xml:"Дата"`
		Time       string         `xml:"Время"`
		Operation  string         `xml:"ХозОперация"`
		Role       string         `xml:"Роль"`
		Currency   string         `xml:"Валюта"`
		Rate       string         `xml:"Курс"`
		Total      string         `xml:"Сумма"`
		Buyer      cmlBuyer       `xml:"Контрагенты>Контрагент"`
		Goods      []cmlGood      `xml:"Товары>Товар"`
		Attributes []cmlAttribute `xml:"ЗначенияРеквизитов>ЗначениеРеквизита"`
	}
	cmlBuyer struct {
		ID       string `xml:"Ид"`
		Name     string `xml:"Наименование"`
		Role     string `xml:"Роль"`
		FullName string `xml:"ПолноеНаименование"`
		Address  string `xml:"Адрес>Представление,omitempty"`
		Contact  struct {
			Kind  string `xml:"Тип"`
			Value string `xml:"Значение"`
		} `xml:"Контакты>Контакт"`
	}
	cmlGood struct {
		ID       string `xml:"Ид,omitempty"`
		Model    string `xml:"Артикул,omitempty"`
		Name     string `xml:"Наименование"`
		Price    string `xml:"ЦенаЗаЕдиницу"`
		Quantity int64  `xml:"Количество"`
		Total    string `xml:"Сумма"`
	}
	cmlAttribute struct {
		Name  string `xml:"Наименование"`
		Value string `xml:"Значение"`
	}
)

// WriteExchange writes parts of orders, each as QueryExchange returns it, as a
// document of CommerceML in UTF-8.
func WriteExchange(w io.Writer, list []Order, at time.Time) error {
	out := cmlOrders{Version: "2.08", At: at.In(Moscow).Format("2006-01-02T15:04:05")}
	for _, o := range list {
		out.Orders = append(out.Orders, exchangeOrder(o))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("order: exchange: %w", err)
	}
	if err := xml.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("order: exchange: %w", err)
	}
	return nil
}

func exchangeOrder(o Order) cmlOrder {
	part, placed := o.Parts[0], o.PlacedAt.In(Moscow)
	out := cmlOrder{
		ID: fmt.Sprintf("%d", part.ID), Number: PartNumber(o.Number, part.N),
		Date: placed.Format("2006-01-02"), Time: placed.Format("15:04:05"),
		Operation: "Заказ товара", Role: "Продавец", Currency: "RUB", Rate: "1", Total: o.Total.String(),
		Attributes: []cmlAttribute{{"Статус заказа", exchangeStates[part.State]}, {"Отменен", strconv.FormatBool(part.State == Canceled)}},
	}
	c := o.Contact
	out.Buyer.ID, out.Buyer.Name = fmt.Sprintf("contact-%d", c.ID), contactName(c)
	if out.Buyer.Name == "" {
		out.Buyer.Name = c.Phone
	}
	out.Buyer.FullName, out.Buyer.Role, out.Buyer.Address = out.Buyer.Name, "Покупатель", address(mail.Russian, c)
	out.Buyer.Contact.Kind, out.Buyer.Contact.Value = "Телефон", c.Phone
	for _, l := range o.Lines {
		if l.Quantity == 0 {
			continue
		}
		out.Goods = append(out.Goods, cmlGood{
			ID: l.ExternalID, Model: l.Model, Name: l.Name,
			Price: l.Price.String(), Quantity: l.Quantity, Total: l.Total.String(),
		})
	}
	return out
}

// exchangeStates are the states in the words of 1C.
var exchangeStates = map[State]string{
	New: "Новый", Confirmed: "Подтвержден", Assembled: "Собран", Sent: "Отправлен", Delivered: "Доставлен", Canceled: "Отменен",
}
