package syncro

import (
	"slices"
	"strings"
	"unicode"
)

// secretParts are what a field's name has in it, letters and digits alone,
// when its value is a credential.
var secretParts = []string{
	"passw", "passphrase", "passcode", "passkey", "secret", "token", "apikey", "privatekey", "accesskey", "recoverykey",
	"encryptionkey", "sharedkey", "sshkey", "wifikey", "wlankey", "wpakey", "wpa2key", "networkkey", "securitykey", "authkey",
	"credential", "community", "bitlocker", "pincode", "accesscode", "alarmcode", "gatecode", "doorcode", "safecode",
	"unlockcode", "kennwort", "wachtwoord", "motdepasse", "contrasena", "contraseña", "senha", "parola", "lösenord",
	"adgangskode", "salasana", "hasło",
}

// secretWords are words that say so only on their own: "PIN", not "shipping".
var secretWords = []string{"pin", "pins", "pw", "pwd", "psk", "puk", "otp", "totp", "mfa", "2fa"}

// looksSecret reports whether a custom field of that name holds a credential.
func looksSecret(key string) bool {
	lower := strings.ToLower(key)
	squashed := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, lower)
	for _, part := range secretParts {
		if strings.Contains(squashed, part) {
			return true
		}
	}
	words := strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(secretWords, word) })
}
