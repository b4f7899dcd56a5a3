package raster

import (
	"image"
	stddraw "image/draw"

	"golang.org/x/image/draw"
)

// fit lays img on white and shrinks it until neither side is longer than side.
func fit(img image.Image, side int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	long := max(w, h)
	if long <= side {
		return flatten(img, 1)
	}
	round := func(n int) int { return max((n*side+long/2)/long, 1) }
	return resample(flatten(img, long/side), round(w), round(h))
}

// flatten lays img on white; a pixel of the result is the mean of factor × factor.
// What comes after takes memory by the size of its source, so it gets a small one.
func flatten(img image.Image, factor int) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, (b.Dx()+factor-1)/factor, (b.Dy()+factor-1)/factor))
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), factor))
	for y := range out.Rect.Dy() {
		rows := image.Rect(0, 0, b.Dx(), min(factor, b.Dy()-y*factor))
		stddraw.Draw(band, rows, image.White, image.Point{}, stddraw.Src)
		stddraw.Draw(band, rows, img, image.Pt(b.Min.X, b.Min.Y+y*factor), stddraw.Over)
		line := out.Pix[y*out.Stride : (y+1)*out.Stride]
		if factor == 1 {
			copy(line, band.Pix)
			continue
		}
		for x := range out.Rect.Dx() {
			mean(line[4*x:4*x+4], band, image.Rect(x*factor, 0, (x+1)*factor, factor).Intersect(rows))
		}
	}
	return out
}

// mean writes into pixel the mean colour of a part of img.
func mean(pixel []byte, img *image.RGBA, part image.Rectangle) {
	var r, g, b uint32
	for y := part.Min.Y; y < part.Max.Y; y++ {
		line := img.Pix[img.PixOffset(part.Min.X, y):img.PixOffset(part.Max.X, y)]
		for ; len(line) >= 4; line = line[4:] {
			r, g, b = r+uint32(line[0]), g+uint32(line[1]), b+uint32(line[2])
		}
	}
	n := uint32(part.Dx() * part.Dy()) //nolint:gosec // 10 × 10 at most
	for i, sum := range [3]uint32{r, g, b} {
		pixel[i] = byte((sum + n/2) / n) //nolint:gosec // a mean of bytes
	}
	pixel[3] = 255
}

// strip is how many rows or columns are worked on at once: the scaler takes 32
// bytes for each pixel between its two passes.
const strip = 64

// resample scales the width first and the height then.
func resample(img *image.RGBA, w, h int) *image.RGBA {
	img = scaleWidth(img, w)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := 0; x < w; x += strip {
		to := image.Rect(x, 0, min(x+strip, w), h)
		draw.CatmullRom.Scale(out, to, img, image.Rect(to.Min.X, 0, to.Max.X, img.Rect.Dy()), draw.Src, nil)
	}
	return out
}

func scaleWidth(img *image.RGBA, w int) *image.RGBA {
	h := img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := 0; y < h; y += strip {
		to := image.Rect(0, y, w, min(y+strip, h))
		draw.CatmullRom.Scale(out, to, img, image.Rect(0, y, img.Rect.Dx(), to.Max.Y), draw.Src, nil)
	}
	return out
}

// turn puts upright what was taken with the camera held otherwise, as EXIF tells.
func turn(img *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			fromX, fromY := x, y
			if orientation >= 5 {
				fromX, fromY = y, x
			}
			switch orientation {
			case 2, 3, 7, 8:
				fromX = w - 1 - fromX
			}
			switch orientation {
			case 3, 4, 6, 7:
				fromY = h - 1 - fromY
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fromX, fromY):][:4])
		}
	}
	return out
}
