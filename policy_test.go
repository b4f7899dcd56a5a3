// Package zakup_test holds the house rules, executable. docs/ARCHITECTURE.md
// gives their reasons. The facts that the rules rest on, who may import whom and
// who owns which table, are in this file; the rules are in policy_*_test.go, and
// policy_bites_test.go proves of each that it finds what it forbids.
package zakup_test

import (
	"os"
	"testing"
)

// layers gives every folder its height. A package imports only packages of its
// own height or below. Folders outside this list and outside internal/ hold
// data for others (height 0) and import nothing of ours.
var layers = map[string]int{
	"cmd": 5, "bench": 5, "scripts": 5,
	"internal/app": 4, "internal/apptest": 4,
	"internal/web":      3,
	"internal/feature":  2,
	"internal/platform": 1,
}

// featureOrder: a feature imports only features that stand before it.
var featureOrder = []string{
	"account", "partner", "picture", "catalog", "pricelist", "basket", "order", "invoice",
}

// owners: the one folder whose packages write a table. Everybody may read it.
var owners = map[string]string{
	"users":      "internal/feature/account",
	"tokens":     "internal/feature/account",
	"secrets":    "internal/feature/account",
	"contacts":   "internal/feature/account",
	"requisites": "internal/feature/account",

	"identities":    "internal/feature/account",
	"oauth_flows":   "internal/feature/account",
	"oauth_codes":   "internal/feature/account",
	"members":       "internal/feature/account",
	"invitations":   "internal/feature/account",
	"letter_asks":   "internal/feature/account",
	"email_changes": "internal/feature/account",

	"totp":          "internal/feature/account",
	"totp_recovery": "internal/feature/account",

	"shops": "internal/feature/partner",

	"pictures":        "internal/feature/picture",
	"avatars":         "internal/feature/picture",
	"offer_pictures":  "internal/feature/picture",
	"picture_copies":  "internal/feature/picture",
	"listed_pictures": "internal/feature/picture",
	"picture_walks":   "internal/feature/picture",

	"categories":    "internal/feature/catalog",
	"products":      "internal/feature/catalog",
	"offers":        "internal/feature/catalog",
	"staged_offers": "internal/feature/catalog",
	"parameters":    "internal/feature/catalog", "parameter_names": "internal/feature/catalog", "parameter_values": "internal/feature/catalog",
	"hand_values": "internal/feature/catalog", "listed_documents": "internal/feature/catalog",
	"unindexed_offers": "internal/feature/catalog", "offer_words": "internal/feature/catalog", "offer_names": "internal/feature/catalog",
	"known_words": "internal/feature/catalog", "index_words": "internal/feature/catalog", "word_letters": "internal/feature/catalog",
	"offer_versions": "internal/feature/catalog", "offer_generations": "internal/feature/catalog",
	"product_keys": "internal/feature/catalog", "staged_products": "internal/feature/catalog",
	"product_changes": "internal/feature/catalog", "product_moves": "internal/feature/catalog", "product_key_moves": "internal/feature/catalog",

	"imports":         "internal/feature/pricelist",
	"import_problems": "internal/feature/pricelist",
	"import_chunks":   "internal/feature/pricelist",
	"exports":         "internal/feature/pricelist",
	"export_chunks":   "internal/feature/pricelist",
	"export_links":    "internal/feature/pricelist",
	"price_schedules": "internal/feature/pricelist",
	"price_profiles":  "internal/feature/pricelist",

	"exchange_sessions": "internal/feature/pricelist",
	"exchange_files":    "internal/feature/pricelist",
	"exchange_chunks":   "internal/feature/pricelist",

	"baskets":      "internal/feature/basket",
	"basket_lines": "internal/feature/basket",

	"orders":        "internal/feature/order",
	"order_parts":   "internal/feature/order",
	"order_lines":   "internal/feature/order",
	"order_numbers": "internal/feature/order",
	"order_queries": "internal/feature/order",
	"order_events":  "internal/feature/order",

	"invoices": "internal/feature/invoice",

	"letters": "internal/platform/mail",

	"idempotency_keys": "internal/platform/once",

	"tries":          "internal/platform/limit",
	"request_counts": "internal/platform/limit",

	"audit_log": "internal/platform/audit",

	"job_runners": "internal/platform/jobs",
}

// libraryTables begin the names of tables that belong to libraries.
var libraryTables = []string{"river_", "goose_"}

// libraryWriters: the one folder that writes a library's table all the same.
var libraryWriters = map[string]string{
	// The library gives up a killed process's job only after the job's whole time.
	"river_job": "internal/platform/jobs",
}

// A rule looks at the tree and returns what is wrong, one sentence each.
type rule struct {
	name  string
	check func(*tree) []string
}

var rules = []rule{
	{"layers", checkLayers},
	{"features", checkFeatureOrder},
	{"edges", checkEdges},
	{"dialing", checkDialing},
	{"sql in web", checkWebSQL},
	{"table owners", checkOwners},
	{"explicit columns", checkColumns},
	{"chosen once", checkChosenOnce},
	{"package docs", checkPackageDocs},
	{"migrations", checkMigrations},
	{"names and sizes", checkNames},
	{"leftovers", checkLeftovers},
	{"foreign words", checkForeignWords},
	{"dependencies", checkDependencies},
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	tree, err := load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.sources) == 0 {
		t.Fatal("no Go file was found: is this the root of the repository?")
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for _, wrong := range r.check(tree) {
				t.Error(wrong)
			}
		})
	}
}
