package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/picture"
)

const (
	tagPictures  = "pictures"
	pictureMedia = "image/jpeg"
	// keptForever: a name never shows another picture.
	keptForever = "public, max-age=31536000, immutable"
	// picturePolicy: nothing that a picture could be taken for does anything.
	picturePolicy = "default-src 'none'; sandbox"
)

// Picture is a picture in all its sizes. It is exported for huma, which looks into
// no other embedded structs.
type Picture struct {
	Name   string            `json:"name" doc:"Which names it for as long as it is there"`
	Width  int               `json:"width" doc:"Of the largest, in pixels"`
	Height int               `json:"height"`
	URLs   map[string]string `json:"urls" nullable:"false" example:"{\"320\":\"/pictures/NAME/320.jpg\"}" doc:"Addresses at this service by the longer side in pixels: 1600, 800, 320 and 96; a smaller picture is not enlarged"`
}

func pictureOf(p picture.Picture) Picture {
	out := Picture{Name: p.Name, Width: p.Width, Height: p.Height, URLs: map[string]string{}}
	for _, side := range picture.Sides() {
		out.URLs[strconv.Itoa(side)] = picture.Address(p.Name, side)
	}
	return out
}

type shownPictureIn struct {
	Name string `path:"name"`
	File string `path:"file" example:"320.jpg" doc:"1600.jpg, 800.jpg, 320.jpg or 96.jpg"`

	known string
}

// Resolve notes the tag of what the client has.
func (in *shownPictureIn) Resolve(ctx huma.Context) []error {
	in.known = ctx.Header("If-None-Match")
	return nil
}

// side is 0 when the file is none that there could be.
func (in *shownPictureIn) side() int {
	for _, side := range picture.Sides() {
		if in.File == picture.FileName(side) {
			return side
		}
	}
	return 0
}

type avatarOut struct {
	Body struct {
		Status bool    `json:"Status" example:"true"`
		Avatar Picture `json:"avatar"`
	}
}

func (a *API) pictures() {
	add(a, op{
		method: http.MethodGet, path: picture.Root + "{name}/{file}", id: "get-picture", tag: tagPictures, access: PublicMute,
		summary: "A picture, by an address that an answer names; it may be kept for ever", more: describeShownPicture,
	}, a.shownPicture)
	add(a, op{
		method: http.MethodPut, path: "user/avatar", id: "set-avatar", tag: tagUser, access: SignedIn, raw: true,
		fails:   []int{http.StatusNotFound, http.StatusServiceUnavailable},
		summary: "Set the picture of the signed-in person", more: describePicture,
	}, func(ctx context.Context, who account.User, in *avatarIn) (*avatarOut, error) {
		out := &avatarOut{}
		err := in.upload.files(1).one(func(f io.Reader) error {
			p, err := a.Pictures.SetAvatar(ctx, who.ID, f)
			out.Body.Status, out.Body.Avatar = true, pictureOf(p)
			return err
		})
		return out, err
	})
	add(a, op{
		method: http.MethodDelete, path: "user/avatar", id: "remove-avatar", tag: tagUser, access: SignedIn,
		summary: "Take the picture of the signed-in person away",
	}, func(ctx context.Context, who account.User, _ *none) (*done, error) {
		return ok(), a.Pictures.RemoveAvatar(ctx, who.ID)
	})
}

// avatarOf is the picture of a person; nil when there is none.
func (a *API) avatarOf(ctx context.Context, who account.ID) (*Picture, error) {
	p, err := a.Pictures.Avatar(ctx, who)
	if err != nil || p == nil {
		return nil, err
	}
	return new(pictureOf(*p)), nil
}

// shownPicture sends a picture. Whoever has it is told so without a look into the
// store.
func (a *API) shownPicture(ctx context.Context, _ account.User, in *shownPictureIn) (*huma.StreamResponse, error) {
	side := in.side()
	tag := `"` + in.Name + "-" + strconv.Itoa(side) + `"`
	if has(in.known, tag) {
		if err := a.Pictures.Has(ctx, in.Name, side); err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			pictureHeaders(w.Header(), tag)
			w.WriteHeader(http.StatusNotModified)
		}}, nil
	}
	file, err := a.Pictures.Open(ctx, in.Name, side)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer func() { _ = file.Close() }()
		r, w := humago.Unwrap(ctx)
		pictureHeaders(w.Header(), tag)
		w.Header().Set("Content-Type", pictureMedia)
		w.Header().Set("Content-Length", strconv.FormatInt(file.Size, 10))
		if r.Method != http.MethodHead {
			a.copyOut(w, file, in.Name)
		}
	}}, nil
}

func pictureHeaders(h http.Header, tag string) {
	h.Set("ETag", tag)
	h.Set("Cache-Control", keptForever)
	h.Set("Content-Security-Policy", picturePolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of other origins may show it
}

func describeShownPicture(h *huma.Operation) {
	h.Parameters = append(h.Parameters, ifNoneMatch)
	h.Responses["200"] = &huma.Response{
		Description: "The picture", Headers: header("ETag", "Of the picture", huma.TypeString),
		Content: map[string]*huma.MediaType{pictureMedia: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}
	h.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified), Headers: header("ETag", "Of the picture", huma.TypeString)}
}
