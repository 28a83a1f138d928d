package testconnector

import (
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Record makes record n up. It has about the size of a device's: 15 values, 430
// bytes as JSON.
func Record(n int) connector.Record {
	id := strconv.Itoa(n)
	at := time.Date(2026, time.March, 4, 5, 6, 7, n%1000*1000, time.UTC)
	return connector.Record{
		Key: connector.Key(id), Container: connector.Key(strconv.Itoa(n % 50)), Name: "WS-ACME-" + id, Type: "Workstation",
		Created: at.AddDate(-1, 0, 0), Updated: at, URL: "https://acme.example.com/assets/" + id,
		Fields: connector.Fields{
			"serial":    connector.Text("PF3X" + id),
			"mac":       connector.Text("00:11:22:33:44:55"),
			"model":     connector.Text("ThinkPad T14 Gen 3"),
			"maker":     connector.Text("LENOVO"),
			"os":        connector.Text("Windows 11 Pro"),
			"ram":       connector.Integer(16384),
			"online":    connector.Bool(n%2 == 0),
			"last_seen": connector.Instant(at),
		},
	}
}

// Person makes a smaller record up: 8 values, 200 bytes as JSON.
func Person(n int) connector.Record {
	id := strconv.Itoa(n)
	return connector.Record{
		Key: connector.Key(id), Container: connector.Key(strconv.Itoa(n % 50)), Name: "Ada Lovelace " + id,
		Updated: time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC),
		Fields: connector.Fields{
			"email": connector.Text("ada." + id + "@acme.example.com"),
			"phone": connector.Text("+1 555 0100"),
			"title": connector.Text("Analyst"),
			"city":  connector.Text("London"),
		},
	}
}
