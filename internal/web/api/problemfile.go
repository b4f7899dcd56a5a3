package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/writing"
)

type problemFileIn struct {
	ID       pricelist.ID `path:"id"`
	Severity string       `query:"severity" enum:"error,all" doc:"error: goods with errors; all: with warnings too. Without it: error, or all when there are no errors"`
}

// problemFileAt is the file that explains the problems of a price list.
func (a *API) problemFileAt(path, mark, tag string, access Access) {
	add(a, op{
		method: http.MethodGet, path: path + "/{id}/errors", id: "get-" + mark + "import-errors", tag: tag, access: access, scope: account.PricesWrite,
		fails:   []int{http.StatusConflict},
		summary: "The goods of a price list that have problems, in its own format, each with what is wrong with it", more: describeProblemFile,
	}, func(ctx context.Context, who account.User, in *problemFileIn) (*huma.StreamResponse, error) {
		file, err := a.Lists.ProblemFileOf(ctx, who.ID, in.ID, in.Severity, infoOf(ctx).lang)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			defer func() {
				if err := file.Close(); err != nil {
					a.Log.Warn("temporary file not deleted", "error", err)
				}
			}()
			_, w := humago.Unwrap(ctx)
			a.send(w, file, download{file.Name, file.Media, file.Size})
		}}, nil
	})
}

func describeProblemFile(h *huma.Operation) {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	content := map[string]*huma.MediaType{}
	for _, f := range writing.Formats {
		content[f.Media()] = file
	}
	h.Responses["200"] = &huma.Response{
		Description: "A part of the price list: mended and sent back, it changes these goods alone. " +
			"A table has a column more, JSON and YAML a key errors, YML an element error and CommerceML an element Ошибка",
		Content: content,
	}
}
