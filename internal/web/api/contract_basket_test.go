package api_test

import (
	"strconv"
	"strings"
	"testing"
)

func TestContractBasket(t *testing.T) {
	t.Parallel()
	many := make([]string, 1001)
	for i := range many {
		many[i] = strconv.Itoa(i + 1)
	}
	play(t, "basket", market, []exchange{
		{name: "anonymous GET", method: "GET", path: "basket", status: 401},
		{name: "anonymous POST", method: "POST", path: "basket", body: form("items", "[]"), status: 401},
		{name: "anonymous PUT", method: "PUT", path: "basket", body: form("items", "[]"), status: 401},
		{name: "anonymous DELETE", method: "DELETE", path: "basket", body: form("items", "[]"), status: 401},
		{name: "none yet", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "POST missing items", who: "buyer", method: "POST", path: "basket", body: form(), status: 400},
		{name: "POST bad JSON", who: "buyer", method: "POST", path: "basket", body: form("items", "[{"), status: 400},
		{name: "POST an object", who: "buyer", method: "POST", path: "basket", body: form("items", `{"product_info": 1}`), status: 400},
		{name: "POST a list of numbers", who: "buyer", method: "POST", path: "basket", body: form("items", `[1]`), status: 400},
		{name: "POST null", who: "buyer", method: "POST", path: "basket", body: js(`{"items": null}`), status: 400},
		{name: "POST NaN", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": NaN, "quantity": 1}]`), status: 400},
		{name: "POST missing quantity", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}}]`), status: 400},
		{name: "POST quantity 0", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}, "quantity": 0}]`), status: 400},
		{name: "POST quantity -1", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}, "quantity": -1}]`), status: 400},
		{name: "POST quantity 1.5", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": 1.5}]}`), status: 400},
		{name: "POST quantity true", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": true}]}`), status: 400},
		{name: "POST quantity null", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": null}]}`), status: 400},
		{name: "POST quantity beyond all", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": 9223372036854775808}]}`), status: 400},
		{name: "POST quantity beyond the limit", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": 100001}]}`), status: 400},
		{name: "POST too many", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [` + strings.Join(many, ",") + `]}`), status: 400},
		{name: "POST unknown product", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}, "quantity": 1}, {"product_info": 99999, "quantity": 1}]`), status: 404},
		{name: "nothing of all that was put", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "POST items=[]", who: "buyer", method: "POST", path: "basket", body: form("items", "[]"), status: 200},
		{name: "an empty basket", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "POST a string, trailing commas", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}, "quantity": 2,}, {"product_info": {{beta}}, "quantity": "3"},]`), status: 200},
		{name: "POST multipart: the same again", who: "buyer", method: "POST", path: "basket", body: multi("items", `[{"product_info": {{phone1}}, "quantity": 1}]`), status: 200},
		{name: "POST JSON, a string", who: "buyer", method: "POST", path: "basket", body: js(`{"items": "[{\"product_info\": {{case}}, \"quantity\": 1}]"}`), status: 200},
		{name: "POST JSON, an array, one twice", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{cable}}, "quantity": 1}, {"product_info": {{cable}}, "quantity": 4, "id": 1, "order": 1}]}`), status: 200},
		{name: "POST beyond the limit with what is there", who: "buyer", method: "POST", path: "basket", body: js(`{"items": [{"product_info": {{phone1}}, "quantity": 100000}]}`), status: 400},
		{name: "GET", who: "buyer", method: "GET", path: "basket", status: 200, keep: map[string]string{"l1": "0.ordered_items.0.id", "l2": "0.ordered_items.1.id", "l3": "0.ordered_items.2.id", "l4": "0.ordered_items.3.id"}},
		{name: "GET with a body", who: "buyer", method: "GET", path: "basket", body: multi("items", "[]"), status: 200},
		{name: "the basket of another", who: "other", method: "GET", path: "basket", status: 200},

		{name: "PUT missing", who: "buyer", method: "PUT", path: "basket", body: form(), status: 400},
		{name: "PUT form", who: "buyer", method: "PUT", path: "basket", body: form("items", `[{"id": {{l1}}, "quantity": 5}]`), status: 200},
		{name: "PUT multipart", who: "buyer", method: "PUT", path: "basket", body: multi("items", `[{"id": {{l2}}, "quantity": 6},]`), status: 200},
		{name: "PUT JSON array", who: "buyer", method: "PUT", path: "basket", body: js(`{"items": [{"id": "{{l3}}", "quantity": "1"}, {"id": {{l4}}, "quantity": 8}]}`), status: 200},
		{name: "PUT 0", who: "buyer", method: "PUT", path: "basket", body: form("items", `[{"id": {{l1}}, "quantity": 0}]`), status: 400},
		{name: "PUT unknown: nothing changes", who: "buyer", method: "PUT", path: "basket", body: form("items", `[{"id": {{l1}}, "quantity": 9}, {"id": 999999, "quantity": 9}]`), status: 404},
		{name: "PUT by another", who: "other", method: "PUT", path: "basket", body: form("items", `[{"id": {{l1}}, "quantity": 9}]`), status: 404},
		{name: "PUT []", who: "buyer", method: "PUT", path: "basket", body: form("items", `[]`), status: 200},
		{name: "GET after PUT", who: "buyer", method: "GET", path: "basket", status: 200},

		{name: "DELETE missing", who: "buyer", method: "DELETE", path: "basket", body: form(), status: 400},
		{name: "DELETE by another", who: "other", method: "DELETE", path: "basket", body: form("items", "{{l1}}"), status: 200},
		{name: "DELETE form", who: "buyer", method: "DELETE", path: "basket", body: form("items", "{{l1}}, x, 999999"), status: 200},
		{name: "DELETE multipart", who: "buyer", method: "DELETE", path: "basket", body: multi("items", "{{l2}}"), status: 200},
		{name: "DELETE JSON string", who: "buyer", method: "DELETE", path: "basket", body: js(`{"items": "{{l3}}"}`), status: 200},
		{name: "DELETE JSON array", who: "buyer", method: "DELETE", path: "basket", body: js(`{"items": [{{l4}}, {{l4}}]}`), status: 200},
		{name: "GET after DELETE", who: "buyer", method: "GET", path: "basket", status: 200},
	})
}

// What a basket says of what changed since it was filled.
func TestContractBasketChanges(t *testing.T) {
	t.Parallel()
	dearer := strings.NewReplacer("110000", "111000.5", "quantity: 3", "quantity: 1").Replace(northList)
	gone := dearer[:strings.Index(dearer, "  - id: A-2")]
	play(t, "basket_changes", market, []exchange{
		{name: "fill", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone1}}, "quantity": 2}, {"product_info": {{case}}, "quantity": 2}, {"product_info": {{phone2}}, "quantity": 1}]`), status: 200},
		{name: "a new list", who: "shop1", method: "POST", path: "partner/update", body: upload("list.yaml", dearer), status: 200},
		{name: "another price, too little", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "a shorter list", who: "shop1", method: "POST", path: "partner/update", body: upload("list.yaml", gone), status: 200},
		{name: "the other shop closes", who: "shop2", method: "POST", path: "partner/state", body: form("state", "no"), status: 200},
		{name: "withdrawn, closed", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "add what was withdrawn", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{case}}, "quantity": 1}]`), status: 409},
		{name: "add of a closed shop", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone2}}, "quantity": 1}]`), status: 409},
	})
}
