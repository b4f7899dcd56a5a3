package api_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
)

// bought is what 1C reads of the document of orders.
type bought struct {
	Orders []struct {
		Number string `xml:"Номер"`
		Total  string `xml:"Сумма"`
		Buyer  struct {
			Name    string `xml:"Наименование"`
			Address string `xml:"Адрес>Представление"`
			Phone   string `xml:"Контакты>Контакт>Значение"`
		} `xml:"Контрагенты>Контрагент"`
		Goods []struct {
			ID       string `xml:"Ид"`
			Name     string `xml:"Наименование"`
			Price    string `xml:"ЦенаЗаЕдиницу"`
			Quantity string `xml:"Количество"`
			Total    string `xml:"Сумма"`
		} `xml:"Товары>Товар"`
	} `xml:"Документ"`
}

// query asks for the orders and returns a line for each.
func (c *client) query(t *testing.T) (list []string, text string) {
	t.Helper()
	text = c.raw(t, "GET", "type=sale&mode=query&sessid="+c.sessid, "")
	var got bought
	if err := xml.Unmarshal([]byte(text), &got); err != nil || !strings.HasPrefix(text, `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Fatalf("%v: %s", err, text)
	}
	for _, o := range got.Orders {
		list = append(list, fmt.Sprintf("%s %s %+v %+v", o.Number, o.Total, o.Buyer, o.Goods))
	}
	return list, text
}

// Orders go out once, when 1C says that it has them.
func TestExchangeOrders(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		tea := a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 3))
		coffee := a.Shop(t, "coffee@example.com", apptest.List("Кофейня", "Кофе", 3))
		buyer := a.Buyer(t, "buyer@example.com")
		contact := id(a.Do(t, buyer, "POST", "user/contact", apptest.Form("last_name", "Ильина", "first_name", "Вера", "email", "delivery@example.com",
			"phone", "+7 999", "city", "Казань", "street", "<Баумана> & Ко", "house", "7")).Want(t, 200).Object(t)["id"])
		offers := map[string]string{}
		for _, o := range a.Get(t, buyer, "products").Want(t, 200).Array(t) {
			offers[fmt.Sprint(object(o["product"])["name"])] = id(o["id"])
		}
		place := func(names ...string) string {
			t.Helper()
			for _, name := range names {
				a.Do(t, buyer, "POST", "basket", apptest.JSON(fmt.Sprintf(`{"items": [{"product_info": %s, "quantity": 2}]}`, offers[name]))).Want(t, 200)
			}
			basket := id(a.Get(t, buyer, "basket").Want(t, 200).Array(t)[0]["id"])
			return fmt.Sprint(a.Do(t, buyer, "POST", "order", apptest.Form("id", basket, "contact", contact)).Want(t, 200).Object(t)["number"])
		}
		c, other := exchangeIn(t, a, tea.Email), exchangeIn(t, a, coffee.Email)
		first(t, "init", c.call(t, "GET", "sale", "init", "", ""), "zip=yes")
		if list, _ := c.query(t); len(list) != 0 {
			t.Errorf("before any order: %q", list)
		}
		one := place("Чай 1", "Кофе 2", "Чай 3")
		line := func(number, total, goods string) string {
			return number + "/1 " + total + " {Name:Ильина Вера Address:Казань, <Баумана> & Ко, д. 7 Phone:+7 999} [" + goods + "]"
		}
		goods := map[string]string{
			"Чай 1": "{ID:1 Name:Чай 1 Price:100.01 Quantity:2 Total:200.02}", "Чай 2": "{ID:2 Name:Чай 2 Price:100.02 Quantity:2 Total:200.04}",
			"Чай 3": "{ID:3 Name:Чай 3 Price:100.03 Quantity:2 Total:200.06}",
		}
		want := []string{line(one, "400.08", goods["Чай 1"]+" "+goods["Чай 3"])}
		list, text := c.query(t)
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("the first (-want +got)\n%s", diff)
		}
		for _, private := range []string{"Кофе", "buyer@example.com", "delivery@example.com"} {
			if strings.Contains(text, private) {
				t.Errorf("%q is in %s", private, text)
			}
		}
		// What is ordered between a query and its success waits for the next query.
		two := place("Чай 2")
		for range 2 {
			first(t, "success", c.call(t, "GET", "sale", "success", "", ""), "success")
		}
		want = []string{line(two, "200.04", goods["Чай 2"])}
		for range 2 { // asked again without a success, the same comes again
			if list, _ = c.query(t); !cmp.Equal(want, list) {
				t.Errorf("the second (-want +got)\n%s", cmp.Diff(want, list))
			}
		}
		// Two of one supplier: the success of each is about its own answer.
		twin := exchangeIn(t, a, tea.Email)
		three := place("Чай 3")
		want = append(want, line(three, "200.06", goods["Чай 3"]))
		if list, _ = twin.query(t); !cmp.Equal(want, list) {
			t.Errorf("the other session (-want +got)\n%s", cmp.Diff(want, list))
		}
		first(t, "success", c.call(t, "GET", "sale", "success", "", ""), "success")
		if list, _ = c.query(t); !cmp.Equal(want[1:], list) {
			t.Errorf("the third (-want +got)\n%s", cmp.Diff(want[1:], list))
		}
		first(t, "success", twin.call(t, "GET", "sale", "success", "", ""), "success")
		if list, _ = c.query(t); len(list) != 0 {
			t.Errorf("all were taken: %q", list)
		}
		if list, _ = other.query(t); len(list) != 1 {
			t.Errorf("the other supplier: %q", list)
		}
		for _, mode := range []string{"file", "import"} {
			answer := first(t, mode, c.call(t, "POST", "sale", mode, "orders.xml", "<x/>"), "failure")
			if len(answer) != 2 || !strings.Contains(answer[1], "пока не принимаются") {
				t.Errorf("%s: %q", mode, answer)
			}
		}
	})
}
