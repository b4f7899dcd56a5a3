// Command ledger proves that nothing of the orders in a database was lost or
// done twice. The program must be stopped, and all its jobs done.
//
//	go run ./scripts/ledger DATABASE-URL [FOLDER-OF-LETTERS]
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"zakup/internal/apptest/ledgertest"
	"zakup/internal/platform/db"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: ledger DATABASE-URL [FOLDER-OF-LETTERS]")
		os.Exit(2)
	}
	if err := check(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
	fmt.Println("nothing is wrong")
}

func check(ctx context.Context, args []string) (err error) {
	d, err := db.Open(ctx, args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	wrong, err := ledgertest.Check(ctx, d)
	if err == nil && len(args) > 1 {
		var letters []string
		letters, err = ledgertest.CheckLetters(ctx, d, os.DirFS(args[1]))
		wrong = append(wrong, letters...)
	}
	if err != nil {
		return err
	}
	for _, w := range wrong {
		fmt.Println(w)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d things are wrong", len(wrong))
	}
	return nil
}
