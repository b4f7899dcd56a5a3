package pricelist

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/fault"
)

// The faults of ProblemFileOf beside those of reading.
var (
	BytesGone = fault.New(fault.Conflict, "price_list_bytes_gone",
		"Этот прайс-лист уже не хранится: после него пришёл другой. Его замечания остались в записи о нём",
		"This price list is no longer kept: another one came after it. Its problems are still in its record")
	NoProblems = fault.New(fault.NotFound, "price_list_no_problems",
		"В прайс-листе нет таких замечаний", "The price list has no such problems")
)

// explainings is how many price lists are explained at once: each is read twice.
const explainings = 2

// ProblemFile is a part of a price list: the goods that have problems, each with
// what is wrong with it, in the sender's own format (XLSX for XLS). It is a
// temporary file until it is closed.
type ProblemFile struct {
	io.Reader
	Name  string // of the file sent, with "-errors"
	Media string // type
	Size  int64  // bytes
	file  *os.File
}

// Close deletes the file.
func (f *ProblemFile) Close() error {
	return errors.Join(f.file.Close(), os.Remove(f.file.Name()))
}

// ProblemFileOf explains an import: its errors, and its warnings too if warnings
// is true or there are no errors. The texts are in the language, as fault.Text.In
// takes it. The list is read by the shop's profile of now.
//
// fault.Absent when the import is not there or not for them, NoProblems,
// BytesGone.
func (l *Lists) ProblemFileOf(ctx context.Context, who account.ID, id ID, severity, language string) (*ProblemFile, error) {
	i, err := l.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if i.Errors+i.Warnings == 0 || severity == reading.Error.String() && i.Errors == 0 {
		return nil, NoProblems
	}
	select {
	case l.explaining <- struct{}{}:
		defer func() { <-l.explaining }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	source, err := l.kept(ctx, i)
	if err != nil {
		return nil, err
	}
	if source == nil {
		return nil, BytesGone
	}
	defer source.Drop()
	if source.Hash != i.hash {
		return nil, BytesGone
	}
	profile, err := profileOf(ctx, l.db, i.Shop)
	if err != nil {
		return nil, err
	}
	also, err := l.foundOutside(ctx, id)
	if err != nil {
		return nil, err
	}
	return explain(watched{source.File, ctx}, i, reading.Options{Bytes: MaxBytes, Profile: profile.Layout}, reading.Explaining{
		Warnings: severity == "all" || severity == "" && i.Errors == 0, Language: language, Also: also,
	})
}

// foundOutside are the problems that no reader of the file finds.
func (l *Lists) foundOutside(ctx context.Context, id ID) ([]reading.Problem, error) {
	list, err := l.Problems(ctx, id)
	var also []reading.Problem
	for _, p := range list {
		if p.Line == 0 || p.Code == unknownOfferCode {
			also = append(also, reading.Problem{
				Line: int(p.Line), Severity: reading.Warning, Code: p.Code, Field: p.Field, ExternalID: p.ExternalID, Text: p.Text,
			})
		}
	}
	return also, err
}

func explain(source reading.Source, i Import, options reading.Options, say reading.Explaining) (*ProblemFile, error) {
	to, err := os.CreateTemp("", "zakup-errors-*")
	if err != nil {
		return nil, err
	}
	f := &ProblemFile{Reader: to, file: to}
	done, err := reading.Explain(to, source, options, say)
	if err == nil && done.Problems == 0 {
		err = NoProblems
	}
	if err == nil {
		f.Size, err = to.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		_, err = to.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	format := writing.Format(done.Format)
	if done.Format == reading.CommerceML {
		format = writing.YML // XML too
	}
	f.Media, f.Name = format.Media(), problemFileName(i.FileName)+format.Extension()
	return f, nil
}

// listEndings are how the names of price lists end.
var listEndings = []string{".zip", ".gz", ".json", ".yaml", ".yml", ".xml", ".csv", ".tsv", ".txt", ".xlsx", ".xls"}

// problemFileName is a name without its ending.
func problemFileName(sent string) string {
	for range 2 { // of an archive and of what is in it
		if end := filepath.Ext(sent); slices.Contains(listEndings, strings.ToLower(end)) {
			sent = strings.TrimSuffix(sent, end)
		}
	}
	if sent == "" {
		sent = "price-list"
	}
	return sent + "-errors"
}

// watched is a file that can't be read when nobody waits for it any more.
type watched struct {
	*os.File
	ctx context.Context //nolint:containedctx // of one call
}

func (w watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.File.Read(p)
}

func (w watched) ReadAt(p []byte, at int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.File.ReadAt(p, at)
}
