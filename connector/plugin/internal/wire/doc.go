// Package wire is the protocol between a host and a connector plugin: the
// generated code of wire.proto, and how records and errors are written.
package wire
