package account

import (
	"testing"

	"zakup/internal/platform/mail"
	"zakup/internal/platform/mail/mailtest"
)

func TestLetters(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef0123456789abcdef01234567"
	people := map[string]User{
		"": {Email: "buyer@example.com", FirstName: "Иван", LastName: "Петров"},
		"_hostile": {
			Email:     "o'brien+<b>@example.com",
			FirstName: "<script>alert(1)</script>\r\nBcc: victim@example.com",
			LastName:  "{{.Token}}\n\nДругой код: 42 & \"всё\"",
		},
	}
	for kind, template := range map[string]*mail.Template{
		confirmLetter: confirmTemplate, resetLetter: resetTemplate, knownLetter: knownTemplate,
	} {
		for suffix, user := range people {
			mailtest.Both(t, "letter_"+kind+suffix, template, letterData{User: user, Token: token, PublicURL: "https://zakup.example"})
		}
	}
	for suffix, d := range map[string]invitationData{
		"": {Shop: "Чайная", Role: Manager}, "_hostile": {Shop: people["_hostile"].FirstName + people["_hostile"].LastName, Role: Viewer},
	} {
		d.Token, d.PublicURL = token, "https://zakup.example"
		mailtest.Both(t, "letter_invitation"+suffix, invitationTemplate, d)
	}
	mailtest.Both(t, "letter_"+LeftLetter, leftTemplate, nil)
	for kind, template := range map[string]*mail.Template{
		emailOldLetter: emailOldTemplate, emailNewLetter: emailNewTemplate, "email_taken": emailTakenTemplate, emailDoneLetter: emailDoneTemplate,
	} {
		for suffix, user := range people {
			mailtest.Both(t, "letter_"+kind+suffix, template, emailData{
				letterData{User: user, Token: token, PublicURL: "https://zakup.example"}, "o'new+<i>" + user.Email,
			})
		}
	}
}
