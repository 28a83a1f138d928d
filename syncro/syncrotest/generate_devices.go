package syncrotest

import (
	"fmt"
	"strings"
)

// device is a computer with an agent.
func (g *generator) device(h *home, nth int) *Asset {
	made := pick(g, models())
	if made.server && h.number%8 != 1 {
		made = models()[g.IntN(10)]
	}
	agent := &Agent{
		UUID:         g.text("********-****-4***-a***-************"),
		Manufacturer: made.manufacturer, Model: made.name, FormFactor: made.formFactor,
		Serial: g.text(made.serial),
		Domain: pick(g, []string{"WORKGROUP", h.domain, strings.ToLower(h.short) + ".local"}),
		WANIP:  h.wan,
		OS:     g.system(made),
		CPU:    pick(g, processors()),
		RAMGB:  8 << g.IntN(3), DiskGB: pick(g, []int{237, 476, 931}),
		LastSyncedAt: g.seen(),
	}
	agent.FreeGB = g.IntN(agent.DiskGB)
	agent.OS.LastBoot = agent.LastSyncedAt.AddDate(0, 0, -g.IntN(40))
	agent.OS.InstalledAt = g.epoch.AddDate(0, 0, -90-g.IntN(1500))
	agent.Hostname, agent.LastUser = g.hostname(h, made)
	agent.Adapters = g.adapters(h, made)

	out := &Asset{Name: agent.Hostname, Type: AgentType, Serial: agent.Serial, Agent: agent, Properties: map[string]any{}}
	out.RMMLinks = g.chance(30)
	out.PolicyFolderID = int64(500 + g.IntN(6))
	if g.chance(4) {
		out.Name = "OLD " + out.Name
	}
	if g.chance(6) {
		out.Properties["AV"] = "1"
		out.Properties["av"] = "Defender"
	}
	g.spoil(h, out, nth)
	h.device = out
	return out
}

// spoil makes the serial numbers as bad as they are. It goes by position, so
// that every kind of bad is there in a small account, too.
func (g *generator) spoil(h *home, asset *Asset, nth int) {
	switch {
	case nth%50 == 30 && h.device != nil:
		// The agent was reinstalled: another id, the same device.
		twin := h.device
		asset.Name, asset.Serial = twin.Name, twin.Serial
		uuid := asset.Agent.UUID
		asset.Agent = twin.Agent.clone()
		asset.Agent.UUID = uuid
	case nth%50 == 5 && h.device != nil:
		// Two different devices that say the same.
		asset.Serial, asset.Agent.Serial = h.device.Serial, h.device.Agent.Serial
	case nth%25 == 3 || nth%25 == 12:
		asset.Serial = ""
	case nth%25 == 9:
		asset.Serial = pick(g, junkSerials())
		asset.Agent.Serial = asset.Serial
	case nth%25 == 14:
		asset.Serial, asset.Agent.Serial = "", ""
	case nth%25 == 20:
		asset.Serial, asset.Agent.Serial = "", pick(g, junkSerials())
	}
}

func (g *generator) system(made model) OS {
	switch {
	case made.manufacturer == "Apple Inc.":
		return OS{Name: "macOS", Release: "", Build: "23G93", Architecture: "arm64"}
	case made.server:
		return pick(g, serverSystems())
	}
	out := pick(g, operatingSystems())
	out.PendingReboot = g.chance(15)
	return out
}

// hostname draws a device's name and who used it last. Some names are the same
// at every customer.
func (g *generator) hostname(h *home, made model) (name, user string) {
	first, last := slug(pick(g, firstNames())), slug(pick(g, lastNames()))
	user = h.short + `\` + first + "." + last
	if made.server {
		return pick(g, []string{"DC01", "SERVER", h.short + "-DC01", h.short + "-FS01", h.short + "-RDS1"}), h.short + `\administrator`
	}
	switch g.IntN(5) {
	case 0, 1:
		if made.formFactor == "Laptop" || made.formFactor == "Notebook" {
			return g.text("LAPTOP-@@@@@@@@"), user
		}
		return g.text("DESKTOP-@@@@@@@"), user
	case 2:
		return fmt.Sprintf("%s-WS-%03d", h.short, h.number), user
	case 3:
		return pick(g, []string{"RECEPTION", "FRONTDESK-PC", "BACKOFFICE", "CONF-ROOM", "SCANSTATION"}), user
	default:
		return first + "s-pc", user
	}
}

// adapters draws network adapters. A VPN's virtual one has the same physical
// address on every machine.
func (g *generator) adapters(h *home, made model) []Adapter {
	notation := g.IntN(4)
	lan := fmt.Sprintf("10.%d.%d.%d", h.customer.ID%200, h.number/250, 1+h.number%250)
	out := []Adapter{{
		Name: "Ethernet", Description: "Intel(R) Ethernet Connection (17) I219-LM", Type: "ethernet",
		MAC: g.mac(notation), IPv4: lan,
	}}
	if made.server || made.formFactor == "Desktop" {
		return out
	}
	out = append(out, Adapter{
		Name: "Wi-Fi", Description: "Intel(R) Wi-Fi 6 AX201 160MHz", Type: "wifi", MAC: g.mac(notation), IPv4: "169.254.77.20",
	})
	if g.chance(20) {
		out = append(out, Adapter{
			Name: "Ethernet 5", Description: "SSL VPN Virtual Ethernet Adapter", Type: "ethernet",
			MAC: "00-09-0F-AA-00-01", IPv4: "169.254.117.211",
		})
	}
	return out
}
