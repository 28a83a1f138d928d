package syncrotest

import (
	"slices"
	"time"
)

// AgentType is the asset type of every device with an agent.
const AgentType = "Syncro Device"

// Agent is what an agent reports of its device: an asset's properties
// "kabuto_live_uuid" and "kabuto_information".
type Agent struct {
	// UUID is the agent's own id. A reinstalled agent has another.
	UUID string
	// Hostname is the device's name, which may differ from the asset's.
	Hostname string
	// Manufacturer is who made the device.
	Manufacturer string
	// Model is what the manufacturer calls it.
	Model string
	// Serial is the serial number in the firmware, junk included.
	Serial string
	// FormFactor is the kind of chassis, such as "Laptop".
	FormFactor string
	// Domain is the directory domain or work group.
	Domain string
	// WANIP is the public address that the agent came from.
	WANIP string
	// OS is the operating system.
	OS OS
	// Adapters are the network adapters. The first is the primary one.
	Adapters []Adapter
	// CPU is the processor's name.
	CPU string
	// RAMGB is the memory in gigabytes.
	RAMGB int
	// DiskGB is the size of the system disk in gigabytes.
	DiskGB int
	// FreeGB is the free space on the system disk in gigabytes. It changes all the time.
	FreeGB int
	// LastUser is who was logged in last. It changes all the time.
	LastUser string
	// LastSyncedAt is the last check-in. It changes all the time. Zero means never.
	LastSyncedAt time.Time
}

// OS is the operating system that an agent runs on.
type OS struct {
	// Name is the product, such as "Microsoft Windows 11 Pro".
	Name string
	// Release is the feature release, such as "23H2".
	Release string
	// Build is the build number.
	Build string
	// Architecture is such as "64-bit".
	Architecture string
	// LastBoot is when it was started. It changes all the time. Zero means unknown.
	LastBoot time.Time
	// PendingReboot says that updates wait for a restart.
	PendingReboot bool
	// InstalledAt is when it was installed. Zero means unknown.
	InstalledAt time.Time
}

// Adapter is one network adapter.
type Adapter struct {
	// Name is what the operating system calls the connection.
	Name string
	// Description is the hardware or driver.
	Description string
	// Type is "ethernet" or "wifi".
	Type string
	// MAC is the physical address, with dashes, colons or nothing between bytes.
	MAC string
	// IPv4 is the local address.
	IPv4 string
}

func (a *Agent) clone() *Agent {
	if a == nil {
		return nil
	}
	c := *a
	c.Adapters = slices.Clone(a.Adapters)
	return &c
}
