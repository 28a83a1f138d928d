// Package template holds a complete small connector, and makes working copies
// of it under another name:
//
//	go run ./examples/connector-template/new zenith
//
// The connector is in package acme: its copy is where a new one begins.
package template
