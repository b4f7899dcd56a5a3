package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/picture"
)

// imageJSON is a picture of a product.
type imageJSON struct {
	Picture
	Main bool `json:"main"`
}

func imagesOf(list []picture.Picture) []imageJSON {
	out := make([]imageJSON, len(list))
	for i, p := range list {
		out[i] = imageJSON{pictureOf(p), i == 0}
	}
	return out
}

type setPicturesIn struct {
	ID     catalog.OfferID `path:"id" doc:"Of the offer, as the list of products has it"`
	upload upload
}

// Resolve notes the request, whose body the handler reads as it comes.
func (in *setPicturesIn) Resolve(ctx huma.Context) []error {
	in.upload = uploadOf(ctx)
	return nil
}

type picturesOut struct {
	Body struct {
		Status bool        `json:"Status" example:"true"`
		Images []imageJSON `json:"images" nullable:"false" doc:"As the card has them"`
	}
}

type removePicturesIn struct {
	ID   catalog.OfferID `path:"id" doc:"Of the offer, as the list of products has it"`
	Name string          `query:"name" doc:"Of the one to remove; without it, all"`
}

// offerPictures are how a supplier shows their goods.
func (a *API) offerPictures() {
	const path = "partner/products/{id}/pictures"
	add(a, op{
		method: http.MethodPut, path: path, id: "set-pictures", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite, raw: true,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Set the pictures of an offer, the main one first: they win over those of price lists until they are removed", more: describePictures,
	}, func(ctx context.Context, who account.User, in *setPicturesIn) (*picturesOut, error) {
		shop, err := a.Shops.Of(ctx, who.Owner)
		if err != nil {
			return nil, err
		}
		files := in.upload.files(maxPictures)
		list, err := a.Pictures.SetOffer(ctx, shop.ID, int64(in.ID), files.all)
		if err = files.outcome(err); err != nil {
			return nil, err
		}
		out := &picturesOut{}
		out.Body.Status, out.Body.Images = true, imagesOf(list)
		return out, nil
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "remove-pictures", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "Remove the pictures that were set, or one of them: when none is left, those of the price list are shown",
	}, func(ctx context.Context, who account.User, in *removePicturesIn) (*done, error) {
		shop, err := a.Shops.Of(ctx, who.Owner)
		if err != nil {
			return nil, err
		}
		return ok(), a.Pictures.RemoveOffer(ctx, shop.ID, int64(in.ID), in.Name)
	})
}
