// Package testconnector is a connector to test plugins with: it makes up
// records, and misbehaves where it is told to.
package testconnector
