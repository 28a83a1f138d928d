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
	text := strings.Join(parts, ": ")
	for _, secret := range secrets {
		text = redact(text, secret)
	}
	return shorten(text)
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

// redact takes a secret out of a text, also as JSON would write it.
func redact(text, secret string) string {
	if secret == "" {
		return text
	}
	if quoted, err := json.Marshal(secret); err == nil {
		text = strings.ReplaceAll(text, strings.Trim(string(quoted), `"`), "[redacted]")
	}
	return strings.ReplaceAll(text, secret, "[redacted]")
}

func shorten(text string) string {
	text = strings.Join(strings.FieldsFunc(connector.CleanText(text), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(text); len(runes) > maxErrorText {
		return string(runes[:maxErrorText]) + "…"
	}
	return text
}
