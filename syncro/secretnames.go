package syncro

import (
	"slices"
	"strings"
	"unicode"
)

// secretParts are what a field's name has in it, letters and digits alone,
// when its value is a credential.
var secretParts = []string{
	"passw", "passphrase", "passcode", "passkey", "pwd", "secret", "token", "apikey", "privatekey", "accesskey", "masterkey",
	"encryptionkey", "sharedkey", "sshkey", "wifikey", "wlankey", "wirelesskey", "wepkey", "wpakey", "wpa2key", "wpa3key", "networkkey", "securitykey", "authkey",
	"recoverykey", "recoverycode", "recoveryphrase", "backupcode", "bitlocker", "credential", "community", "snmpstring",
	"pincode", "accesscode", "securitycode", "alarmcode", "gatecode", "doorcode", "entrycode", "keypadcode", "lockboxcode", "safecode",
	"unlockcode", "safecombination", "lockcombination", "kennwort", "wachtwoord", "motdepasse", "contrasena", "contraseña", "senha", "parola", "lösenord",
	"losenord", "adgangskode", "salasana", "hasło", "heslo", "jelszó", "şifre", "пароль", "密码", "密碼", "パスワード", "비밀번호",
}

// secretWords are words that say so only on their own: "PIN", not "shipping".
var secretWords = []string{"pass", "pin", "pins", "pw", "psk", "puk", "otp", "totp", "mfa", "2fa", "cred", "creds"}

// looksSecret reports whether a custom field of that name holds a credential.
func looksSecret(key string) bool {
	spaced := strings.Map(narrow, key)
	squashed := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, spaced)
	for _, part := range secretParts {
		if strings.Contains(squashed, part) {
			return true
		}
	}
	return slices.ContainsFunc(words(spaced), func(word string) bool {
		return slices.Contains(secretWords, word) || slices.Contains(secretWords, strings.TrimRight(word, "0123456789"))
	})
}

// narrow makes a letter of full width one of usual width.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// words returns the words of a name in lower case. "AdminPW" has two.
func words(name string) []string {
	var apart strings.Builder
	before := ' '
	for _, r := range name {
		if unicode.IsLower(before) && unicode.IsUpper(r) {
			apart.WriteRune(' ')
		}
		apart.WriteRune(r)
		before = r
	}
	return strings.FieldsFunc(strings.ToLower(apart.String()), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// showsSecret reports whether a text has an address with a credential in it: a
// password in front of the host, or the key of a customer's portal.
func showsSecret(text string) bool {
	if strings.Contains(text, "portal_key=") {
		return true
	}
	for {
		_, address, ok := strings.Cut(text, "://")
		if !ok {
			return false
		}
		host := address
		if end := strings.IndexAny(host, "/?# \t\r\n"); end >= 0 {
			host = host[:end]
		}
		if user, _, ok := strings.Cut(host, "@"); ok && strings.Contains(user, ":") {
			return true
		}
		text = address
	}
}
