//go:build !race

package sample

const Race = false
