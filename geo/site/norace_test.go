//go:build !race

package site

// quick leaves the longest of the published instances out.
const quick = false
