package restplatform

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// maxErrorText is how many characters of the platform's words an error holds.
const maxErrorText = 200

// errorText is what the platform says about a failure, where it says so in one
// of its forms, without secrets. A body in no such form isn't shown.
func errorText(body []byte, secrets []string) string {
	var forms struct {
		Error   json.RawMessage `json:"error"`
		Details json.RawMessage `json:"details"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &forms) != nil {
		return ""
	}
	var parts []string
	for _, raw := range []json.RawMessage{forms.Error, forms.Details, forms.Errors} {
		if part := flatten(raw); part != "" {
			parts = append(parts, part)
		}
	}
	return shorten(redact(strings.Join(parts, ": "), secrets))
}

// flatten returns the texts in a text, in a list of texts, or in an object of
// such lists.
func flatten(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var texts []string
	if json.Unmarshal(raw, &texts) == nil {
		return strings.Join(texts, ", ")
	}
	return ""
}

// redact makes a text a clean line without secrets. They are taken out in every
// form that they may have by then: as they are, as JSON writes them, and with
// their white space made even.
func redact(text string, secrets []string) string {
	text = connector.CleanText(text)
	for _, secret := range secrets {
		quoted, _ := json.Marshal(secret) // text always has a form
		text = remove(text, strings.Trim(string(quoted), `"`), secret)
	}
	text = line(text)
	for _, secret := range secrets {
		text = remove(text, line(secret))
	}
	return text
}

func remove(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[redacted]")
		}
	}
	return text
}

// line is a text without line breaks and control characters.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(connector.CleanText(text), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > maxErrorText {
		return string(runes[:maxErrorText]) + "…"
	}
	return text
}
