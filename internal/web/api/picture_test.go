package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// dot is the smallest picture.
var dot = picturePNG(1, 1)

// picturePNG is a red picture.
func picturePNG(w, h int) string {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.Set(i%w, i/w, color.RGBA{R: 255, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.String()
}

// stored are the files of the store.
func stored(t *testing.T, a *apptest.App) (names []string) {
	t.Helper()
	dir := filepath.Join(a.DataDir, "pictures")
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, other := a.Buyer(t, "anna@example.com"), a.Buyer(t, "boris@example.com")
		if got := a.Get(t, p, "user/details").Want(t, 200).Object(t); got["avatar"] != nil {
			t.Errorf("an avatar from the beginning: %v", got["avatar"])
		}
		first := a.Do(t, p, "PUT", "user/avatar", apptest.File("me.png", picturePNG(2000, 1000))).Want(t, 200).Object(t)
		avatar := object(first["avatar"])
		if avatar["width"] != 1600.0 || avatar["height"] != 800.0 {
			t.Errorf("the avatar: %v", avatar)
		}
		urls := object(avatar["urls"])
		for side, width := range map[string]int{"1600": 1600, "800": 800, "320": 320, "96": 96} {
			url, _ := urls[side].(string)
			r := a.Get(t, apptest.Person{}, url, "Accept", "image/avif,image/*").Want(t, 200)
			img, err := jpeg.DecodeConfig(strings.NewReader(r.Text))
			if err != nil || img.Width != width {
				t.Errorf("%s: %v, %v", url, img, err)
			}
			for name, want := range map[string]string{
				"Content-Type": "image/jpeg", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
				"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "cross-origin",
			} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("%s: %s: %q", url, name, got)
				}
			}
			tag := r.Header.Get("ETag")
			if again := a.Get(t, apptest.Person{}, url, "If-None-Match", tag); again.Status != 304 || again.Text != "" || again.Header.Get("ETag") != tag {
				t.Errorf("%s: with its tag %q: %d", url, tag, again.Status)
			}
			head := a.Do(t, apptest.Person{}, http.MethodHead, url, apptest.Body{}).Want(t, 200)
			if head.Header.Get("Content-Length") != r.Header.Get("Content-Length") || head.Header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("HEAD %s: %v", url, head.Header)
			}
		}
		if got := object(a.Get(t, p, "user/details").Want(t, 200).Object(t)["avatar"]); got["name"] != avatar["name"] {
			t.Errorf("details: %v", got)
		}
		if got := object(object(a.Get(t, p, "user/export").Want(t, 200).Object(t)["details"])["avatar"]); got["name"] != avatar["name"] {
			t.Errorf("export: %v", got)
		}
		if got := a.Get(t, other, "user/details").Want(t, 200).Object(t); got["avatar"] != nil {
			t.Errorf("another has it too: %v", got["avatar"])
		}

		// The raw body does as well, and takes the place of the one before.
		small := a.Do(t, p, "PUT", "user/avatar", apptest.Body{Type: "image/png", Text: dot}).Want(t, 200).Object(t)
		old, _ := urls["96"].(string)
		checkRefused(t, "the one before", a.Get(t, apptest.Person{}, old), 404)
		a.Do(t, p, "DELETE", "user/avatar", apptest.Body{}).Want(t, 200)
		a.Do(t, p, "DELETE", "user/avatar", apptest.Body{}).Want(t, 200)
		now, _ := object(object(small["avatar"])["urls"])["96"].(string)
		gone := a.Get(t, apptest.Person{}, now)
		checkRefused(t, "the one removed", gone, 404)
		if got := gone.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("404 may be kept: %q", got)
		}
		if got := a.Get(t, p, "user/details").Want(t, 200).Object(t); got["avatar"] != nil {
			t.Errorf("details have it still: %v", got["avatar"])
		}
	})
}

