package matching

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// netBIOS is the length at which Windows cuts a device's name.
const netBIOS = 15

// thingName returns a name as it is compared for a role. Empty is equal to
// none.
func (t *Tables) thingName(role connector.Role, name string) string {
	all := words(fold(name))
	if len(all) == 0 || t.junk[strings.Join(all, "")] {
		return ""
	}
	switch role {
	case connector.RoleDevice:
		return hostName(name)
	case connector.RolePerson:
		if len(all) == 1 && !otherScript(all[0]) {
			return "" // "John" is no full name
		}
	default:
	}
	return strings.Join(all, " ")
}

// otherScript reports whether a word is written in a script that may write a
// full name as one word.
func otherScript(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool {
		return unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
	})
}

// hostName returns a device's name in upper case and without its domain.
func hostName(name string) string {
	name = strings.ToUpper(strings.TrimSpace(name))
	host, domain, found := strings.Cut(strings.TrimSuffix(name, "."), ".")
	if found && isHost(host) && isDomain(domain) {
		return host
	}
	return name
}

// isHost reports whether s can be a name in a network.
func isHost(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == "" && !strings.HasPrefix(s, "-")
}

// isDomain reports whether s, which follows a dot, is a domain. "1.2" of "SW1.2"
// and "OLD" of "PC7.OLD" tell devices apart, and an address isn't cut at all.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if !isHost(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	if len(last) < 2 || strings.ContainsAny(last, "0123456789_") {
		return false
	}
	return !slices.Contains([]string{"OLD", "NEW", "BAK", "BACKUP", "TMP", "TEMP", "TEST", "COPY", "ORIG", "DUP", "SPARE"}, last)
}

// bucket returns the part of a name that all names equal to it share.
func bucket(role connector.Role, name string) string {
	if role == connector.RoleDevice && isHost(name) && len(name) > netBIOS {
		return name[:netBIOS]
	}
	return name
}

// sameName reports whether two names of one bucket are equal: of devices also
// where one of them is cut.
func sameName(a, b string) bool { return a == b || len(a) == netBIOS || len(b) == netBIOS }

// compatibleNames reports whether two names can be one person's: one isn't
// known, or they have a word in common. People change their last names, and go
// by short first names.
func compatibleNames(a, b string) bool {
	x, y := words(fold(a)), words(fold(b))
	if len(x) == 0 || len(y) == 0 {
		return true
	}
	return slices.ContainsFunc(x, func(word string) bool { return !isInitial(word) && slices.Contains(y, word) })
}
