package api_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// pictureParts are files under the names of their parts.
func pictureParts(parts ...string) apptest.Body {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		part, err := w.CreateFormFile(parts[i], "tea.png")
		if err == nil {
			_, err = io.WriteString(part, parts[i+1])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return apptest.Body{Type: w.FormDataContentType(), Text: b.String()}
}

// widths are those of an offer's pictures on its card; the first is the main one.
func widths(t *testing.T, a *apptest.App, offer string) (list []string) {
	t.Helper()
	for i, one := range array(a.Get(t, apptest.Person{}, "products/"+offer).Want(t, 200).Object(t)["images"]) {
		image := object(one)
		if image["main"] != (i == 0) {
			t.Errorf("the picture %d is main: %v", i, image["main"])
		}
		url, _ := object(image["urls"])["1600"].(string)
		img, err := jpeg.DecodeConfig(strings.NewReader(a.Get(t, apptest.Person{}, url).Want(t, 200).Text))
		if err != nil || float64(img.Width) != image["width"] {
			t.Errorf("%v: %v, %v", image, img, err)
		}
		list = append(list, fmt.Sprint(img.Width))
	}
	return list
}

func TestOfferPictures(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "north@example.com", apptest.List("Север", "Чай", 3))
		list := a.Get(t, p, "products").Want(t, 200).Array(t)
		offer := id(list[1]["id"])
		if list[1]["image"] != nil || widths(t, a, offer) != nil {
			t.Errorf("pictures from the beginning: %v", list[1])
		}
		path := "partner/products/" + offer + "/pictures"
		body := pictureParts("file", picturePNG(30, 1), "files", picturePNG(20, 1), "note", "no picture", "file", picturePNG(10, 1))
		set := array(a.Do(t, p, "PUT", path, body).Want(t, 200).Object(t)["images"])
		if got := strings.Join(widths(t, a, offer), " "); got != "30 20 10" || len(set) != 3 {
			t.Errorf("the card has %q, the answer %v", got, set)
		}
		// The list has the main one of the offer that has one.
		name, _ := object(set[0])["name"].(string)
		for i, o := range a.Get(t, p, "products").Want(t, 200).Array(t) {
			if want := map[bool]any{true: "/pictures/" + name + "/320.jpg", false: nil}[i == 1]; o["image"] != want {
				t.Errorf("the list has for the offer %d: %v, want %v", i, o["image"], want)
			}
		}
		many := []string{}
		for range 11 {
			many = append(many, "files", dot)
		}
		for what, c := range map[string]struct {
			body   apptest.Body
			status int
			code   string
		}{
			"eleven":         {pictureParts(many...), 400, "too_many_pictures"},
			"none":           {apptest.Multipart("note", "x"), 400, "missing_arguments"},
			"one is spoilt":  {pictureParts("file", dot, "file", dot[:30]), 400, "picture_spoilt"},
			"one is long":    {pictureParts("file", dot, "file", dot+strings.Repeat("x", 10<<20)), 413, "picture_too_large"},
			"half a picture": {apptest.Body{Type: "multipart/form-data; boundary=x", Text: "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n" + dot}, 400, "malformed"},
		} {
			r := a.Do(t, p, "PUT", path, c.body)
			checkRefused(t, what, r, c.status)
			if got := r.Object(t)["Code"]; got != c.code {
				t.Errorf("%s: %v", what, got)
			}
		}
		second, _ := object(set[1])["name"].(string)
		a.Do(t, p, "DELETE", path+"?name="+second, apptest.Body{}).Want(t, 200)
		a.Do(t, p, "DELETE", path+"?name="+second, apptest.Body{}).Want(t, 404)
		a.Do(t, p, "DELETE", path+"?name=%00", apptest.Body{}).Want(t, 404)
		if got := strings.Join(widths(t, a, offer), " "); got != "30 10" {
			t.Errorf("without the second: %q", got)
		}
		a.Do(t, p, "PUT", path, apptest.Body{Type: "image/png", Text: picturePNG(5, 5)}).Want(t, 200)
		if got := strings.Join(widths(t, a, offer), " "); got != "5" {
			t.Errorf("replaced: %q", got)
		}
		// The offer of another is as one that there is not.
		other := a.Shop(t, "south@example.com", apptest.List("Юг", "Кофе", 1))
		for _, method := range []string{"PUT", "DELETE"} {
			for _, id := range []string{offer, "99999"} {
				checkRefused(t, method+" "+id, a.Do(t, other, method, "partner/products/"+id+"/pictures", pictureParts("file", dot)), 404)
			}
		}
		a.Do(t, p, "DELETE", path, apptest.Body{}).Want(t, 200)
		if got := widths(t, a, offer); got != nil {
			t.Errorf("removed: %v", got)
		}
	})
}

// What a price list names is fetched by itself, soon after the list is applied.
func TestPicturesOfPriceList(t *testing.T) {
	t.Parallel()
	from := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, picturePNG(40, 30)) }))
	defer from.Close()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "north@example.com", "shop: Север\ncategories: [{id: 1, name: Чай}]\n"+
			"goods: [{id: 1, category: 1, name: Чай, price: 1, quantity: 1, pictures: ["+from.URL+"/1.jpg, "+from.URL+"/2.jpg]}]\n")
		offer := id(a.Get(t, p, "products").Want(t, 200).Array(t)[0]["id"])
		apptest.Until(t, "the pictures of the list", func() bool { return len(widths(t, a, offer)) == 2 })
		card := a.Get(t, p, "products/"+offer).Want(t, 200).Object(t)
		if got := array(card["pictures"]); len(got) != 2 || got[0] != from.URL+"/1.jpg" {
			t.Errorf("the addresses of the list are %v", got)
		}
	})
}
