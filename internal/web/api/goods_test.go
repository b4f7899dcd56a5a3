package api_test

import (
	"fmt"
	"strings"

	"zakup/internal/apptest"
)

// The lists of two suppliers that sell one phone both.
const northList = `shop: Северный
categories:
  - {id: 224, name: Смартфоны}
  - {id: 15, name: Аксессуары}
goods:
  - id: 4216292
    category: 224
    model: alpha/512
    name: Телефон Альфа 512 ГБ
    price: 110000
    price_rrc: 116990
    quantity: 14
    description: Самый новый
    url: https://north.example.com/alpha
    pictures: [https://north.example.com/1.jpg]
    parameters: {"Диагональ (дюйм)": 6.5, Разрешение: 2688x1242, Память: 512, "Две карты": true, Выпуск: 2020-01-01, Цвет: "золотой"}
  - id: A-2
    category: 15
    model: case
    name: Чехол
    price: 500.50
    price_rrc: 700
    quantity: 3
    parameters: {}
  - id: A-3
    category: 15
    model: cable
    name: Кабель
    price: 0
    quantity: 0
    parameters: {Цвет: белый}
`

// southList is JSON, and calls the category its own number.
const southList = `{"shop": "Южный", "categories": [{"id": 1, "name": "СМАРТФОНЫ"}], "goods": [
  {"id": 7, "category": 1, "model": "alpha/512", "name": "Телефон Альфа 512 ГБ", "price": 109000, "price_rrc": 116990.9,
   "quantity": 3, "parameters": {"Цвет": "золотой"}},
  {"id": 8, "category": 1, "model": "beta", "name": "Телефон Бета", "price": 131764.71, "price_rrc": null,
   "quantity": 50, "parameters": {"Память": 64}}]}`

// categories writes a list of n goods, each of a category of its own.
func categories(shop string, n int) string {
	var c, g strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&c, "  - {id: %d, name: Категория %02d}\n", i, i)
		fmt.Fprintf(&g, "  - {id: %d, category: %d, name: Товар %d, model: m, price: %d, quantity: 1, parameters: {}}\n", i, i, i, i)
	}
	return "shop: " + shop + "\ncategories:\n" + c.String() + "goods:\n" + g.String()
}

// market opens the two shops, shop1 and shop2, and keeps the ids of their
// offers: phone1, case, cable; phone2, beta.
func market(s *scenario) {
	s.t.Helper()
	s.a.Do(s.t, s.person("shop1"), "POST", "partner/update", apptest.File("list", northList)).Want(s.t, 200)
	s.a.Do(s.t, s.person("shop2"), "POST", "partner/update", apptest.File("list", southList)).Want(s.t, 200)
	names := map[any]string{"4216292": "phone1", "A-2": "case", "A-3": "cable", "7": "phone2", "8": "beta"}
	for _, p := range s.a.Get(s.t, apptest.Person{}, "products").Want(s.t, 200).Array(s.t) {
		s.kept[names[p["external_id"]]] = id(p["id"])
	}
	for _, name := range []string{"shop1", "shop2"} {
		s.kept[name] = id(s.a.Get(s.t, s.person(name), "partner/shop").Want(s.t, 200).Object(s.t)["id"])
	}
}
