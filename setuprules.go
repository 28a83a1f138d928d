package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// starterRules skip what is listed among people and is none: mailboxes of
// machines, rooms, and mailboxes that a name and an address both give to a
// function.
func starterRules(kind connector.KindInfo) []sortrules.Rule {
	name := func(op sortrules.Op, values ...string) sortrules.Condition {
		c := sortrules.Condition{Field: sortrules.FieldName, Op: op, Value: connector.Texts(values...)}
		if op != sortrules.OpIn {
			c.Value = connector.Text(values[0])
		}
		return c
	}
	address := func(pattern string) []sortrules.Condition {
		if len(meaningsOf(kind)[connector.MeansEmail]) == 0 {
			return nil
		}
		return []sortrules.Condition{{Means: connector.MeansEmail, Op: sortrules.OpRegex, Value: connector.Text(pattern)}}
	}
	skip := func(id, note string, conditions ...sortrules.Condition) sortrules.Rule {
		return sortrules.Rule{ID: id, Kind: kind.Kind, Skip: true, Note: note, When: sortrules.Condition{Any: conditions}}
	}
	machines := append(address(`^(scan(s|ner)?|scan-?(to|2)-?(e-?)?mail|copier|mfp|printer|e?fax|voice-?mail|(no|do-?not)-?reply|postmaster|mailer-daemon)@`),
		name(sortrules.OpContains, "scan to "), name(sortrules.OpStarts, "no-reply"),
		name(sortrules.OpIn, "Scan", "Scans", "Scanner", "Scan2Mail", "Copier", "Printer", "Fax", "Voicemail", "Voice mail", "No Reply", "Noreply", "Do Not Reply"))
	rooms := append(address(`^((conference|meeting|board|training)-?(room)?-?\d*|room-?\d+)@`),
		name(sortrules.OpContains, "conference room"), name(sortrules.OpContains, "meeting room"), name(sortrules.OpContains, "board room"),
		name(sortrules.OpIn, "Boardroom", "Besprechungsraum", "Konferenzraum", "Sitzungszimmer", "Salle de réunion", "Sala de reuniones"))
	shared := []sortrules.Condition{name(sortrules.OpContains, "shared mailbox")}
	if function := address(`^(info|office|mail|contact|hello|reception|front-?desk|admin|sales|support|help(desk)?|service|billing|invoices?|account(s|ing)|ap|ar|payroll|orders?|hr|jobs|marketing)@`); function != nil {
		shared = append(shared, sortrules.Condition{All: append(function, name(sortrules.OpIn,
			"Info", "Information", "Office", "Main Office", "Mail", "Contact", "Hello", "Reception", "Front Desk", "Frontdesk", "Admin", "Administration",
			"Sales", "Support", "Help", "Helpdesk", "Help Desk", "Service", "Billing", "Invoice", "Invoices", "Accounts", "Accounting",
			"Accounts Payable", "Accounts Receivable", "AP", "AR", "Payroll", "Orders", "HR", "Human Resources", "Jobs", "Marketing"))})
	}
	return []sortrules.Rule{
		skip("mailboxes of machines", "scanners, copiers, voicemail: no people", machines...),
		skip("rooms", "rooms that can be booked: no people", rooms...),
		skip("shared mailboxes", "only where the name and the address both say so", shared...),
	}
}