// What can't be a picture changes nothing, and leaves nothing behind.
func TestBadAvatar(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	p := a.Buyer(t, "anna@example.com")
	a.Do(t, p, "PUT", "user/avatar", apptest.File("me.png", dot)).Want(t, 200)
	before := stored(t, a)
	for name, c := range map[string]struct {
		body   apptest.Body
		status int
		code   string
	}{
		"nothing":         {apptest.Body{Type: "image/png"}, 400, "missing_arguments"},
		"no file":         {apptest.Multipart("name", "x"), 400, "missing_arguments"},
		"html":            {apptest.File("me.png", "<html><script>alert(1)</script>"), 400, "not_a_picture"},
		"svg":             {apptest.Body{Type: "image/png", Text: `<svg xmlns="http://www.w3.org/2000/svg"/>`}, 400, "not_a_picture"},
		"json":            {apptest.JSON(`{"file": "x"}`), 400, "not_a_picture"},
		"half a picture":  {apptest.File("me.png", dot[:len(dot)-20]), 400, "picture_spoilt"},
		"a long file":     {apptest.File("me.png", dot+strings.Repeat("x", 10<<20)), 413, "picture_too_large"},
		"a longer body":   {apptest.File("me.png", dot+strings.Repeat("x", 13<<20)), 413, "picture_too_large"},
		"no boundary":     {apptest.Body{Type: "multipart/form-data", Text: dot}, 400, "malformed"},
		"half a boundary": {apptest.Body{Type: "multipart/form-data; boundary=x", Text: "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n" + dot}, 400, "malformed"},
	} {
		r := a.Do(t, p, "PUT", "user/avatar", c.body)
		checkRefused(t, name, r, c.status)
		if got := r.Object(t)["Code"]; got != c.code {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := stored(t, a); len(got) != len(before) {
		t.Errorf("the store has %v, had %v", got, before)
	}
	if got := a.Get(t, p, "user/details").Want(t, 200).Object(t); got["avatar"] == nil {
		t.Error("the avatar is gone")
	}
}

// Addresses that lead to no picture.
func TestNoPicture(t *testing.T) {
	t.Parallel()
	apptest.Each(t, noPicture)
}

func noPicture(t *testing.T, a *apptest.App) {
	p := a.Buyer(t, "anna@example.com")
	url, _ := object(object(a.Do(t, p, "PUT", "user/avatar", apptest.File("me.png", dot)).Want(t, 200).Object(t)["avatar"])["urls"])["96"].(string)
	a.Get(t, apptest.Person{}, url).Want(t, 200)
	dir := strings.TrimSuffix(url, "96.jpg")
	for _, path := range []string{
		dir + "97.jpg", dir + "96", dir + "096.jpg", dir + "96.jpg.jpg", dir + "96.png", dir + "+96.jpg", dir + "%00.jpg", dir + "..%2f96.jpg", dir,
		strings.ToUpper(dir) + "96.jpg", strings.ToUpper(dir[10:]) + "96.jpg", "/pictures/%2e%2e/96.jpg", "/pictures/.unfinished/96.jpg", "/pictures/" + strings.Repeat("a", 26) + "/96.jpg",
		"/pictures/" + strings.Repeat("a", 25) + "%00/96.jpg", "/pictures/" + strings.Repeat("a", 25) + "%ff/96.jpg",
		"/pictures/" + strings.Repeat("9", 5000) + "/96.jpg", "/pictures/%ff/96.jpg", "/pictures/%00/96.jpg", "/pictures/'/96.jpg", "/pictures/", "/pictures",
	} {
		checkRefused(t, path, a.Get(t, apptest.Person{}, path), 404)
	}
	// A store that lost it is no failure of whoever asks.
	if err := os.RemoveAll(filepath.Join(a.DataDir, "pictures", strings.TrimPrefix(dir, "/pictures/"))); err != nil {
		t.Fatal(err)
	}
	checkRefused(t, "lost", a.Get(t, apptest.Person{}, url), 404)
}
