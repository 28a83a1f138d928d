package connector

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// minRedacted is the shortest credential that is looked for. Of a shorter one
// nothing is left to protect, and every other word has it.
const minRedacted = 4

// Redact returns text with "[redacted]" in the place of every credential of the
// configuration, as it is or as it stands in a URL, in Base64 or within JSON. It
// is for the texts of others, such as the error of a library.
func (c Config) Redact(text string) string {
	var forms []string
	for _, secret := range c.Secrets {
		plain := secret.Reveal()
		if len(plain) < minRedacted {
			continue
		}
		forms = append(forms, plain, url.QueryEscape(plain), url.PathEscape(plain), strings.Trim(strconv.Quote(plain), `"`),
			base64.StdEncoding.EncodeToString([]byte(plain)), base64.RawURLEncoding.EncodeToString([]byte(plain)))
	}
	// The longest first: one credential may be a part of another.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for _, form := range forms {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}
