package syncro

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// properties are custom fields as they came. A map and not a struct, because
// there are keys that differ only by case ("Notes" and "notes").
type properties map[string]json.RawMessage

// UnmarshalJSON implements json.Unmarshaler. An empty list is how some servers
// write an empty object.
func (p *properties) UnmarshalJSON(data []byte) error {
	*p = nil
	if data[0] == '[' || data[0] == 'n' {
		return nil
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	*p = m
	return nil
}

// text returns a property as text. What isn't a text, number or bool is empty.
func (p properties) text(key string) text {
	var t text
	if raw, ok := p[key]; ok && json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return t
}

// named returns the first property whose name is one of names, whatever its
// case. Names are tried in order.
func (p properties) named(names ...string) text {
	for _, wanted := range names {
		for _, key := range slices.Sorted(maps.Keys(p)) {
			if strings.EqualFold(strings.TrimSpace(key), wanted) && p.text(key).trim() != "" {
				return p.text(key)
			}
		}
	}
	return ""
}

// propertyPrefix begins the names of the data points of custom fields.
const propertyPrefix = "properties."

// custom sets a data point for each property but those that except reports,
// those that look like a credential, and objects, whose meaning isn't known.
func (p properties) custom(f fields, except func(key string) bool) {
	for key, raw := range p {
		if except != nil && except(key) || looksSecret(key) {
			continue
		}
		f.set(propertyPrefix+key, propertyValue(raw))
	}
}

// propertyValue returns the value of a custom field. Lists keep their texts,
// numbers and bools.
func propertyValue(raw json.RawMessage) connector.Value {
	raw = bytes.TrimSpace(raw)
	switch raw[0] {
	case '{':
		return connector.Value{}
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			return connector.Value{}
		}
		values := make([]connector.Value, 0, len(items))
		for _, item := range items {
			if item = bytes.TrimSpace(item); item[0] != '[' {
				values = append(values, propertyValue(item))
			}
		}
		return connector.List(values...)
	}
	var v connector.Value
	if json.Unmarshal(raw, &v) != nil {
		return connector.Value{}
	}
	if v.IsBlank() {
		return connector.Value{}
	}
	return v
}

// secretParts are what a field's name has in it, letters and digits alone,
// when its value is a credential.
var secretParts = []string{
	"passw", "passphrase", "passcode", "secret", "token", "apikey", "privatekey", "accesskey", "recoverykey",
	"encryptionkey", "presharedkey", "credential", "community", "kennwort", "wachtwoord", "motdepasse", "contrasena",
	"contraseña", "senha", "bitlocker",
}

// secretWords are words that say so only on their own: "PIN", not "shipping".
var secretWords = []string{"pin", "pins", "pw", "pwd", "psk", "puk", "otp", "totp", "mfa", "2fa"}

// looksSecret reports whether a custom field of that name holds a credential.
func looksSecret(key string) bool {
	lower := strings.ToLower(key)
	squashed := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, lower)
	for _, part := range secretParts {
		if strings.Contains(squashed, part) {
			return true
		}
	}
	words := strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(secretWords, word) })
}
