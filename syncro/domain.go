package syncro

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// suffixes are the domains whose subdomains are accounts. The key is sent
// nowhere else.
var suffixes = [...]string{"syncromsp.com", "repairshopr.com"}

// reserved are subdomains that belong to the vendor.
var reserved = [...]string{"www", "api", "app", "admin", "help", "docs", "status", "support", "shield"}

var labelPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// parseDomain returns the host of an account as it has to be written, or what
// is wrong with raw. The problem never shows raw itself: what people paste may
// hold a password or a key.
func parseDomain(raw string) (string, *connector.Problem) {
	if raw == "" {
		return "", &connector.Problem{Field: FieldDomain, Text: "is empty (as in instancename.syncromsp.com)"}
	}
	host, faults := stripDomain(raw)
	host, more := completeDomain(host)
	faults = append(faults, more...)
	if problem := refuseDomain(host); problem != "" {
		return "", &connector.Problem{Field: FieldDomain, Text: problem}
	}
	if len(faults) > 0 {
		return "", &connector.Problem{
			Field: FieldDomain, Text: joinWords(faults) + " (enter " + host + ")", Suggestion: host,
		}
	}
	return host, nil
}

// stripDomain takes off what people paste along with a host, and says what it
// took.
func stripDomain(raw string) (host string, faults []string) {
	note := func(fault string, when bool) {
		if when {
			faults = append(faults, fault)
		}
	}
	host = strings.TrimFunc(raw, unicode.IsSpace)
	note("has white space around it", host != raw)
	if scheme, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
		if s := strings.ToLower(scheme); s == "http" || s == "https" {
			note(`begins with "`+s+`://"`, true)
		} else {
			note("begins with the name of a protocol", true)
		}
	} else if rest, ok := strings.CutPrefix(host, "//"); ok {
		host = rest
		note(`begins with "//"`, true)
	}
	if at := strings.IndexAny(host, `/\?#`); at >= 0 {
		tail := host[at:]
		host = host[:at]
		note("ends with a slash", tail == "/" || tail == `\`)
		note("has a path behind it", len(tail) > 1)
	}
	if at := strings.LastIndex(host, "@"); at >= 0 {
		host = host[at+1:]
		note("has a user name in front", true)
	}
	if at := strings.Index(host, ":"); at >= 0 {
		host = host[:at]
		note("has a port", true)
	}
	if trimmed := strings.TrimRight(host, "."); trimmed != host {
		host = trimmed
		note("ends with a dot", true)
	}
	if lower := strings.ToLower(host); lower != host {
		host = lower
		note("has capital letters", true)
	}
	return host, faults
}

// completeDomain adds the suffix to an account's bare name, and leads from the
// addresses of web pages to that of the account.
func completeDomain(host string) (full string, faults []string) {
	if labelPattern.MatchString(host) && !looksLikeKey(host) {
		return host + "." + suffixes[0], []string{`lacks ".` + suffixes[0] + `"`}
	}
	for _, suffix := range suffixes {
		label, brand := strings.TrimSuffix(host, "."+suffix), strings.TrimSuffix(suffix, ".com")
		if label == host {
			// "acme.syncromsp", the end forgotten.
			if short, ok := strings.CutSuffix(host, "."+brand); ok && labelPattern.MatchString(short) {
				return short + "." + suffix, []string{`lacks ".com"`}
			}
			continue
		}
		if sub, ok := strings.CutSuffix(label, "."+pageHost); ok {
			return sub + "." + suffix, []string{`is the address of pages for your customers ("shield")`}
		}
		if sub, ok := strings.CutPrefix(label, "www."); ok {
			return sub + "." + suffix, []string{`begins with "www."`}
		}
	}
	return host, nil
}

// looksLikeKey reports whether a bare name is rather an API key in the wrong field,
// which an offered domain would show: it is long, and has more digits than names do.
func looksLikeKey(label string) bool {
	digits := 0
	for _, c := range label {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return len(label) >= 16 && digits >= 6
}

// refuseDomain says why host can't be an account's, or nothing.
func refuseDomain(host string) string {
	for _, suffix := range suffixes {
		if host == suffix {
			return "lacks the name of your account in front (as in instancename." + suffix + ")"
		}
		label, ok := strings.CutSuffix(host, "."+suffix)
		switch {
		case !ok:
			continue
		case slices.Contains(reserved[:], label):
			return "is an address of the vendor, not of your account (as in instancename." + suffix + ")"
		case strings.Contains(label, "."):
			return "has more than one name in front of ." + suffix + " (as in instancename." + suffix + ")"
		case !labelPattern.MatchString(label):
			return "has characters in it that an address can't have (letters, digits and hyphens, as in instancename." + suffix + ")"
		}
		return ""
	}
	if slices.Contains(reserved[:], host) || host == "" {
		return "is no address of an account (as in instancename.syncromsp.com)"
	}
	return "is not an address of Syncro: it ends neither with .syncromsp.com nor with .repairshopr.com " +
		"(enter what the browser shows when you are logged in to Syncro, as in instancename.syncromsp.com)"
}

// joinWords joins texts as people do: "a", "a and b", "a, b and c".
func joinWords(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}
