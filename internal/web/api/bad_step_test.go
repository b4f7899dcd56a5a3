package api_test

import "strings"

// What a step of an order takes, and what its numbers answer that are none of
// an order: all of its parts are meant by 0, and none of a line is right.
var (
	stepFields = map[string]string{
		"state": `"confirmed"`, "version": `1`, "reason": `"Склад"`, "items": `[{"id": {{my.bought}}, "quantity": 1, "reason": "Все"}]`,
	}
	supply = map[string]string{"id": `{{my.bought}}`, "quantity": `1`, "reason": `"Все"`}
	steps  = map[string][4]int{"version": all(409), "part": {0, 404, 404, 404}, "item.quantity": {0, 400, 400, 400}}
)

func all(status int) [4]int { return [4]int{status, status, status, status} }

// address is the path of an operation of good, with its id and query.
func (w *world) address(method, path string) string {
	g := good[method+" "+path]
	return strings.ReplaceAll(path, "{id}", w.filler(w.people[g.role], w.foreign(g.role))(g.id)) + g.query
}
