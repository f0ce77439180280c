package postgres

// Parse parses the address of a database.
var Parse = parse

// OpenWithin is [Open] with another time for the server's answers.
var OpenWithin = openWithin
