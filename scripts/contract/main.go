// Command contract writes what tells others of the interface: docs/openapi.yaml,
// as `zakup openapi` prints it, and docs/postman_collection.json, made from it.
//
//	go run ./scripts/contract FOLDER
package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"zakup/internal/web/api"
	"zakup/internal/web/api/postman"
)

//go:generate go run . ../../docs

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: contract FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	openapi, err := api.New(api.Deps{Log: slog.New(slog.DiscardHandler)}).OpenAPI()
	if err != nil {
		return err
	}
	collection, err := postman.Collection(openapi)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documents are for all
		return err
	}
	for name, text := range map[string][]byte{"openapi.yaml": openapi, "postman_collection.json": collection} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil { //nolint:gosec // documents are for all
			return err
		}
	}
	return nil
}
