package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image/png"
	"net/http"

	"zakup/internal/feature/account"
)

// qrSide is the side of the picture of a code, in pixels.
const qrSide = 240

type totpOut struct {
	Body struct {
		On       bool  `json:"enabled"`
		Recovery int64 `json:"recovery_codes_left"`
	}
}

type beginTOTPIn struct {
	Body struct {
		Password string `json:"password" doc:"The person's own; of who has none, anything"`
	}
}

type beginTOTPOut struct {
	Body struct {
		Status bool   `json:"Status" example:"true"`
		Secret string `json:"secret" doc:"For who types it in" example:"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
		URL    string `json:"url" doc:"What an authenticator takes" example:"otpauth://totp/Zakup:buyer@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Zakup"`
		QR     string `json:"qr" doc:"The same as a picture: data:image/png;base64,…"`
	}
}

type totpCodeIn struct {
	Body struct {
		Code string `json:"code" maxLength:"40" doc:"Six digits of the authenticator" example:"123456"`
	}
}

type endTOTPIn struct {
	Body struct {
		Password string `json:"password,omitempty" doc:"The person's own; who has none need not say it"`
		Code     string `json:"code" maxLength:"40" doc:"Six digits of the authenticator, or a recovery code" example:"123456"`
	}
}

type recoveryOut struct {
	Body struct {
		Status bool     `json:"Status" example:"true"`
		Codes  []string `json:"recovery_codes" nullable:"false" doc:"Shown here only; each signs in once in place of a code" example:"[\"abcd-efgh-ijkl-mnop\"]"`
	}
}

func recovery(codes []string, err error) (*recoveryOut, error) {
	out := &recoveryOut{}
	out.Body.Status, out.Body.Codes = true, codes
	return out, err
}

func (a *API) totp() {
	const path = "user/totp"
	add(a, op{
		method: http.MethodGet, path: path, id: "get-totp", tag: tagUser, access: SignedIn,
		summary: "Whether the person signs in with a second factor",
	}, func(ctx context.Context, who account.User, _ *none) (*totpOut, error) {
		s, err := a.Accounts.TOTPOf(ctx, who.ID)
		out := &totpOut{}
		out.Body.On, out.Body.Recovery = s.On, s.Recovery
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "begin-totp", tag: tagUser, access: SignedIn,
		summary: "Begin to set up an authenticator; it is asked for once a code of it has confirmed it",
	}, func(ctx context.Context, who account.User, in *beginTOTPIn) (*beginTOTPOut, error) {
		e, err := a.Accounts.BeginTOTP(ctx, who, in.Body.Password)
		if err != nil {
			return nil, err
		}
		out := &beginTOTPOut{}
		out.Body.Status, out.Body.Secret, out.Body.URL = true, e.Secret, e.URL
		out.Body.QR, err = dataURI(e)
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: path + "/confirm", id: "confirm-totp", tag: tagUser, access: SignedIn,
		summary: "Switch the second factor on; it ends every other sign-in",
	}, func(ctx context.Context, who account.User, in *totpCodeIn) (*recoveryOut, error) {
		return recovery(a.Accounts.ConfirmTOTP(ctx, who, tokenOf(ctx), in.Body.Code))
	})
	add(a, op{
		method: http.MethodPost, path: path + "/recovery", id: "renew-recovery-codes", tag: tagUser, access: SignedIn,
		summary: "New recovery codes in place of those that are left",
	}, func(ctx context.Context, who account.User, in *totpCodeIn) (*recoveryOut, error) {
		return recovery(a.Accounts.RenewRecovery(ctx, who, in.Body.Code))
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "end-totp", tag: tagUser, access: SignedIn,
		summary: "Switch the second factor off",
	}, func(ctx context.Context, who account.User, in *endTOTPIn) (*done, error) {
		return ok(), a.Accounts.EndTOTP(ctx, who, in.Body.Password, in.Body.Code)
	})
	add(a, op{
		method: http.MethodPost, path: "admin/users/{id}/totp/reset", id: "reset-totp", tag: tagAdmin, access: AdminOnly,
		summary: "Switch the second factor of somebody off who has lost it; it ends every sign-in",
	}, func(ctx context.Context, _ account.User, in *userIDIn) (*done, error) {
		return ok(), a.Accounts.ResetTOTP(ctx, in.ID, false)
	})
}

// dataURI is the QR code of what an authenticator is set up with.
func dataURI(e account.Enrolment) (string, error) {
	m, err := e.Key.Image(qrSide, qrSide)
	if err != nil {
		return "", fmt.Errorf("api: QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return "", fmt.Errorf("api: QR code: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
