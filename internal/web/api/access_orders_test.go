package api_test

import "maps"

// More outcomes by role.
var (
	notTheirs = [7]int{401, 401, 403, 403, 404, 404, 403} // for suppliers, but another's
	oneShop   = [7]int{401, 401, 403, 403, 200, 404, 403} // for the shop, of which a buyer has ordered
	nobodys   = [7]int{401, 401, 403, 403, 403, 403, 404} // for the administrator, but not there
)

// withOrders adds what access says of orders.
func withOrders(list map[string][]try) map[string][]try {
	maps.Copy(list, orderAccess)
	return list
}

var orderAccess = map[string][]try{
	"GET order": {
		{path: "order", want: persons},
		{ids: "foreign", path: "order?shop_id={{their.shop}}&state=new&since=2020-01-01", want: persons},
	},
	"POST order": {
		{ids: "own", path: "order", want: persons, body: form("id", "{{my.basket}}", "contact", "{{my.contact}}")},
		{ids: "foreign basket", path: "order", want: noOne, body: form("id", "{{their.basket}}", "contact", "{{my.contact}}")},
		{ids: "foreign contact", path: "order", want: noOne, body: multi("id", "{{my.basket}}", "contact", "{{their.contact}}")},
		{ids: "foreign order", path: "order", want: noOne, body: form("id", "{{their.order}}", "contact", "{{my.contact}}")},
		{ids: "own order", path: "order", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("id", "{{my.order}}", "contact", "{{my.contact}}")},
	},
	"GET order/{id}": {
		{ids: "own", path: "order/{{my.order}}", want: persons},
		{ids: "foreign", path: "order/{{their.order}}", want: noOne},
	},
	"POST order/{id}/cancel": {
		{ids: "own", path: "order/{{my.order}}/cancel", want: persons, body: js(`{"version": 1}`), deals: true},
		{ids: "own, by parts", path: "order/{{my.order}}/cancel", want: persons, body: form("version", "1", "part", "1", "id", "{{their.order}}"), deals: true},
		{ids: "foreign", path: "order/{{their.order}}/cancel", want: noOne, body: js(`{"version": 1}`)},
		{ids: "foreign, stale", path: "order/{{their.order}}/cancel", want: noOne, body: js(`{"version": 7}`)},
	},
	"POST order/{id}/lines": {
		{ids: "own", path: "order/{{my.order}}/lines", want: persons, body: js(`{"version": 1, "items": []}`)},
		{ids: "own line", path: "order/{{my.order}}/lines", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: js(`{"version": 1, "items": [{"id": {{my.bought}}, "accept": false}]}`)},
		{ids: "foreign", path: "order/{{their.order}}/lines", want: noOne, body: js(`{"version": 1, "items": [{"id": {{their.bought}}, "accept": false}]}`)},
		{ids: "foreign line", path: "order/{{my.order}}/lines", want: noOne, body: js(`{"version": 1, "items": [{"id": {{their.bought}}, "accept": false}]}`)},
	},
	"GET order/{id}/history": {
		{ids: "own", path: "order/{{my.order}}/history", want: persons},
		{ids: "foreign", path: "order/{{their.order}}/history", want: noOne},
	},
	"POST order/{id}/repeat": {
		{ids: "own", path: "order/{{my.order}}/repeat", want: persons},
		{ids: "foreign", path: "order/{{their.order}}/repeat", want: noOne},
	},
	"GET order/{id}/invoice": {
		{ids: "own", path: "order/{{my.order}}/invoice", want: persons, notes: true},
		{ids: "own, of a part", path: "order/{{my.order}}/invoice?part=1&format=xlsx", want: persons, notes: true},
		{ids: "foreign", path: "order/{{their.order}}/invoice", want: noOne},
		{ids: "foreign, of a part", path: "order/{{their.order}}/invoice?part=1", want: noOne},
	},
	"GET partner/orders": {
		{path: "partner/orders", want: suppliers, sellers: true},
		{ids: "foreign", path: "partner/orders?shop_id={{their.shop}}&until=2099-01-01", want: suppliers, sellers: true},
	},
	"GET partner/orders/{id}": {
		{ids: "own", path: "partner/orders/{{my.order}}", want: suppliers},
		{ids: "foreign", path: "partner/orders/{{their.order}}", want: notTheirs},
		{ids: "of a buyer of one", path: "partner/orders/{{buyer.order}}", want: oneShop, sellers: true},
	},
	"POST partner/orders/{id}/state": {
		{ids: "own", path: "partner/orders/{{my.order}}/state", want: suppliers, body: js(`{"version": 1, "state": "confirmed"}`)},
		{ids: "foreign", path: "partner/orders/{{their.order}}/state", want: notTheirs, body: js(`{"version": 1, "state": "confirmed"}`)},
		{ids: "foreign, stale", path: "partner/orders/{{their.order}}/state", want: notTheirs, body: form("version", "7", "state", "sent")},
		{ids: "foreign line", path: "partner/orders/{{my.order}}/state", want: notTheirs, body: js(`{"version": 1, "state": "confirmed", "items": [{"id": {{their.bought}}, "quantity": 0, "reason": "Нет"}]}`)},
		{ids: "of a buyer of one", path: "partner/orders/{{buyer.order}}/state", want: oneShop, sellers: true, deals: true, body: multi("version", "1", "state", "sent", "shop", "{{their.shop}}")},
	},
	"GET partner/orders/{id}/history": {
		{ids: "own", path: "partner/orders/{{my.order}}/history", want: suppliers},
		{ids: "foreign", path: "partner/orders/{{their.order}}/history", want: notTheirs},
		{ids: "of a buyer of one", path: "partner/orders/{{buyer.order}}/history", want: oneShop},
	},
	"GET partner/orders/{id}/invoice": {
		{ids: "own", path: "partner/orders/{{my.order}}/invoice", want: suppliers, notes: true},
		{ids: "foreign", path: "partner/orders/{{their.order}}/invoice?format=xlsx", want: notTheirs},
		{ids: "of a buyer of one", path: "partner/orders/{{buyer.order}}/invoice", want: oneShop, notes: true},
	},
	"GET admin/orders": {
		{path: "admin/orders", want: theAdmin, administers: true, sellers: true},
		{ids: "foreign", path: "admin/orders?buyer={{their.email}}&shop_id={{their.shop}}", want: theAdmin, administers: true, sellers: true},
	},
	"POST admin/orders": {
		{ids: "own", path: "admin/orders", want: theAdmin, administers: true, sellers: true, body: js(`{"items": [{"id": {{my.order}}, "state": "sent", "version": 1}]}`)},
		{ids: "foreign", path: "admin/orders", want: theAdmin, administers: true, sellers: true, body: form("items", `[{"id": {{their.order}}, "state": "canceled", "version": 1, "reason": "Нет"}]`)},
		{ids: "of nobody", path: "admin/orders", want: theAdmin, administers: true, sellers: true, body: js(`{"items": [{"id": 99999, "state": "sent", "version": 1}]}`)},
	},
	"GET admin/orders/{id}": {
		{ids: "foreign", path: "admin/orders/{{their.order}}", want: theAdmin, administers: true, sellers: true},
		{ids: "of nobody", path: "admin/orders/99999", want: nobodys},
	},
	"POST admin/orders/{id}/state": {
		{ids: "own", path: "admin/orders/{{my.order}}/state", want: theAdmin, administers: true, sellers: true, body: js(`{"version": 1, "state": "confirmed"}`)},
		{ids: "foreign", path: "admin/orders/{{their.order}}/state", want: theAdmin, administers: true, sellers: true, body: form("version", "1", "state", "delivered")},
		{ids: "of nobody", path: "admin/orders/99999/state", want: nobodys, body: js(`{"version": 1, "state": "confirmed"}`)},
	},
	"GET admin/orders/{id}/history": {
		{ids: "foreign", path: "admin/orders/{{their.order}}/history", want: theAdmin, administers: true, sellers: true},
		{ids: "of nobody", path: "admin/orders/99999/history", want: nobodys},
	},
	"GET admin/orders/{id}/invoice": {
		{ids: "foreign", path: "admin/orders/{{their.order}}/invoice?part=1", want: theAdmin, administers: true, sellers: true, notes: true},
		{ids: "of nobody", path: "admin/orders/99999/invoice", want: nobodys},
	},
}
