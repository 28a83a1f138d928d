package connector

import (
	"fmt"
	"strconv"
	"strings"
)

// ConfigTable returns the settings as a table in Markdown, for the page that
// tells people how to connect.
func ConfigTable(fields []ConfigField) string {
	t := newTable("Setting", "Type", "Required", "Default", "What it is")
	for _, f := range fields {
		kind, required, what := string(f.Type), "", f.Title
		if f.Type == ConfigEnum {
			kind = "one of " + strings.Join(f.Options, ", ")
		}
		if f.Required {
			required = "yes"
		}
		if f.Help != "" {
			what += ". " + f.Help
		}
		if f.Example != "" {
			what += " As in " + code(f.Example) + "."
		}
		t.row(code(f.Name), kind, required, code(f.Default), what)
	}
	return t.String()
}

// DataPointTable returns the data points of a kind as a table in Markdown.
func DataPointTable(points []DataPoint) string {
	t := newTable("Data point", "Type", "Means", "What it is")
	for _, p := range points {
		kind, what := p.Type.String(), p.Title
		if p.List {
			kind = "list of " + kind
		}
		if p.Volatile {
			what += " (changes by itself)"
		}
		if p.Secret {
			what += " (a credential)"
		}
		t.row(code(p.Name), kind, string(p.Means), what)
	}
	return t.String()
}

// CodeTable returns the codes of errors as a table in Markdown.
func CodeTable() string {
	t := newTable("Code", "HTTP", "When", "What the engine does", "Passes by itself", "Needs a person")
	for _, row := range Codes() {
		statuses := make([]string, len(row.Statuses))
		for i, status := range row.Statuses {
			statuses[i] = strconv.Itoa(status)
		}
		t.row(code(string(row.Code)), strings.Join(statuses, ", "), row.Meaning, row.Reaction, yes(row.Retryable), yes(row.Attention))
	}
	return t.String()
}

// table is a table in Markdown.
type table struct{ strings.Builder }

func newTable(columns ...string) *table {
	t := &table{}
	t.row(columns...)
	t.WriteString(strings.Repeat("| --- ", len(columns)) + "|\n")
	return t
}

func (t *table) row(cells ...string) {
	for _, cell := range cells {
		cell = strings.Join(strings.Fields(CleanText(cell)), " ")
		cell = strings.NewReplacer(`|`, `\|`, `<`, `&lt;`).Replace(cell)
		fmt.Fprintf(t, "| %s ", cell)
	}
	t.WriteString("|\n")
}

// code marks text as code. Empty text stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
