package syncrotest

import (
	"strconv"
	"strings"
)

type kabutoBody struct {
	General         kabutoGeneral   `json:"general"`
	OS              kabutoOS        `json:"os"`
	InstallDates    kabutoInstalled `json:"install_dates"`
	NetworkAdapters []kabutoAdapter `json:"network_adapters"`
	PrimaryAdapter  kabutoPrimary   `json:"primary_adapter"`
	SystemPartition kabutoPartition `json:"system_partition"`
	CPU             []kabutoPart    `json:"cpu"`
	RAM             []kabutoPart    `json:"ram"`
	HDD             []kabutoPart    `json:"hdd"`
	Motherboard     kabutoBoard     `json:"motherboard"`
	LastSyncedAt    string          `json:"last_synced_at"`
	LastUser        string          `json:"last_user"`
}

type kabutoGeneral struct {
	Name         string   `json:"name"`
	Manufacturer string   `json:"manufacturer"`
	Model        string   `json:"model"`
	SerialNumber string   `json:"serial_number"`
	FormFactor   string   `json:"form_factor"`
	MAC          []string `json:"mac"`
	Domain       string   `json:"domain"`
	IP           string   `json:"ip"`
}

type kabutoOS struct {
	Name          string `json:"name"`
	LastBootTime  string `json:"last_boot_time"`
	Build         string `json:"build"`
	Architecture  string `json:"os_architecture"`
	Release       string `json:"windows_release_version"`
	PendingReboot bool   `json:"pending_reboot"`
}

type kabutoInstalled struct {
	OS   string `json:"os_install"`
	BIOS string `json:"bios_release"`
}

type kabutoAdapter struct {
	Name              string `json:"name"`
	Description       string `json:"description"`
	Type              string `json:"type"`
	IPv4              string `json:"ipv4"`
	IPv6              string `json:"ipv6"`
	Subnet            string `json:"subnet"`
	Gateway           string `json:"gateway"`
	DNS1              string `json:"dns1"`
	DNS2              string `json:"dns2"`
	DHCPServer        string `json:"dhcp_server"`
	PhysicalAddress   string `json:"physical_address"`
	LeaseObtained     string `json:"lease_obtained"`
	LeaseExpires      string `json:"lease_expires"`
	DHCPEnabled       bool   `json:"dhcp_enabled"`
	Autoconfiguration bool   `json:"autoconfiguration_enabled"`
}

type kabutoPrimary struct {
	IPv4   string `json:"ipv4"`
	Subnet string `json:"subnet"`
}

type kabutoPartition struct {
	SizeGB      int `json:"size_gb"`
	FreeGB      int `json:"free_gb"`
	FreePercent int `json:"free_percent"`
}

type kabutoPart struct {
	Name string `json:"name,omitempty"`
	Size string `json:"size,omitempty"`
}

type kabutoBoard struct {
	Manufacturer string `json:"manufacturer"`
}

func (a *Account) kabutoBody(g *Agent) kabutoBody {
	out := kabutoBody{
		General: kabutoGeneral{
			Name: g.Hostname, Manufacturer: g.Manufacturer, Model: g.Model, SerialNumber: g.Serial,
			FormFactor: g.FormFactor, MAC: []string{}, Domain: g.Domain, IP: g.WANIP,
		},
		OS: kabutoOS{
			Name: g.OS.Name, LastBootTime: a.agentTime(g.OS.LastBoot), Build: g.OS.Build,
			Architecture: g.OS.Architecture, Release: g.OS.Release, PendingReboot: g.OS.PendingReboot,
		},
		InstallDates:    kabutoInstalled{OS: a.agentTime(g.OS.InstalledAt)},
		NetworkAdapters: []kabutoAdapter{},
		SystemPartition: kabutoPartition{SizeGB: g.DiskGB, FreeGB: g.FreeGB, FreePercent: 100 * g.FreeGB / max(g.DiskGB, 1)},
		CPU:             []kabutoPart{{Name: g.CPU}},
		RAM:             []kabutoPart{{Size: gigabytes(g.RAMGB)}},
		HDD:             []kabutoPart{{Size: gigabytes(g.DiskGB)}},
		Motherboard:     kabutoBoard{Manufacturer: g.Manufacturer},
		LastSyncedAt:    a.agentTime(g.LastSyncedAt),
		LastUser:        g.LastUser,
	}
	for i, adapter := range g.Adapters {
		body := kabutoAdapter{
			Name: adapter.Name, Description: adapter.Description, Type: adapter.Type,
			IPv4: adapter.IPv4, Subnet: "255.255.255.0", PhysicalAddress: adapter.MAC,
			DHCPEnabled: true, Autoconfiguration: true,
		}
		if i == 0 {
			out.PrimaryAdapter = kabutoPrimary{IPv4: body.IPv4, Subnet: body.Subnet}
		}
		out.NetworkAdapters = append(out.NetworkAdapters, body)
		// The general part repeats the addresses in a notation of its own.
		out.General.MAC = append(out.General.MAC, macSeparators.Replace(adapter.MAC))
	}
	return out
}

// macSeparators takes the separators out of a physical address.
var macSeparators = strings.NewReplacer("-", "", ":", "", ".", "")

func gigabytes(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " GB"
}
