package site

// Paper draws the tickets of letters as a site does.
var Paper = paper
