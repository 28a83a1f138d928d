package sqlstore

import (
	"strconv"
	"strings"
)

// naming turns the statements of this package into those of one database.
type naming struct {
	dialect Dialect
	// schema is quoted and ends in a dot, or is empty.
	schema string
	prefix string
}

func newNaming(c Config) naming {
	n := naming{dialect: c.Dialect, prefix: c.Prefix}
	if c.Schema != "" {
		n.schema = `"` + c.Schema + `".`
	}
	return n
}

// table returns a table's full name.
func (n naming) table(name string) string { return n.schema + n.prefix + name }

// sql returns a statement as the database wants it: {name} becomes the full name
// of a table, and each ? a placeholder.
func (n naming) sql(text string) string {
	var b strings.Builder
	params := 0
	for text != "" {
		i := strings.IndexAny(text, "{?")
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		if text[i] == '?' {
			params++
			n.param(&b, params)
			text = text[i+1:]
			continue
		}
		name, rest, _ := strings.Cut(text[i+1:], "}")
		b.WriteString(n.table(name))
		text = rest
	}
	b.WriteString(text)
	return b.String()
}

// param writes the placeholder of the argument with that number, from 1.
func (n naming) param(b *strings.Builder, number int) {
	if n.dialect == SQLite {
		b.WriteByte('?')
		return
	}
	b.WriteByte('$')
	b.WriteString(strconv.Itoa(number))
}
