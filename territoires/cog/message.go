package cog

// Message says in one sentence what the person who typed the text should do, and
// names the code that may have been meant. It is in English for a language tag
// that begins with "en", in French for any other. Only the fields Kind and Cause
// need to be set. Without a Cause the sentence says how the code is written.
func (e *ParseError) Message(lang string) string {
	text, en := e.sentences()
	if len(lang) >= 2 && lang[0]|0x20 == 'e' && lang[1]|0x20 == 'n' && (len(lang) == 2 || lang[2] == '-' || lang[2] == '_') {
		text = en
	}
	if e.hint != "" {
		text += " (" + e.hint + ")"
	}
	return text + "."
}

// sentences returns the sentences without their final point.
func (e *ParseError) sentences() (fr, en string) {
	switch e.Cause {
	case CauseZero:
		return "Ce code a peut-être perdu le zéro par lequel il commence", "This code may have lost the zero that it begins with"
	case CauseVintage:
		return "Ce code est d’une autre année\u00a0: écrivez celui de l’intercommunalité à la date demandée", "This code is of another year: write that of the intercommunalité on the day asked for"
	case CauseCorse:
		return "Écrivez un code de la Corse avec 2A ou 2B, et non avec 20", "Write a code of Corse with 2A or 2B, not with 20"
	case CauseArrondissement:
		return "Ceci est un arrondissement municipal\u00a0: écrivez le code de sa commune", "This is an arrondissement municipal: write the code of its commune"
	case CausePart:
		return "Ceci n’est plus une commune\u00a0: écrivez le code de celle dont elle fait partie", "This is a commune no longer: write the code of the one that it is part of"
	case CauseDepartement:
		return "Ceci est le code d’un département\u00a0: écrivez celui de sa région", "This is the code of a département: write that of its région"
	}
	switch e.Kind {
	case "région":
		return "Écrivez le code d’une région\u00a0: deux chiffres, par exemple 84", "Write the code of a région: two digits, such as 84"
	case "département":
		return "Écrivez le code d’un département, par exemple 01, 2A ou 974", "Write the code of a département, such as 01, 2A or 974"
	case "EPCI":
		return "Écrivez le numéro SIREN d’une intercommunalité\u00a0: 9 chiffres", "Write the SIREN number of an intercommunalité: 9 digits"
	}
	return "Écrivez le code Insee d’une commune, qui n’est pas son code postal\u00a0: 5 caractères, par exemple 21425",
		"Write the Insee code of a commune, which is not its postal code: 5 characters, such as 21425"
}
