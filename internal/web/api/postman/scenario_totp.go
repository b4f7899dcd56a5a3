package postman

import "net/http"

// factor: a collection has no authenticator, so the second factor is begun and not
// confirmed.
var factor = []step{
	{op: "get-totp", name: "Whether the buyer has a second factor", as: buyer, expect: pairs{`body.enabled`, `false`, `body.recovery_codes_left`, `0`}},
	{
		op: "begin-totp", name: "Begin to set up an authenticator", as: buyer,
		args:   pairs{"password", "{{password}}"},
		expect: pairs{`body.url.startsWith("otpauth://totp/")`, `true`, `body.qr.startsWith("data:image/png;base64,")`, `true`},
	},
	{
		op: "confirm-totp", name: "Confirm it with a wrong code", as: buyer, status: http.StatusUnauthorized,
		args:   pairs{"code", "no code"},
		expect: pairs{`body.Code`, `"bad_totp"`},
	},
	{
		op: "renew-recovery-codes", name: "Recovery codes of who has no second factor", as: buyer, status: http.StatusConflict,
		args:   pairs{"code", "000000"},
		expect: pairs{`body.Code`, `"totp_off"`},
	},
	{
		op: "end-totp", name: "Switch off what is not on", as: buyer, status: http.StatusConflict,
		args:   pairs{"password", "{{password}}", "code", "000000"},
		expect: pairs{`body.Code`, `"totp_off"`},
	},
}
