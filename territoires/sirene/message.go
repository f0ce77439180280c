package sirene

// Message says in one sentence what the person who typed the text should do: in
// English for a language tag that begins with "en", in French for any other. Only
// the fields Kind and Cause need to be set. Without a Cause the sentence says how
// the identifier is written.
func (e *ParseError) Message(lang string) string {
	fr, en := e.sentences()
	if len(lang) >= 2 && lang[0]|0x20 == 'e' && lang[1]|0x20 == 'n' && (len(lang) == 2 || lang[2] == '-' || lang[2] == '_') {
		return en
	}
	return fr
}

func (e *ParseError) sentences() (fr, en string) {
	switch e.Kind {
	case "SIREN":
		return sirenSentences(e.Cause)
	case "SIRET":
		return siretSentences(e.Cause)
	}
	switch e.Cause {
	case CauseShort:
		return "Complétez ce code NAF\u00a0: quatre chiffres et une lettre, par exemple 25.62B.", "Complete this NAF code: four digits and a letter, such as 25.62B."
	case CauseLong:
		return "Ce code est trop long\u00a0: un code NAF a quatre chiffres et une lettre, par exemple 25.62B.", "This code is too long: a NAF code has four digits and a letter, such as 25.62B."
	}
	return "Écrivez un code NAF, par exemple 25.62B.", "Write a NAF code, such as 25.62B."
}

func sirenSentences(c Cause) (fr, en string) {
	switch c {
	case CauseCharacter:
		return "Écrivez un numéro SIREN en chiffres seulement\u00a0: 9 chiffres.", "Write a SIREN number in digits only: 9 digits."
	case CauseShort:
		return "Il manque des chiffres\u00a0: un numéro SIREN en a 9.", "Digits are missing: a SIREN number has 9."
	case CauseLong:
		return "Il y a trop de chiffres\u00a0: un numéro SIREN en a 9.", "There are too many digits: a SIREN number has 9."
	case CauseSIRET:
		return "Ceci est un numéro SIRET\u00a0: écrivez ses 9 premiers chiffres, qui sont le SIREN.", "This is a SIRET number: write its first 9 digits, which are the SIREN."
	case CauseChecksum:
		return "Vérifiez chaque chiffre de ce numéro SIREN\u00a0: sa clé de contrôle est fausse.", "Check every digit of this SIREN number: its check digit is wrong."
	}
	return "Écrivez un numéro SIREN\u00a0: 9 chiffres, dont le dernier est une clé de contrôle.", "Write a SIREN number: 9 digits, the last of which is a check digit."
}

func siretSentences(c Cause) (fr, en string) {
	switch c {
	case CauseCharacter:
		return "Écrivez un numéro SIRET en chiffres seulement\u00a0: 14 chiffres.", "Write a SIRET number in digits only: 14 digits."
	case CauseShort:
		return "Il manque des chiffres\u00a0: un numéro SIRET en a 14.", "Digits are missing: a SIRET number has 14."
	case CauseLong:
		return "Il y a trop de chiffres\u00a0: un numéro SIRET en a 14.", "There are too many digits: a SIRET number has 14."
	case CauseSIREN:
		return "Ceci a la longueur d’un SIREN\u00a0: ajoutez les 5 chiffres de l’établissement.", "This has the length of a SIREN: add the 5 digits of the establishment."
	case CauseChecksum:
		return "Vérifiez chaque chiffre de ce numéro SIRET\u00a0: sa clé de contrôle est fausse.", "Check every digit of this SIRET number: its check digit is wrong."
	}
	return "Écrivez un numéro SIRET\u00a0: 14 chiffres, qui commencent par le SIREN de l’entreprise.", "Write a SIRET number: 14 digits, beginning with the SIREN of the enterprise."
}
